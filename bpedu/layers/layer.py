"""Layer: what all layers share. A layer of your own needs a ``rule`` method, and ``names`` if it has parameters."""

from __future__ import annotations

import numpy as np


class Layer:
    """A rule with its parameters.

    ``names`` lists the parameters in the order in which the rule takes them. A parameter ``W`` is the attribute ``W``,
    and after ``backward`` its gradient ∂L/∂W is the attribute ``dW``. ``buffers`` lists arrays that are kept but not trained.
    """

    names: tuple[str, ...] = ()
    buffers: tuple[str, ...] = ()
    input_gradient = True  # False: the input is data, and the rule may leave ∂L/∂X out
    _pullback = None

    def rule(self, X, training: bool):
        """``Y, pullback`` for the input X. The pullback returns dX bare, or (dX, one gradient per name) with parameters."""
        raise NotImplementedError(f"{type(self).__name__} needs a method rule(self, X, training) -> Y, pullback.")

    def forward(self, X, *, training: bool = True):
        """The output for a batch X. ``training=False`` asks for the behaviour of prediction where a layer has two."""
        Y, self._pullback = self.rule(X, training)
        return Y

    def backward(self, dY):
        """From dY = ∂L/∂Y of the last forward: sets the parameters' gradients and returns dX (None if left out).

        What the pullback held is freed, so each backward needs a forward before it.

        Raises RuntimeError when there was none.
        """
        if self._pullback is None:
            raise RuntimeError(
                f"{type(self).__name__}.backward goes back through the last forward, and there is none to go through. "
                "Call forward first (predict keeps nothing, and a second backward needs a second forward)."
            )
        pullback, self._pullback = self._pullback, None
        if not self.names:
            return pullback(dY)
        dX, *gradients = pullback(dY)
        for name, gradient in zip(self.names, gradients, strict=True):
            setattr(self, "d" + name, gradient)
        return dX

    def parameters(self) -> dict[str, np.ndarray]:
        """The arrays that training changes, by name: the arrays themselves, not copies."""
        return {name: getattr(self, name) for name in self.names}

    def gradients(self) -> dict[str, np.ndarray]:
        """∂L/∂parameter for each parameter, from the last backward."""
        return {name: getattr(self, "d" + name) for name in self.names}

    def update_parameters(self, lr: float) -> None:
        """One step of gradient descent: W ← W − lr · dW for every parameter, in place."""
        for name in self.names:
            parameter = getattr(self, name)
            parameter -= lr * getattr(self, "d" + name)

    def state(self) -> dict[str, np.ndarray]:
        """Parameters and buffers: all that has to be saved to predict again. The arrays themselves, not copies."""
        return self.parameters() | {name: getattr(self, name) for name in self.buffers}

    def skip_input_gradient(self) -> None:
        """Say that the input is data, whose gradient nobody will ask for."""
        self.input_gradient = False

    def forget(self) -> None:
        """Drop what the last forward kept for backward."""
        self._pullback = None

    def __repr__(self):
        shapes = ", ".join(f"{name} {array.shape}" for name, array in self.parameters().items())
        return f"{type(self).__name__}({shapes})"
