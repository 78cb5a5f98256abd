"""Linear: the layer that every network is made of, as one rule.

``dense`` is matmul, transpose and add in one step; a test compares it with their composition.
"""

_MISFIT = (
    "dense multiplies X (..., n_in) by Wᵀ, where W is (n_out, n_in) and b is (n_out,): here X is {}, W is {} and b is {}. "
    "{}"
)


def dense(X, W, b, *, input_gradient=True):
    """Z = X Wᵀ + b for a batch. Chapter 08.

    X (..., n_in), usually (N, n_in); W (n_out, n_in); b (n_out,) -> Z (..., n_out).
    dX = dZ W, dW = dZᵀ X, db = Σ dZ over the batch. With ``input_gradient=False`` X is data that nobody trains, and
    None stands in the place of dX, which in a first layer saves the largest product.

    Raises ValueError when the shapes do not fit.

    >>> import numpy as np
    >>> X, W, b = np.array([[1.0, 2.0]]), np.array([[0.5, -0.3], [0.2, 0.4]]), np.array([0.4, -0.2])
    >>> Z, pullback = dense(X, W, b)
    >>> Z
    array([[0.3, 0.8]])
    >>> pullback(np.array([[1.0, 0.0]]))[1]
    array([[1., 2.],
           [0., 0.]])
    """
    if W.ndim != 2 or X.shape[-1:] != W.shape[1:] or b.shape != W.shape[:1]:
        raise ValueError(_misfit(X, W, b))
    n_out, n_in = W.shape
    rows_of_X = X.reshape(-1, n_in)  # all axes before the last as one: one long product is quicker than many short ones
    Z = plus_bias(rows_of_X @ W.T, b)

    def dense_pullback(dZ):
        rows_of_dZ = dZ.reshape(-1, n_out)
        dX = (rows_of_dZ @ W).reshape(X.shape) if input_gradient else None
        return dX, rows_of_dZ.T @ rows_of_X, rows_of_dZ.sum(axis=0)

    return Z.reshape(*X.shape[:-1], n_out), dense_pullback


def plus_bias(Z, b):
    """Z + b for a Z that is nobody else's: in its own memory where the types allow, for new large arrays cost more than sums."""
    if Z.dtype != b.dtype:
        return Z + b
    Z += b
    return Z


def _misfit(X, W, b):
    if W.ndim == 2 and X.shape[-1:] == W.shape[:1] and b.shape == W.shape[1:]:
        advice = "W looks transposed: pass W.T."
    elif W.ndim == 2 and X.shape[-1:] == W.shape[1:]:
        advice = "b needs one entry per output, in one axis."
    else:
        advice = "The last axis of X and the last axis of W must agree."
    return _MISFIT.format(X.shape, W.shape, b.shape, advice)
