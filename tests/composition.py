"""The least that can chain small rules: nodes with operators, and a walk back. Shares nothing with ``bpedu.tensor``."""

from itertools import count

import numpy as np

from bpedu import rules as R

_created = count()


class Node:
    """A value, the nodes it was made of, and the pullback of the rule that made it."""

    __array_ufunc__ = None  # an array times a node is the node's business

    def __init__(self, value, parents=(), pullback=None):
        self.value, self.parents, self.pullback, self.number = value, parents, pullback, next(_created)

    def __add__(self, other):
        return call(R.add, self, other)

    def __radd__(self, other):
        return call(R.add, other, self)

    def __sub__(self, other):
        return call(R.sub, self, other)

    def __rsub__(self, other):
        return call(R.sub, other, self)

    def __mul__(self, other):
        return call(R.mul, self, other)

    def __rmul__(self, other):
        return call(R.mul, other, self)

    def __truediv__(self, other):
        return call(R.div, self, other)

    def __rtruediv__(self, other):
        return call(R.div, other, self)

    def __matmul__(self, other):
        return call(R.matmul, self, other)

    def __neg__(self):
        return call(R.negate, self)

    def __pow__(self, exponent):
        return call(R.power, self, exponent=exponent)

    def __getitem__(self, key):
        return call(R.index, self, key=key)

    @property
    def shape(self):
        return self.value.shape

    @property
    def T(self):
        return self.swap(*range(self.value.ndim - 2), -1, -2)

    def swap(self, *axes):
        return call(R.transpose, self, axes=axes)

    def reshape(self, *shape):
        return call(R.reshape, self, shape=shape)

    def sum(self, axis=None, keepdims=False):
        return call(R.sum_, self, axis=axis, keepdims=keepdims)

    def mean(self, axis=None, keepdims=False):
        return call(R.mean, self, axis=axis, keepdims=keepdims)


def call(rule, *arguments, **options):
    """Apply a rule to nodes (anything else becomes one)."""
    nodes = [a if isinstance(a, Node) else Node(np.asarray(a)) for a in arguments]
    return Node(*_evaluated(rule, nodes, options))


def _evaluated(rule, nodes, options):
    value, pullback = rule(*(n.value for n in nodes), **options)
    return value, nodes, pullback


def join(nodes, rule=R.concatenate, axis=0):
    """concatenate or stack, of nodes."""
    return call(lambda *arrays: rule(arrays, axis=axis), *nodes)


def gradients(outputs, cotangents, inputs):
    """The gradients of the inputs, when the outputs receive the cotangents."""
    received, seen, todo = {}, {}, list(outputs)
    for node, cotangent in zip(outputs, cotangents, strict=True):
        received[node] = received.get(node, 0) + cotangent
    while todo:
        node = todo.pop()
        if node not in seen:
            seen[node] = True
            todo += node.parents
    for node in sorted(seen, key=lambda n: -n.number):
        if node.pullback is not None:
            back = node.pullback(received.get(node, np.zeros(np.shape(node.value))))
            for parent, G in zip(node.parents, back if isinstance(back, tuple) else (back,), strict=False):
                received[parent] = received.get(parent, 0) + G
    return [received[x] for x in inputs]
