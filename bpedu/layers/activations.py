"""Activations as layers: an elementwise rule and nothing to train."""

from __future__ import annotations

from bpedu import rules
from bpedu.layers.layer import Layer


class Activation(Layer):
    """Any rule of one array as a layer: ``Activation(rules.leaky_relu, slope=0.2)``."""

    def __init__(self, function, **options):
        self.function = function
        self.options = options

    def rule(self, X, training):
        return self.function(X, **self.options)


class ReLU(Activation):
    def __init__(self):
        super().__init__(rules.relu)


class LeakyReLU(Activation):
    def __init__(self, slope: float = 0.01):
        super().__init__(rules.leaky_relu, slope=slope)


class ELU(Activation):
    def __init__(self, alpha: float = 1.0):
        super().__init__(rules.elu, alpha=alpha)


class GELU(Activation):
    """Exact by default; ``tanh=True`` is the usual, faster approximation."""

    def __init__(self, *, tanh: bool = False):
        super().__init__(rules.gelu_tanh if tanh else rules.gelu)


class SiLU(Activation):
    def __init__(self):
        super().__init__(rules.silu)


class Sigmoid(Activation):
    def __init__(self):
        super().__init__(rules.sigmoid)


class Tanh(Activation):
    def __init__(self):
        super().__init__(rules.tanh)


class Softplus(Activation):
    def __init__(self):
        super().__init__(rules.softplus)


class Softmax(Activation):
    """Probabilities over the last axis. Before a cross-entropy leave it out: the loss takes logits."""

    def __init__(self):
        super().__init__(rules.softmax)
