"""Dropout: in training each unit is silent with probability p, so that no unit can lean on one other. Chapter 17."""


def dropout_mask(shape, p, rng):
    """True where a unit is kept: with probability 1 − p each, independently.

    >>> import numpy as np
    >>> dropout_mask((2, 4), 0.5, np.random.default_rng(1))
    array([[ True,  True, False,  True],
           [False, False,  True, False]])
    """
    return rng.random(shape) >= p


def dropout(X, p, *, rng=None, mask=None):
    """A = X · mask / (1 − p): inverted dropout, so that nothing needs to change at test time. dX = dA · mask / (1 − p).

    ``mask`` (booleans, X's shape) says which units are kept; without it one is drawn with ``rng``. Hinton et al. 2012.

    Raises ValueError unless 0 ≤ p < 1 and one of rng and mask is given.
    """
    if not 0 <= p < 1:
        raise ValueError(f"dropout silences a unit with probability p, 0 ≤ p < 1; p = {p} came.")
    if mask is None and rng is None:
        raise ValueError("dropout needs rng=, to draw a mask with, or the mask= itself; neither came.")
    kept = dropout_mask(X.shape, p, rng) if mask is None else mask
    scale = kept.astype(X.dtype) / (1 - p)

    def dropout_pullback(dA):
        return dA * scale

    return X * scale, dropout_pullback
