"""The BLAS floor: only the matrix products of forward and backward, into buffers made beforehand.

No contender on NumPy can be faster than this (one that fuses or uses another BLAS can). There is no loss.
"""

import numpy as np


def gemms(repeats, *shapes):
    """Run the products (left, right) of the given shapes ``repeats`` times; batched shapes are multiplied as np.matmul does.

    A trailing "T" asks for the right factor transposed, a leading "T" for the left one, as W.T and dZ.T @ X are in training.
    """
    rng = np.random.default_rng(0)
    products = []
    for left, right, turned in shapes:
        A = rng.standard_normal(left, dtype=np.float32)
        B = rng.standard_normal(right, dtype=np.float32)
        A = A.swapaxes(-1, -2) if turned == "left" else A
        B = B.swapaxes(-1, -2) if turned == "right" else B
        products.append((A, B, A @ B))

    def run():
        for _ in range(repeats):
            for A, B, out in products:
                np.matmul(A, B, out=out)

    return run


def dense(N, n_in, n_out, *, first=False):
    """Forward X Wᵀ, then dZᵀ X, and dZ W unless the input is the data."""
    products = [((N, n_in), (n_out, n_in), "right"), ((N, n_out), (N, n_in), "left")]
    return products if first else [*products, ((N, n_out), (n_out, n_in), "")]


def conv(N, n_in, n_out, positions, *, first=False):
    """The products of a 3×3 convolution on its columns: the columns themselves are not counted."""
    K = 9 * n_in
    products = [((n_out, K), (N, K, positions), ""), ((N, n_out, positions), (N, K, positions), "right")]
    return products if first else [*products, ((n_out, K), (N, n_out, positions), "left")]


def attention(N, heads, T, d):
    """Q Kᵀ and P V, and two products each on the way back."""
    q, p = (N, heads, T, d), (N, heads, T, T)
    return [(q, q, "right"), (p, q, ""), (q, q, "right"), (p, q, "left"), (p, q, ""), (p, q, "left")]


def lstm_products(N, T, D, H):
    """The recurrent products gate by gate, on contiguous weights: quicker than one product with W_h transposed."""
    step = [((N, H), (4, H, H), ""), ((4, N, H), (4, H, H), "")]
    return [*dense(N * T, D, 4 * H), *(step * T), ((N * T, 4 * H), (N * T, H), "left"), *dense(N * T, H, 64)]


PREPARE = {
    "W1": lambda work: gemms(len(work.batches), *dense(64, 784, 128, first=True), *dense(64, 128, 10)),
    "W1b": lambda work: gemms(len(work.batches), *dense(256, 784, 128, first=True), *dense(256, 128, 10)),
    "W2": lambda work: gemms(20, *conv(64, 1, 8, 784, first=True), *conv(64, 8, 16, 196), *dense(64, 784, 10)),
    "W3": lambda work: gemms(10, *lstm_products(32, 64, 64, 128)),
    "W4": lambda work: gemms(
        10, *dense(1024, 128, 384), *dense(1024, 128, 128), *attention(16, 4, 64, 32),
        *dense(1024, 128, 512), *dense(1024, 512, 128), *dense(1024, 128, 64),
    ),
}  # fmt: skip
