"""Layers for images (N, C, H, W): batch, channels, height, width (chapters 19 and 20)."""

from __future__ import annotations

import numpy as np

from bpedu import rules
from bpedu.initializers import he_normal, zeros
from bpedu.layers.layer import Layer


class Conv2d(Layer):
    """Z = X ⋆ K + b. X (N, n_in, H, W) -> (N, n_out, H', W'); K (n_out, n_in, size, size), b (n_out,) zero.

    ``padding="same"`` keeps H and W when the stride is 1 and the size is odd; a number pads by that many pixels.

    Raises ValueError for "same" with an even size.
    """

    names = ("K", "b")

    def __init__(
        self, n_in, n_out, size, *, rng, stride=1, padding: int | str = 0, initializer=he_normal, dtype=np.float32
    ):
        if padding == "same" and size % 2 == 0:
            raise ValueError(
                f'Conv2d pads equally on both sides, so padding="same" needs an odd size; {size} came. Give a number.'
            )
        self.K = initializer((n_out, n_in, size, size), rng=rng, dtype=dtype)
        self.b = zeros(n_out, dtype=dtype)
        self.options = {"stride": stride, "padding": size // 2 if padding == "same" else padding}

    def rule(self, X, training):
        return rules.conv2d(X, self.K, self.b, **self.options, input_gradient=self.input_gradient)


class MaxPool2d(Layer):
    """The largest pixel of each size × size window."""

    def __init__(self, size: int = 2, *, stride: int | None = None):
        self.options = {"size": size, "stride": stride}

    def rule(self, X, training):
        return rules.max_pool2d(X, **self.options)


class AvgPool2d(Layer):
    """The mean of each size × size window."""

    def __init__(self, size: int = 2, *, stride: int | None = None):
        self.options = {"size": size, "stride": stride}

    def rule(self, X, training):
        return rules.avg_pool2d(X, **self.options)


class GlobalAveragePool(Layer):
    """The mean of each channel: (N, C, H, W) -> (N, C)."""

    def rule(self, X, training):
        return rules.mean(X, axis=(2, 3))


class Flatten(Layer):
    """Each example as one row: (N, ...) -> (N, all the rest)."""

    def rule(self, X, training):
        return rules.reshape(X, (len(X), -1))
