"""Shaping: rules that move, copy or pick entries without changing them.

Every one is a linear map, so its pullback is its transpose: what was moved moves back, what was copied is added, what was
not picked gets 0. Values may be views of the input.
"""

import numpy as np

from bpedu.shapes import shape_of, unbroadcast


def reshape(x, shape):
    """z = x in another shape (one entry may be −1). dx = dz in the old one."""

    def reshape_pullback(dz):
        return dz.reshape(x.shape)

    return x.reshape(shape), reshape_pullback


def transpose(x, axes=None):
    """z = x with its axes permuted (None: reversed). dx undoes the permutation.

    Raises ValueError (NumPy's) when ``axes`` is not a permutation.
    """

    def transpose_pullback(dz):
        return dz.transpose(None if axes is None else np.argsort([a % x.ndim for a in axes]))

    return x.transpose(axes), transpose_pullback


def broadcast_to(x, shape):
    """z = x copied to ``shape``. dx = dz summed over the copies. The value is a read-only view."""

    def broadcast_to_pullback(dz):
        return unbroadcast(dz, shape_of(x))

    return np.broadcast_to(x, shape), broadcast_to_pullback


def index(x, key):
    """z = x[key] for any key NumPy takes. dx is 0 where nothing was taken; an entry taken twice has its gradients added.

    >>> import numpy as np
    >>> z, pullback = index(np.array([5.0, 6.0, 7.0]), [0, 2, 2])
    >>> pullback(np.array([1.0, 1.0, 10.0]))
    array([ 1.,  0., 11.])
    """

    def index_pullback(dz):
        dx = np.zeros_like(x)
        if _takes_each_entry_once(key):
            dx[key] = dz
        else:
            np.add.at(dx, key, dz)
        return dx

    return x[key], index_pullback


def _takes_each_entry_once(key):
    """Whether the key is made of numbers and slices only, which never repeat an entry (arrays of indices may)."""
    parts = key if isinstance(key, tuple) else (key,)
    return all(part is None or part is Ellipsis or isinstance(part, int | np.integer | slice) for part in parts)


def concatenate(arrays, *, axis=0):
    """z = the arrays joined along an axis they have. The gradients are the pieces of dz: always a tuple, one per array."""
    cuts = np.cumsum([x.shape[axis] for x in arrays])[:-1]

    def concatenate_pullback(dz):
        return tuple(np.split(dz, cuts, axis=axis))

    return np.concatenate(arrays, axis=axis), concatenate_pullback


def stack(arrays, *, axis=0):
    """z = the arrays joined along a new axis. The gradients are the slices of dz: always a tuple, one per array."""

    def stack_pullback(dz):
        return tuple(np.moveaxis(dz, axis, 0))

    return np.stack(arrays, axis=axis), stack_pullback


def where(condition, x, y):
    """z = x where the condition holds, else y, broadcast. Each gradient is dz where its argument was chosen, else 0."""

    def where_pullback(dz):
        return unbroadcast(dz * condition, shape_of(x)), unbroadcast(dz * ~condition, shape_of(y))

    return np.where(condition, x, y), where_pullback
