"""A reverse-mode engine for single numbers, small enough to read in one sitting (chapter 10).

It shares no line with the rest of ``bpedu`` (not even NumPy), so it can bear witness: where it and the
array rules agree, two independent pieces of code agree.
"""

from __future__ import annotations

import math


class Value:
    """A number that remembers how it was computed.

    ``data`` is the number, ``grad`` is ∂L/∂(this number) once ``L.backward()`` has run. ``parents`` are the values
    it was made from and ``slopes`` the derivatives of this value with respect to each parent, found on the way forward.

    >>> x, y = Value(2.0), Value(3.0)
    >>> L = x * y + x          # x is used twice: its two contributions are added
    >>> L.backward()
    >>> x.grad, y.grad
    (4.0, 2.0)
    """

    __slots__ = ("data", "grad", "label", "op", "parents", "slopes")

    def __init__(self, data: float, parents: tuple = (), slopes: tuple = (), *, op: str = "", label: str = ""):
        self.data = float(data)
        self.grad = 0.0
        self.parents = parents
        self.slopes = slopes
        self.op = op
        self.label = label

    def __repr__(self):
        name = f"{self.label}: " if self.label else ""
        return f"Value({name}data={self.data:.6g}, grad={self.grad:.6g})"

    # Arithmetic. Each line gives the value, its parents, and one slope per parent.

    def __add__(self, other):
        other = as_value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), op="+")

    def __mul__(self, other):
        other = as_value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), op="×")

    def __sub__(self, other):
        other = as_value(other)
        return Value(self.data - other.data, (self, other), (1.0, -1.0), op="−")

    def __truediv__(self, other):
        other = as_value(other)
        quotient = self.data / other.data
        return Value(quotient, (self, other), (1.0 / other.data, -quotient / other.data), op="÷")

    def __pow__(self, exponent: float):
        """xⁿ for a constant n: d/dx = n xⁿ⁻¹."""
        if isinstance(exponent, Value):
            raise TypeError(
                "A power needs a plain number as its exponent, and this one is a Value. "
                "For a variable exponent write (exponent * base.log()).exp()."
            )
        slope = exponent * self.data ** (exponent - 1) if exponent else 0.0
        return Value(self.data**exponent, (self,), (slope,), op=f"^{exponent:g}")

    def __neg__(self):
        return Value(-self.data, (self,), (-1.0,), op="−")

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other):
        return as_value(other) - self

    def __rtruediv__(self, other):
        return as_value(other) / self

    # Functions of one value.

    def exp(self):
        y = math.exp(self.data)
        return Value(y, (self,), (y,), op="exp")

    def log(self):
        return Value(math.log(self.data), (self,), (1.0 / self.data,), op="log")

    def tanh(self):
        y = math.tanh(self.data)
        return Value(y, (self,), (1.0 - y * y,), op="tanh")

    def sigmoid(self):
        """σ(x) = 1/(1 + e⁻ˣ), written so that the exponential never overflows; slope σ(1 − σ)."""
        e = math.exp(-abs(self.data))
        y = 1.0 / (1.0 + e) if self.data >= 0 else e / (1.0 + e)
        return Value(y, (self,), (y * (1.0 - y),), op="σ")

    def relu(self):
        """max(0, x); the slope at the kink is taken to be 0."""
        positive = self.data > 0
        return Value(self.data if positive else 0.0, (self,), (1.0 if positive else 0.0,), op="relu")

    # The backward pass.

    def backward(self):
        """Add ∂(this)/∂v to ``v.grad`` of every leaf v, and set ``grad`` of every value in between.

        Interior gradients start from zero at each call; leaves (values that were not computed) keep what they have,
        so gradients of several losses add up until ``zero_grad`` clears them. Calling it twice therefore doubles the
        gradient of a leaf and leaves the interior as it was.
        """
        order = topological_order(self)
        for node in order:
            if node.parents:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            for parent, slope in zip(node.parents, node.slopes, strict=True):
                parent.grad += slope * node.grad


def as_value(x) -> Value:
    """``x`` itself if it is a Value, otherwise a new leaf that holds the number x."""
    return x if isinstance(x, Value) else Value(x)


def topological_order(root: Value) -> list[Value]:
    """Every value that ``root`` depends on, parents before children, ``root`` last.

    The walk keeps its own stack instead of calling itself, so a chain of any length fits.
    """
    order, seen, stack = [], {root}, [(root, iter(root.parents))]
    while stack:
        node, parents = stack[-1]
        for parent in parents:
            if parent not in seen:
                seen.add(parent)
                stack.append((parent, iter(parent.parents)))
                break
        else:
            order.append(node)
            stack.pop()
    return order


def zero_grad(values) -> None:
    """Set the gradient of each value to zero, as before a new training step."""
    for value in values:
        value.grad = 0.0
