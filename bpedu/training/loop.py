"""The loop: for each epoch, for each batch: forward, loss, backward, update; and after each epoch a look at held-out data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from bpedu.layers import Network
from bpedu.optimizers import Optimizer
from bpedu.training.progress import progress_bar

Metric = Callable[[np.ndarray, np.ndarray], float]


@dataclass(frozen=True)
class History:
    """What happened: one entry per epoch. ``loss`` is the mean over the epoch's examples while the weights were changing.

    ``validation_loss`` and the lists in ``metrics`` are empty without validation data. ``best_epoch`` counts from 0 and names
    the lowest validation loss (or loss, without validation data). ``stopped_early`` says that patience ran out.
    """

    loss: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    metrics: dict[str, list[float]] = field(default_factory=dict)
    stopped_early: bool = False

    @property
    def epochs(self) -> int:
        return len(self.loss)

    @property
    def best_epoch(self) -> int:
        losses = np.array(self.validation_loss or self.loss)
        return int(np.argmin(np.where(np.isnan(losses), np.inf, losses)))


def train(
    network: Network,
    data: tuple[np.ndarray, np.ndarray],
    loss: Callable,
    optimizer: Optimizer,
    *,
    epochs: int,
    rng: np.random.Generator,
    batch_size: int = 64,
    validation: tuple[np.ndarray, np.ndarray] | None = None,
    metrics: dict[str, Metric] | None = None,
    patience: int | None = None,
    clip: Callable[[dict], dict] | None = None,
    progress: bool = True,
) -> History:
    """Train ``network`` on ``data`` = (X, targets), first axis the examples; ``loss(output, targets)`` is a rule.

    The examples are shuffled with ``rng`` each epoch. ``validation`` data is looked at after each epoch, with ``loss`` and with every
    function in ``metrics`` (of output and targets). ``patience=p`` stops after p epochs without a lower validation loss, and then,
    or at the end, gives the network the weights of its best epoch. ``clip`` is applied to all gradients of a step together, for
    example ``lambda g: clip_by_norm(g, 1.0)``. ``progress`` shows a bar in a terminal or notebook, and leaves nothing that varies.

    Raises ValueError when the data are unequal in number, or patience is given without validation data.
    """
    _check(data, validation, patience)
    history = History(metrics={name: [] for name in metrics or {}})
    best = _Best(network, patience)
    with progress_bar(epochs, show=progress) as advance:
        for _ in range(epochs):
            history.loss.append(_epoch(network, data, loss, optimizer, rng, batch_size, clip))
            if validation is not None:
                _look(history, network, validation, loss, metrics or {})
            advance(_summary(history))
            if best.should_stop(history):
                break
    best.restore()
    stopped = patience is not None and history.epochs - 1 - history.best_epoch >= patience
    return History(history.loss, history.validation_loss, history.metrics, stopped)


def _epoch(network, data, loss, optimizer, rng, batch_size, clip):
    """Once through the data: the mean loss of its examples."""
    total = 0.0
    for X, targets in minibatches(*data, batch_size=batch_size, rng=rng):
        batch_loss, loss_pullback = loss(network.forward(X), targets)
        network.backward(loss_pullback())
        gradients = network.gradients()
        optimizer.step(network.parameters(), clip(gradients) if clip else gradients)
        total += float(batch_loss) * len(X)
    return total / len(data[0])


def _look(history, network, validation, loss, metrics):
    value, others = evaluate(network, *validation, loss, metrics=metrics)
    history.validation_loss.append(value)
    for name, number in others.items():
        history.metrics[name].append(number)


def _summary(history):
    held_out = f", validation {history.validation_loss[-1]:.4f}" if history.validation_loss else ""
    return f"loss {history.loss[-1]:.4f}{held_out}"


class _Best:
    """A copy of the weights of the best epoch so far, kept only when there is patience to be lost."""

    def __init__(self, network, patience):
        self.network, self.patience, self.state = network, patience, None

    def should_stop(self, history):
        if self.patience is None:
            return False
        since = history.epochs - 1 - history.best_epoch
        if since == 0:
            self.state = {name: array.copy() for name, array in self.network.state().items()}
        return since >= self.patience

    def restore(self):
        if self.state is not None:
            for name, array in self.network.state().items():
                array[...] = self.state[name]


def minibatches(
    X: np.ndarray, targets: np.ndarray, *, batch_size: int, rng: np.random.Generator | None = None
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(X, targets) in batches, shuffled with ``rng`` (None: in order). The last batch may be smaller.

    >>> [len(X) for X, y in minibatches(np.zeros((10, 2)), np.zeros(10), batch_size=4)]
    [4, 4, 2]
    """
    order = np.arange(len(X)) if rng is None else rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        chosen = order[start : start + batch_size]
        yield X[chosen], targets[chosen]


def evaluate(
    network: Network, X: np.ndarray, targets: np.ndarray, loss: Callable, *, metrics: dict[str, Metric] | None = None
) -> tuple[float, dict[str, float]]:
    """The loss and the metrics of the network's predictions, in batches of 1000 that are averaged by their size."""
    metrics, totals = metrics or {}, np.zeros(1 + len(metrics or {}))
    for X_batch, batch_targets in minibatches(X, targets, batch_size=1000):
        Y = network.predict(X_batch)
        found = [loss(Y, batch_targets)[0], *(metric(Y, batch_targets) for metric in metrics.values())]
        totals += len(X_batch) * np.array(found, dtype=float)
    first, *rest = (totals / len(X)).tolist()
    return first, dict(zip(metrics, rest, strict=True))


def accuracy(logits: np.ndarray, labels: np.ndarray) -> float:
    """The fraction of rows whose largest entry stands at the label.

    >>> accuracy(np.array([[2.0, 1.0], [0.0, 1.0]]), np.array([0, 0]))
    0.5
    """
    return float(np.mean(logits.argmax(axis=-1) == labels))


def _check(data, validation, patience):
    for name, (X, targets) in (("data", data), ("validation", validation or data)):
        if len(X) != len(targets):
            raise ValueError(
                f"train needs a target for each example; {name} has {len(X)} examples and {len(targets)} targets."
            )
    if patience is not None and validation is None:
        raise ValueError(
            "train stops early when the validation loss stops falling, so patience= needs validation=(X, targets)."
        )
