"""Optimizers: what to do with a gradient once it is there (chapters 05 and 16).

An optimizer changes parameters in place: ``optimizer.step(parameters, gradients)`` with two dictionaries of arrays under the same
names, as ``network.parameters()`` and ``network.gradients()`` give them. Every optimizer takes ``lr``, a number or a schedule, and
``weight_decay`` λ, which adds λW to each gradient (L2). Below, g is the gradient, η the learning rate, and memories start at 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

Arrays = dict[str, np.ndarray]
Schedule = Callable[[int], float]


class Optimizer:
    """What all optimizers share: the count of steps, the schedule, and a memory per parameter.

    >>> W = {"W": np.array([1.0, 2.0])}
    >>> SGD(lr=0.1).step(W, {"W": np.array([10.0, 0.0])})
    >>> W["W"]
    array([0., 2.])
    """

    def __init__(self, lr: float | Schedule, *, weight_decay: float = 0.0):
        self.lr = lr
        self.weight_decay = weight_decay
        self.steps = 0
        self.memories: dict[str, Arrays] = {}

    def step(self, parameters: Arrays, gradients: Arrays) -> None:
        """Change every parameter in place by one step.

        Raises KeyError when a parameter has no gradient, ValueError when their shapes differ.
        """
        lr = self.lr(self.steps) if callable(self.lr) else self.lr
        self.steps += 1
        for name, W in parameters.items():
            g = _gradient_of(name, W, gradients)
            memory = self.memories.setdefault(name, {})
            self.update(W, g + self.weight_decay * W if self.weight_decay else g, memory, lr)

    def update(self, W: np.ndarray, g: np.ndarray, memory: Arrays, lr: float) -> None:
        """Change one parameter W in place; ``memory`` is its own from step to step."""
        raise NotImplementedError(f"{type(self).__name__} needs a method update(self, W, g, memory, lr).")


def _gradient_of(name, W, gradients):
    if name not in gradients:
        raise KeyError(
            f"The parameter {name!r} has no gradient; there are gradients for {', '.join(gradients) or 'nothing'}."
        )
    if gradients[name].shape != W.shape:
        raise ValueError(
            f"The gradient of {name!r} has shape {gradients[name].shape}, the parameter {W.shape}; they must agree."
        )
    return gradients[name]


def _remembered(memory, name, like):
    if name not in memory:
        memory[name] = np.zeros_like(like)
    return memory[name]


class SGD(Optimizer):
    """W ← W − η g."""

    def update(self, W, g, memory, lr):
        W -= lr * g


class Momentum(Optimizer):
    """v ← μ v + g, W ← W − η v: steps in a steady direction grow to 1/(1 − μ) times their size. Polyak 1964."""

    def __init__(self, lr: float | Schedule, *, momentum: float = 0.9, weight_decay: float = 0.0):
        super().__init__(lr, weight_decay=weight_decay)
        self.momentum = momentum

    def update(self, W, g, memory, lr):
        v = _remembered(memory, "v", W)
        v *= self.momentum
        v += g
        W -= lr * v


class Nesterov(Momentum):
    """v ← μ v + g, W ← W − η (g + μ v): looks one step of momentum ahead. Nesterov 1983, in the form of PyTorch."""

    def update(self, W, g, memory, lr):
        v = _remembered(memory, "v", W)
        v *= self.momentum
        v += g
        W -= lr * (g + self.momentum * v)


class AdaGrad(Optimizer):
    """s ← s + g², W ← W − η g/(√s + ε): each weight's steps shrink as its gradients add up. Duchi et al. 2011."""

    def __init__(self, lr: float | Schedule = 0.01, *, eps: float = 1e-10, weight_decay: float = 0.0):
        super().__init__(lr, weight_decay=weight_decay)
        self.eps = eps

    def update(self, W, g, memory, lr):
        s = _remembered(memory, "s", W)
        s += g * g
        W -= lr * g / (np.sqrt(s) + self.eps)


