"""Functions of several tensors whose rules need a word more than ``apply(rule, ...)``."""

from __future__ import annotations

from bpedu import rules
from bpedu.tensor.engine import Tensor, apply


def concatenate(tensors, *, axis: int = 0) -> Tensor:
    """The tensors joined along an axis they have."""

    def concatenate(*arrays):
        return rules.concatenate(arrays, axis=axis)

    return apply(concatenate, *tensors)


def stack(tensors, *, axis: int = 0) -> Tensor:
    """The tensors joined along a new axis."""

    def stack(*arrays):
        return rules.stack(arrays, axis=axis)

    return apply(stack, *tensors)


def where(condition, x, y) -> Tensor:
    """x where the condition (an array of booleans) holds, else y."""

    def where(x, y):
        return rules.where(condition, x, y)

    return apply(where, x, y)


def maximum(x, y) -> Tensor:
    """The larger of x and y, entry by entry; a tie shares the gradient."""
    return apply(rules.maximum, x, y)


def dense(X, W, b) -> Tensor:
    """Z = X Wᵀ + b in one node. No gradient is computed for an X that does not require one."""
    return apply(rules.dense, X, W, b, input_gradient=isinstance(X, Tensor) and X.requires_grad)


def embedding(ids, E) -> Tensor:
    """The rows of E that the integers ``ids`` (an array) name."""

    def embedding(E):
        return rules.embedding(ids, E)

    return apply(embedding, E)


def lstm(X, H0, C0, W_x, W_h, b) -> Tensor:
    """The states H (N, T, H) of an LSTM over a whole sequence, as one node. The last cell is not returned."""

    def lstm(*arrays):
        (H, _), back = rules.lstm(*arrays)

        def lstm_pullback(dH):
            return back(dH)

        return H, lstm_pullback

    return apply(lstm, X, H0, C0, W_x, W_h, b)
