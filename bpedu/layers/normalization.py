"""Layers that steady training: batch norm, layer norm (chapter 15) and dropout (chapter 17)."""

from __future__ import annotations

import numpy as np

from bpedu import rules
from bpedu.initializers import ones, zeros
from bpedu.layers.layer import Layer
from bpedu.rules.normalization import batch_statistics


class BatchNorm(Layer):
    """Y = γ X̂ + β per feature of X (N, D) or channel of X (N, C, H, W): of the batch in training, of running averages after.

    The running averages follow each batch by the fraction ``momentum``, with the unbiased variance (÷ (n − 1)), as in PyTorch.
    """

    names = ("gamma", "beta")
    buffers = ("running_mean", "running_variance")

    def __init__(self, features: int, *, momentum: float = 0.1, eps: float = 1e-5, dtype=np.float32):
        self.gamma, self.beta = ones(features, dtype=dtype), zeros(features, dtype=dtype)
        self.running_mean, self.running_variance = zeros(features, dtype=dtype), ones(features, dtype=dtype)
        self.momentum, self.eps = momentum, eps

    def rule(self, X, training):
        if not training:
            running = self.running_mean, self.running_variance
            return rules.batch_norm_inference(X, self.gamma, self.beta, *running, eps=self.eps)
        statistics = batch_statistics(X)
        result = rules.batch_norm(X, self.gamma, self.beta, eps=self.eps, statistics=statistics)
        self._follow(*statistics, n=X.size // X.shape[1])
        return result

    def _follow(self, mean, variance, n):
        self.running_mean += self.momentum * (mean - self.running_mean)
        self.running_variance += self.momentum * (variance * (n / (n - 1)) - self.running_variance)


class LayerNorm(Layer):
    """Y = γ X̂ + β over the last axis, the same in training and after. X (..., features)."""

    names = ("gamma", "beta")

    def __init__(self, features: int, *, eps: float = 1e-5, dtype=np.float32):
        self.gamma, self.beta = ones(features, dtype=dtype), zeros(features, dtype=dtype)
        self.eps = eps

    def rule(self, X, training):
        return rules.layer_norm(X, self.gamma, self.beta, eps=self.eps)


class Dropout(Layer):
    """In training each entry is 0 with probability p and the others are divided by 1 − p; after training nothing happens."""

    def __init__(self, p: float = 0.5, *, rng: np.random.Generator):
        self.p, self.rng = p, rng

    def rule(self, X, training):
        if training:
            return rules.dropout(X, self.p, rng=self.rng)

        def identity_pullback(dY):
            return dY

        return X, identity_pullback
