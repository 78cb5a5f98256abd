"""Network: layers one after the other, with the three methods that training needs (chapters 09 and 11)."""

from __future__ import annotations

import numpy as np

from bpedu import rules
from bpedu.layers.layer import Layer


class Network(Layer):
    """Layers in a row: each one's output is the next one's input.

    ``input_gradient=False`` (the default) says that the input is data: the first layer with parameters then leaves ∂L/∂X out, and
    layers before it have nothing to do on the way back. Parameters are named by place: "0.W", "0.b", "2.W" …

    >>> from bpedu.layers import Dense, ReLU
    >>> from bpedu.rules import softmax_cross_entropy
    >>> rng = np.random.default_rng(0)
    >>> network = Network([Dense(2, 8, rng=rng), ReLU(), Dense(8, 3, rng=rng)])
    >>> X, labels = rng.standard_normal((5, 2), dtype=np.float32), np.array([0, 1, 2, 0, 1])
    >>> for step in range(100):
    ...     loss, loss_pullback = softmax_cross_entropy(network.forward(X), labels)
    ...     network.backward(loss_pullback())
    ...     network.update_parameters(lr=0.5)
    >>> network.predict(X).argmax(axis=1)
    array([0, 1, 2, 0, 1])
    """

    def __init__(self, layers, *, input_gradient: bool = False):
        self.layers = list(layers)
        self._first = 0  # where the way back ends
        if not input_gradient:
            self.skip_input_gradient()

    def forward(self, X, *, training: bool = True):
        """The output for a batch X; every layer keeps what its backward will need."""
        for layer in self.layers:
            X = layer.forward(X, training=training)
        return X

    def predict(self, X):
        """The output as it is after training (no dropout, running averages), keeping nothing for a backward."""
        Y = self.forward(X, training=False)
        self.forget()
        return Y

    def backward(self, dY):
        """From dY = ∂L/∂output: sets every parameter's gradient. Returns ∂L/∂X, or None where the input is data."""
        for layer in reversed(self.layers[self._first :]):
            dY = layer.backward(dY)
        return dY if self.input_gradient else None

    def update_parameters(self, lr: float) -> None:
        """One step of gradient descent: W ← W − lr · dW for every parameter, in place."""
        for layer in self.layers:
            layer.update_parameters(lr)

    def parameters(self) -> dict[str, np.ndarray]:
        return self._collect("parameters")

    def gradients(self) -> dict[str, np.ndarray]:
        return self._collect("gradients")

    def state(self) -> dict[str, np.ndarray]:
        return self._collect("state")

    def _collect(self, what):
        return {f"{i}.{name}": a for i, layer in enumerate(self.layers) for name, a in getattr(layer, what)().items()}

    @property
    def parameter_count(self) -> int:
        """How many numbers training may change."""
        return sum(array.size for array in self.parameters().values())

    def skip_input_gradient(self) -> None:
        self.input_gradient = False
        self._first = next((i for i, layer in enumerate(self.layers) if layer.parameters()), len(self.layers))
        if self._first < len(self.layers):
            self.layers[self._first].skip_input_gradient()

    def forget(self) -> None:
        for layer in self.layers:
            layer.forget()

    def __repr__(self):
        lines = "".join(f"\n  {i}: {layer!r}" for i, layer in enumerate(self.layers))
        return f"{type(self).__name__}({lines}\n)  # {self.parameter_count:,} parameters"


class Residual(Network):
    """Y = X + layers(X): the layers learn what to add. He et al. 2016. Their output must have X's shape.

    On the way back the gradient arrives twice at X, straight and through the layers, and the two are added.
    """

    def __init__(self, layers):
        super().__init__(layers, input_gradient=True)

    def forward(self, X, *, training: bool = True):
        Y = super().forward(X, training=training)
        if Y.shape != X.shape:
            raise ValueError(
                f"Residual adds X {X.shape} to what its layers make of it, {Y.shape}; the shapes must be equal."
            )
        return rules.add(X, Y)[0]

    def backward(self, dY):
        dX = super().backward(dY)
        return dY + dX if self.input_gradient else None
