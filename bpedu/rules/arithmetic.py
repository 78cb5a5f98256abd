"""Arithmetic: the small rules that every longer one could be built from.

Each rule takes arrays and returns its value with its pullback, which turns the gradient of the loss with respect to the
value into the gradients with respect to the arguments. Where broadcasting stretched an argument, its gradient is
summed back (``unbroadcast``). Python numbers are taken too, as arrays of shape ().
"""

import numpy as np

from bpedu.shapes import count, reduced_shape, shape_of, unbroadcast


def add(x, y):
    """z = x + y, broadcast. dx = dz, dy = dz, each summed back to its own shape. Chapter 06."""
    x_shape, y_shape = shape_of(x), shape_of(y)

    def add_pullback(dz):
        return unbroadcast(dz, x_shape), unbroadcast(dz, y_shape)

    return x + y, add_pullback


def sub(x, y):
    """z = x − y, broadcast. dx = dz, dy = −dz."""
    x_shape, y_shape = shape_of(x), shape_of(y)

    def sub_pullback(dz):
        return unbroadcast(dz, x_shape), unbroadcast(-dz, y_shape)

    return x - y, sub_pullback


def mul(x, y):
    """z = x y, entry by entry, broadcast. dx = dz y, dy = dz x: each factor is scaled by the other. Chapter 06.

    >>> z, pullback = mul(3.0, 4.0)
    >>> z, pullback(1.0)
    (12.0, (4.0, 3.0))
    """

    def mul_pullback(dz):
        return unbroadcast(dz * y, shape_of(x)), unbroadcast(dz * x, shape_of(y))

    return x * y, mul_pullback


def div(x, y):
    """z = x / y, broadcast. dx = dz / y, dy = −dz x / y² = −dx z."""
    z = x / y

    def div_pullback(dz):
        dx = dz / y
        return unbroadcast(dx, shape_of(x)), unbroadcast(-dx * z, shape_of(y))

    return z, div_pullback


def negate(x):
    """z = −x. dx = −dz."""

    def negate_pullback(dz):
        return -dz

    return -x, negate_pullback


def power(x, exponent):
    """z = xᵖ for a number p. dx = p xᵖ⁻¹ dz.

    The exponent is not differentiated. Where xᵖ⁻¹ does not exist (x = 0 with p < 1, x < 0 with a fractional p) neither
    does the gradient: NumPy's inf or nan comes out, with its warning.
    """

    def power_pullback(dz):
        return dz * exponent * x ** (exponent - 1) if exponent else np.zeros_like(dz)

    return x**exponent, power_pullback


def exp(x):
    """z = eˣ. dx = dz eˣ = dz z: the value is its own derivative."""
    z = np.exp(x)

    def exp_pullback(dz):
        return dz * z

    return z, exp_pullback


def log(x):
    """z = ln x for x > 0. dx = dz / x."""

    def log_pullback(dz):
        return dz / x

    return np.log(x), log_pullback


def sqrt(x):
    """z = √x for x > 0. dx = dz / (2 √x): infinite at 0."""
    z = np.sqrt(x)

    def sqrt_pullback(dz):
        return dz / (2 * z)

    return z, sqrt_pullback


def abs_(x):
    """z = |x|. dx = dz sign(x); at the kink sign(0) = 0 is used."""

    def abs_pullback(dz):
        return dz * np.sign(x)

    return np.abs(x), abs_pullback


def maximum(x, y):
    """z = max(x, y), entry by entry, broadcast. The gradient goes to the larger; a tie is shared, half to each."""

    def maximum_pullback(dz):
        dx = dz * ((x > y) + 0.5 * (x == y)).astype(np.result_type(x, y), copy=False)
        return unbroadcast(dx, shape_of(x)), unbroadcast(dz - dx, shape_of(y))

    return np.maximum(x, y), maximum_pullback


def matmul(A, B):
    """C = A B: the last two axes are multiplied, the axes before them broadcast. dA = dC Bᵀ, dB = Aᵀ dC. Chapter 08.

    A (..., n, k) or (k,), B (..., k, m) or (k,) -> C (..., n, m); an operand that is a vector loses its axis, as in ``@``.

    Raises ValueError when the inner dimensions differ.
    """
    if not A.ndim or not B.ndim or A.shape[-1] != B.shape[-2 if B.ndim > 1 else 0]:
        raise ValueError(
            f"matmul multiplies A (..., n, k) by B (..., k, m), and the two k must agree: here A is {A.shape} and "
            f"B is {B.shape}. Transpose one of them, or check which layer made it."
        )

    def matmul_pullback(dC):
        if A.ndim == B.ndim == 2:
            return dC @ B.T, A.T @ dC
        return _matmul_pullback_nd(dC, A, B)

    return A @ B, matmul_pullback


def _matmul_pullback_nd(dC, A, B):
    """matmul's pullback for vectors and stacks: vectors are rows of A and columns of B, and leading axes broadcast."""
    rows = A[None, :] if A.ndim == 1 else A
    columns = B[:, None] if B.ndim == 1 else B
    dC = np.reshape(dC, (*shape_of(dC)[: max(A.ndim, B.ndim) - 2], rows.shape[-2], columns.shape[-1]))
    dA = dC @ columns.swapaxes(-1, -2)
    if B.ndim == 2:  # one matrix for the whole stack: one product in place of a stack of them to be summed
        dB = rows.reshape(-1, B.shape[0]).T @ dC.reshape(-1, B.shape[1])
    else:
        dB = rows.swapaxes(-1, -2) @ dC
    return unbroadcast(dA, rows.shape).reshape(A.shape), unbroadcast(dB, columns.shape).reshape(B.shape)


def sum_(x, *, axis=None, keepdims=False):
    """z = Σ x over ``axis`` (None: all). dx is dz copied to every entry that was summed: the transpose of a sum is a broadcast.

    The gradient is a read-only view of dz.
    """

    def sum_pullback(dz):
        dz = np.asarray(dz, dtype=x.dtype).reshape(reduced_shape(x.shape, axis))
        return np.broadcast_to(dz, x.shape)

    return x.sum(axis=axis, keepdims=keepdims), sum_pullback


def mean(x, *, axis=None, keepdims=False):
    """z = Σ x / n over ``axis`` (None: all). dx = dz / n, copied to every entry: here is where the book's 1/N comes from."""

    def mean_pullback(dz):
        dz = np.asarray(dz, dtype=x.dtype).reshape(reduced_shape(x.shape, axis))
        return np.broadcast_to(dz / count(x.shape, axis), x.shape)

    return x.mean(axis=axis, keepdims=keepdims), mean_pullback


def max_(x, *, axis=None, keepdims=False):
    """z = the largest entry over ``axis`` (None: of all). The gradient goes to that entry; ties share it equally.

    >>> import numpy as np
    >>> z, pullback = max_(np.array([1.0, 3.0, 3.0]))
    >>> pullback(1.0)
    array([0. , 0.5, 0.5])
    """
    top = x.max(axis=axis, keepdims=True)

    def max_pullback(dz):
        winners = (x == top).astype(x.dtype)
        share = winners / winners.sum(axis=axis, keepdims=True)
        return share * np.reshape(dz, top.shape)

    return top if keepdims else x.max(axis=axis), max_pullback
