"""Convolution and pooling on images (N, C, H, W): batch, channels, height, width.

The patches under the kernel become columns of a matrix (im2col), and convolution is then one matrix product per image. A
window at every place of the output is a strided slice of the input for every place *in the window*: that is the one loop
here, and it is short. Chapter 19.
"""

import numpy as np

from bpedu.rules.linear import plus_bias


def output_size(n, size, *, stride=1, padding=0):
    """How many windows of ``size`` fit on ``n`` pixels: ⌊(n + 2·padding − size)/stride⌋ + 1.

    Raises ValueError when none does.

    >>> output_size(28, 3, padding=1), output_size(28, 2, stride=2)
    (28, 14)
    """
    if n + 2 * padding < size:
        raise ValueError(
            f"a window of {size} does not fit on {n} pixels with padding {padding}; pad more or use a smaller one."
        )
    return (n + 2 * padding - size) // stride + 1


def _windows(X, height, width, stride):
    """For each place (i, j) in a window: the pixels X has there, one for each window. A view (N, C, h_out, w_out)."""
    h_out, w_out = output_size(X.shape[2], height, stride=stride), output_size(X.shape[3], width, stride=stride)
    for i in range(height):
        for j in range(width):
            yield (i, j), X[:, :, i : i + stride * h_out : stride, j : j + stride * w_out : stride]


def _pad(X, padding):
    if not padding:
        return X
    N, C, H, W = X.shape
    padded = np.zeros((N, C, H + 2 * padding, W + 2 * padding), dtype=X.dtype)
    padded[:, :, padding:-padding, padding:-padding] = X
    return padded


def im2col(X, height, width, *, stride=1):
    """Every patch of X (N, C, H, W) as a column: (N, C·height·width, h_out·w_out)."""
    N, C, H, W = X.shape
    h_out, w_out = output_size(H, height, stride=stride), output_size(W, width, stride=stride)
    columns = np.empty((N, C, height, width, h_out, w_out), dtype=X.dtype)
    for (i, j), pixels in _windows(X, height, width, stride):
        columns[:, :, i, j] = pixels
    return columns.reshape(N, C * height * width, h_out * w_out)


def col2im(columns, shape, height, width, *, stride=1):
    """The transpose of im2col: every entry goes back to its pixel, and a pixel seen by several windows adds them up."""
    N, C, H, W = shape
    X = np.zeros(shape, dtype=columns.dtype)
    h_out, w_out = output_size(H, height, stride=stride), output_size(W, width, stride=stride)
    columns = columns.reshape(N, C, height, width, h_out, w_out)
    for (i, j), pixels in _windows(X, height, width, stride):
        pixels += columns[:, :, i, j]
    return X


def conv2d(X, K, b, *, stride=1, padding=0, input_gradient=True):
    """Z[n, f] = Σ_c X[n, c] ⋆ K[f, c] + b[f]: every kernel laid on every place of the image (cross-correlation). Chapter 19.

    X (N, C, H, W), K (F, C, kh, kw), b (F,) -> Z (N, F, h_out, w_out), see ``output_size``. With columns = im2col(X):
    Z = K columns + b, dK = Σ_n dZ columnsᵀ, db = Σ dZ, dX = col2im(Kᵀ dZ). With ``input_gradient=False`` None stands for dX.

    Raises ValueError when the channels differ or the kernel does not fit.
    """
    N, C, H, W = X.shape
    F, kC, kh, kw = K.shape
    if kC != C or b.shape != (F,):
        raise ValueError(
            f"conv2d lays kernels K (F, C, kh, kw) on images X (N, C, H, W) and adds b (F,): here X is {X.shape}, K is {K.shape} "
            f"and b is {b.shape}. Images with channels last need X.transpose(0, 3, 1, 2)."
        )
    padded = _pad(X, padding)
    columns = im2col(padded, kh, kw, stride=stride)  # (N, C·kh·kw, places)
    flat_K = K.reshape(F, -1)
    Z = plus_bias(flat_K @ columns, b[:, None])
    Z = Z.reshape(N, F, output_size(padded.shape[2], kh, stride=stride), -1)

    def conv2d_pullback(dZ):
        flat_dZ = dZ.reshape(N, F, -1)
        dK = (flat_dZ @ columns.transpose(0, 2, 1)).sum(axis=0).reshape(K.shape)
        db = flat_dZ.sum(axis=(0, 2))
        if not input_gradient:
            return None, dK, db
        d_padded = col2im(flat_K.T @ flat_dZ, padded.shape, kh, kw, stride=stride)
        return d_padded[:, :, padding : padding + H, padding : padding + W], dK, db

    return Z, conv2d_pullback


def max_pool2d(X, *, size=2, stride=None):
    """A = the largest pixel of each size × size window; windows are ``stride`` apart (None: side by side). Chapter 19.

    X (N, C, H, W) -> A (N, C, h_out, w_out). The gradient goes to the pixel that won; of equal ones to the first.
    """
    stride = size if stride is None else stride
    places = [pixels for _, pixels in _windows(X, size, size, stride)]
    A = places[0].copy()
    for pixels in places[1:]:
        np.maximum(A, pixels, out=A)

    def max_pool2d_pullback(dA):
        dX = np.zeros_like(X)
        open_ = np.ones(A.shape, dtype=bool)  # windows whose winner is not found yet
        for (_, pixels), (_, d_pixels) in zip(
            _windows(X, size, size, stride), _windows(dX, size, size, stride), strict=True
        ):
            won = open_ & (pixels == A)
            if stride < size:
                d_pixels += dA * won
            else:  # no pixel is in two windows, so there is nothing to add to
                np.multiply(dA, won, out=d_pixels)
            open_ ^= won
        return dX

    return A, max_pool2d_pullback


def avg_pool2d(X, *, size=2, stride=None):
    """A = the mean of each size × size window; windows are ``stride`` apart (None: side by side). Each pixel gets dA/size².

    X (N, C, H, W) -> A (N, C, h_out, w_out).
    """
    stride = size if stride is None else stride
    A = sum(pixels for _, pixels in _windows(X, size, size, stride)) / size**2

    def avg_pool2d_pullback(dA):
        dX, share = np.zeros_like(X), dA / size**2
        for _, d_pixels in _windows(dX, size, size, stride):
            d_pixels += share
        return dX

    return A, avg_pool2d_pullback
