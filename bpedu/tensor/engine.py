"""The engine: a tensor is an array that remembers the rule it came from.

Going forward, each operation calls a rule of ``bpedu.rules`` and keeps the pullback. Going backward, nodes are visited from the
newest to the oldest (an operation is always younger than what it read), each calls its pullback once, and what
arrives at one tensor along several paths is added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import numpy as np

from bpedu import rules
from bpedu.tensor.backward import ancestors, deliver, freed, own_leaf_gradients, rule_name

_birth = count().__next__
_recording = True


class Tensor:
    """An array ``data`` with, once ``backward`` has run, ``grad`` = ∂L/∂data of the same shape.

    A tensor made from numbers is a leaf; with ``requires_grad=True`` it collects gradients. Integers are never differentiated.
    Operators and methods return tensors that remember how they were made, as long as one of their inputs requires a gradient
    and ``no_grad()`` is not in force. Numbers and arrays mixed in are constants.

    Raises TypeError when a gradient is asked of integers.

    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> L = (x * x).sum()
    >>> L.backward()
    >>> x.grad
    array([2., 4.])
    """

    __slots__ = ("_number", "_owns_grad", "_parents", "_pullback", "data", "grad", "name", "requires_grad")

    __array_ufunc__ = None  # so that array * tensor asks the tensor, rather than making an array of tensors

    def __init__(self, data, requires_grad: bool = False, *, name: str = ""):
        self.data = data.data if isinstance(data, Tensor) else np.asarray(data)
        if requires_grad and self.data.dtype.kind != "f":
            raise TypeError(
                f"Only real numbers have gradients, and this tensor holds {self.data.dtype}. "
                "Write 1.0 for 1, or convert the data with .astype(np.float32)."
            )
        self.requires_grad = requires_grad
        self.name = name
        self.grad = self._pullback = None
        self._owns_grad = False
        self._parents = ()
        self._number = _birth()

    # What it is.

    @property
    def shape(self) -> tuple[int, ...]:
        return self.data.shape

    @property
    def ndim(self) -> int:
        return self.data.ndim

    @property
    def dtype(self):
        return self.data.dtype

    @property
    def T(self) -> Tensor:
        return apply(rules.transpose, self)

    def __len__(self):
        return len(self.data)

    def __repr__(self):
        made = f", from {self.operation}" if self._pullback else ", requires_grad=True" if self.requires_grad else ""
        name = f", name={self.name!r}" if self.name else ""
        return f"Tensor({np.array2string(self.data, prefix='Tensor(')}{name}{made})"

    @property
    def operation(self) -> str:
        """The name of the rule this tensor came from, "" for a leaf."""
        return rule_name(self._pullback) if self._pullback else ""

    def item(self) -> float:
        """The one number in it, as Python's float. Raises ValueError (NumPy's) when there are more."""
        return self.data.item()

    def detach(self) -> Tensor:
        """The same data as a leaf that no gradient flows through."""
        return Tensor(self.data)

    def zero_grad(self) -> None:
        """Forget the gradient, as before a new training step."""
        self.grad = None

    # Operators. Each is one rule.

    def __add__(self, other):
        return _binary(rules.add, self, other)

    def __radd__(self, other):
        return _binary(rules.add, other, self)

    def __sub__(self, other):
        return _binary(rules.sub, self, other)

    def __rsub__(self, other):
        return _binary(rules.sub, other, self)

    def __mul__(self, other):
        return _binary(rules.mul, self, other)

    def __rmul__(self, other):
        return _binary(rules.mul, other, self)

    def __truediv__(self, other):
        return _binary(rules.div, self, other)

    def __rtruediv__(self, other):
        return _binary(rules.div, other, self)

    def __matmul__(self, other):
        return _binary(rules.matmul, self, other)

    def __rmatmul__(self, other):
        return _binary(rules.matmul, other, self)

    def __neg__(self):
        return apply(rules.negate, self)

    def __pow__(self, exponent: float):
        if isinstance(exponent, Tensor):
            raise TypeError(
                "A tensor is raised to a plain number, and this exponent is a tensor. Write (exponent * base.log()).exp() instead."
            )
        return apply(rules.power, self, exponent)

    def __getitem__(self, key):
        return apply(rules.index, self, key)

    # Methods. Any other rule is used as apply(rules.gelu, x).

    def sum(self, axis=None, *, keepdims=False):
        return apply(rules.sum_, self, axis=axis, keepdims=keepdims)

    def mean(self, axis=None, *, keepdims=False):
        return apply(rules.mean, self, axis=axis, keepdims=keepdims)

    def max(self, axis=None, *, keepdims=False):
        return apply(rules.max_, self, axis=axis, keepdims=keepdims)

    def reshape(self, *shape):
        return apply(rules.reshape, self, shape[0] if len(shape) == 1 else shape)

    def transpose(self, *axes):
        return apply(rules.transpose, self, axes or None)

    def exp(self):
        return apply(rules.exp, self)

    def log(self):
        return apply(rules.log, self)

    def sqrt(self):
        return apply(rules.sqrt, self)

    def sigmoid(self):
        return apply(rules.sigmoid, self)

    def tanh(self):
        return apply(rules.tanh, self)

    def relu(self):
        return apply(rules.relu, self)

    # The backward pass.

    def backward(self, gradient=None, *, keep_graph: bool = False) -> None:
        """Add ∂L/∂v to ``grad`` of every leaf v that requires it, where L is this tensor.

        ``gradient`` is ∂L/∂(this tensor), of its shape; it may be left out for a single number, where it is 1.
        Leaves accumulate until ``zero_grad``. Everything between is freed on the way (gradients, pullbacks and what they
        hold), unless ``keep_graph=True``: then the graph can be run again and its interior ``grad`` can be read.

        Raises ValueError when the gradient's shape is wrong or missing, RuntimeError when there is nothing to go back through.
        """
        starting = self._starting_gradient(gradient)
        nodes, leaves = ancestors(self)
        for node in nodes:
            node.grad, node._owns_grad = None, False
        for leaf in leaves:
            leaf._owns_grad = leaf.grad is not None
        self.grad = starting
        for node in nodes:
            gradients = () if node.grad is None else node._pullback(node.grad)
            deliver(node._parents, gradients if type(gradients) is tuple else (gradients,))
            if not keep_graph:
                node._pullback, node._parents, node.grad = freed, (), None
        own_leaf_gradients(leaves)

    def _starting_gradient(self, gradient):
        if not self.requires_grad:
            raise RuntimeError(
                "backward() found nothing to go back through: this tensor was not computed from one with requires_grad=True, "
                "or it was computed inside no_grad()."
            )
        if gradient is None and self.data.size != 1:
            raise ValueError(
                f"backward() starts from one number, and this tensor has shape {self.shape}. "
                "Reduce it first (.sum() or .mean()), or pass gradient=, an array of that shape."
            )
        started = np.ones(self.shape, self.dtype) if gradient is None else np.array(gradient, self.dtype)
        if started.shape != self.shape:
            raise ValueError(f"backward() needs a gradient of this tensor's shape {self.shape}; {started.shape} came.")
        if self._pullback is None and self.grad is not None:
            return started + self.grad  # a leaf accumulates even here
        return started


DATA = Tensor(0.0)  # stands in a node's parents for an input that is not a tensor


def tensor(data, *, requires_grad: bool = False, dtype=None, name: str = "") -> Tensor:
    """A new leaf, with its own copy of the data in ``dtype``."""
    return Tensor(np.array(data, dtype), requires_grad, name=name)


@contextmanager
def no_grad() -> Iterator[None]:
    """Inside ``with no_grad():`` nothing is recorded: for predictions, and for updating parameters."""
    global _recording
    before, _recording = _recording, False
    try:
        yield
    finally:
        _recording = before


def apply(rule: Callable, *inputs, **options) -> Tensor:
    """``rule(*inputs, **options)`` as a tensor that remembers the rule's pullback.

    ``inputs`` are tensors, arrays or whatever the rule takes; the rule's gradients belong to the first of them, in order.

    >>> z = Tensor([0.0], requires_grad=True)
    >>> apply(rules.sigmoid, z).backward()
    >>> z.grad
    array([0.25])
    """
    data, pullback = rule(*[x.data if type(x) is Tensor else x for x in inputs], **options)
    parents = [x if type(x) is Tensor else DATA for x in inputs]
    return _node(data, pullback, parents, _recording and True in [p.requires_grad for p in parents])


def _binary(rule, x, y):
    """``rule(x, y)`` where one of the two is a tensor and the other may be a constant."""
    if type(x) is not Tensor:
        x = _constant(x, y)
    if type(y) is not Tensor:
        y = _constant(y, x)
    try:
        data, pullback = rule(x.data, y.data)
    except ValueError as error:
        raise ValueError(_misfit(rule, x, y, error)) from error
    return _node(data, pullback, (x, y), _recording and (x.requires_grad or y.requires_grad))


def _node(data, pullback, parents, requires_grad) -> Tensor:
    """Tensor.__init__ for the result of an operation: no checks, for they cost as much as the operation."""
    node = Tensor.__new__(Tensor)
    node.data = data
    node.requires_grad = requires_grad
    node.name = ""
    node.grad = None
    if requires_grad:
        node._pullback = pullback
        node._parents = parents
    else:
        node._pullback = None
        node._parents = ()
    node._number = _birth()
    return node


def _constant(x, like: Tensor) -> Tensor:
    """A number becomes an array of the other operand's type, so that 2 * float32 stays float32."""
    return Tensor(np.asarray(x, like.data.dtype) if isinstance(x, int | float) else x)


def _misfit(rule, x, y, error) -> str:
    if rule is rules.matmul:
        return str(error)
    return (
        f"{rule.__name__} could not combine shapes {x.shape} and {y.shape}: compared from the last axis, sizes must be equal or 1. "
        "Reshape one of them, or give it an axis of size 1 where it should be repeated."
    )
