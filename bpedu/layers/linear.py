"""The dense layer, which every network in this book ends with."""

from __future__ import annotations

import numpy as np

from bpedu import rules
from bpedu.initializers import glorot_uniform, zeros
from bpedu.layers.layer import Layer


class Dense(Layer):
    """Z = X Wᵀ + b. X (..., n_in) -> (..., n_out); W (n_out, n_in) from ``initializer``, b (n_out,) zero.

    >>> layer = Dense(784, 10, rng=np.random.default_rng(0))
    >>> layer.forward(np.ones((32, 784), np.float32)).shape
    (32, 10)
    """

    names = ("W", "b")

    def __init__(
        self, n_in: int, n_out: int, *, rng: np.random.Generator, initializer=glorot_uniform, dtype=np.float32
    ):
        self.W = initializer((n_out, n_in), rng=rng, dtype=dtype)
        self.b = zeros(n_out, dtype=dtype)

    def rule(self, X, training):
        return rules.dense(X, self.W, self.b, input_gradient=self.input_gradient)