class RMSProp(Optimizer):
    """s ← ρ s + (1 − ρ) g², W ← W − η g/(√s + ε): AdaGrad that forgets. Tieleman, Hinton 2012."""

    def __init__(
        self, lr: float | Schedule = 0.01, *, decay: float = 0.99, eps: float = 1e-8, weight_decay: float = 0.0
    ):
        super().__init__(lr, weight_decay=weight_decay)
        self.decay, self.eps = decay, eps

    def update(self, W, g, memory, lr):
        s = _remembered(memory, "s", W)
        s *= self.decay
        s += (1 - self.decay) * g * g
        W -= lr * g / (np.sqrt(s) + self.eps)


class Adam(Optimizer):
    """m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², W ← W − η m̂/(√v̂ + ε). Kingma, Ba 2015.

    m̂ = m/(1 − β₁ᵗ) and v̂ = v/(1 − β₂ᵗ) undo the pull of the zeros that the two averages start from, t = 1, 2, …
    """

    def __init__(
        self,
        lr: float | Schedule = 0.001,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ):
        super().__init__(lr, weight_decay=weight_decay)
        self.betas, self.eps = betas, eps

    def update(self, W, g, memory, lr):
        beta1, beta2 = self.betas
        m, v = _remembered(memory, "m", W), _remembered(memory, "v", W)
        m *= beta1
        m += (1 - beta1) * g
        v *= beta2
        v += (1 - beta2) * g * g
        m_hat, v_hat = m / (1 - beta1**self.steps), v / (1 - beta2**self.steps)
        W -= lr * m_hat / (np.sqrt(v_hat) + self.eps)


class AdamW(Adam):
    """Adam, and W ← W − η λ W beside it: the decay is not divided by √v̂. Loshchilov, Hutter 2019."""

    def __init__(
        self,
        lr: float | Schedule = 0.001,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ):
        super().__init__(lr, betas=betas, eps=eps)
        self.decoupled_decay = weight_decay

    def update(self, W, g, memory, lr):
        W -= lr * self.decoupled_decay * W
        super().update(W, g, memory, lr)


# Schedules: functions of the number of steps already taken, to be passed as lr.


def constant(lr: float) -> Schedule:
    """η, always."""
    return lambda step: lr


def step_decay(lr: float, *, every: int, factor: float = 0.1) -> Schedule:
    """η multiplied by ``factor`` after every ``every`` steps."""
    return lambda step: lr * factor ** (step // every)


def cosine(lr: float, *, steps: int, floor: float = 0.0) -> Schedule:
    """From η down to ``floor`` along half a cosine, and there it stays after ``steps`` steps. Loshchilov, Hutter 2017.

    >>> [round(cosine(1.0, steps=4)(step), 3) for step in range(6)]
    [1.0, 0.854, 0.5, 0.146, 0.0, 0.0]
    """
    return lambda step: floor + (lr - floor) * 0.5 * (1 + math.cos(math.pi * min(step, steps) / steps))


def warm_up(schedule: float | Schedule, *, steps: int) -> Schedule:
    """Rises in a line over the first ``steps`` steps, then follows the schedule, which starts counting there.

    >>> [warm_up(0.4, steps=4)(step) for step in range(6)]
    [0.1, 0.2, 0.30000000000000004, 0.4, 0.4, 0.4]
    """
    after = schedule if callable(schedule) else constant(schedule)
    return lambda step: after(0) * (step + 1) / steps if step < steps else after(step - steps)


# Clipping: new gradients, the given ones are left as they are.


def global_norm(gradients: Arrays) -> float:
    """√Σ g² over all entries of all gradients."""
    return math.sqrt(sum(float(np.vdot(g, g)) for g in gradients.values()))


def clip_by_norm(gradients: Arrays, limit: float) -> Arrays:
    """All gradients scaled by one factor so that their norm together is at most ``limit``: the direction stays. Pascanu et al. 2013.

    >>> clip_by_norm({"W": np.array([3.0, 4.0])}, 1.0)["W"]
    array([0.6, 0.8])
    """
    norm = global_norm(gradients)
    factor = limit / norm if norm > limit else 1.0
    return {name: factor * g for name, g in gradients.items()}


def clip_by_value(gradients: Arrays, limit: float) -> Arrays:
    """Every entry between −limit and +limit: this may turn the direction."""
    return {name: np.clip(g, -limit, limit) for name, g in gradients.items()}
