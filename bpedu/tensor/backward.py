"""Backward: the steps of ``Tensor.backward``, each small enough to read alone.

A node knows its ``_parents`` (the tensors it was computed from), its ``_pullback`` (None for a leaf) and the ``_number`` of its birth.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter


def ancestors(root) -> tuple[list, list]:
    """The computed tensors behind ``root``, youngest first, and the leaves that require a gradient.

    No recursion, so the graph may be as deep as memory allows; and sorting by birth is a topological order.
    """
    nodes, leaves, seen, stack = [], [], {root}, [root]
    while stack:
        node = stack.pop()
        if node._pullback is None:
            leaves.append(node)
            continue
        nodes.append(node)
        for parent in node._parents:
            if parent.requires_grad and parent not in seen:
                seen.add(parent)
                stack.append(parent)
    nodes.sort(key=attrgetter("_number"), reverse=True)
    return nodes, leaves


def deliver(parents, gradients) -> None:
    """Add to each parent's gradient what a pullback returned for it.

    The first gradient to arrive is borrowed, not copied; the second makes a new array, which later ones are added to in place.
    """
    for parent, gradient in zip(parents, gradients):  # noqa: B905 (strict= costs 0.1 µs)
        if gradient is None or not parent.requires_grad:
            continue
        if parent.grad is None:
            parent.grad = gradient
        elif parent._owns_grad:
            parent.grad += gradient
        else:
            parent.grad = parent.grad + gradient
            parent._owns_grad = True


def own_leaf_gradients(leaves: list) -> None:
    """Give each leaf an array of its own: what it borrowed may be a view, or another leaf's too."""
    taken = set()
    for leaf in leaves:
        gradient = leaf.grad
        if gradient is None:  # nothing came: every rule that read it says that it does not matter
            continue
        if gradient.shape != leaf.data.shape:
            raise ValueError(
                f"A rule returned a gradient of shape {gradient.shape} for a tensor of shape {leaf.shape}; a gradient has its "
                "tensor's shape. Look at the pullbacks of the rules that read this tensor."
            )
        if id(gradient) in taken or gradient.base is not None:
            leaf.grad = gradient.copy()
        taken.add(id(gradient))


def freed(gradient):
    raise RuntimeError(
        "backward() freed this graph when it first went through it. Compute the loss again, or call backward(keep_graph=True) the first time."
    )


def rule_name(pullback: Callable) -> str:
    """ "dense" for ``dense_pullback``."""
    return "freed" if pullback is freed else pullback.__name__.removesuffix("_pullback").strip("_")
