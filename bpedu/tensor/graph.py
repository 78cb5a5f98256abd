"""Graph: what a tensor remembers, as a list and as a picture with values over the wires and gradients under them."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np

from bpedu.tensor.engine import DATA, Tensor

SYMBOLS = {"add": "+", "sub": "−", "mul": "×", "div": "÷", "matmul": "@", "negate": "−", "sum": "Σ", "sigmoid": "σ"}
VALUE, GRADIENT, INK, PAPER = "#007355", "#b34a00", "#333333", "#ffffff"  # green and vermilion, dark enough on white


@dataclass(frozen=True)
class Node:
    """One tensor: its ``name``, the ``operation`` that made it ("" for a leaf), its ``value``, its ``gradient`` (None if not kept)."""

    name: str
    operation: str
    value: np.ndarray
    gradient: np.ndarray | None


@dataclass(frozen=True)
class Edge:
    """``source`` was read by ``target`` (both names). ``gradient`` is what comes back along this edge alone, None if not kept."""

    source: str
    target: str
    gradient: np.ndarray | None


@dataclass(frozen=True)
class Graph:
    """Nodes in the order they were computed, and edges in the order they were read. Shown as a picture in a notebook."""

    nodes: list[Node]
    edges: list[Edge]

    def __str__(self):
        return "\n".join(self._line(node) for node in self.nodes)

    def _line(self, node):
        read = [e.source for e in self.edges if e.target == node.name]
        made = f"{node.operation}({', '.join(read)})" if node.operation else "leaf"
        back = "" if node.gradient is None else f"   gradient {short(node.gradient)}"
        return f"{node.name} = {made}: {short(node.value)}{back}"

    def _repr_svg_(self):
        return to_svg(self)


def graph(root: Tensor) -> Graph:
    """Everything ``root`` was computed from. For gradients, call ``root.backward(keep_graph=True)`` before.

    >>> x = Tensor(3.0, requires_grad=True, name="x")
    >>> L = x * x + x
    >>> L.backward(keep_graph=True)
    >>> print(graph(L))
    x = leaf: 3   gradient 7
    v1 = mul(x, x): 9   gradient 1
    v2 = add(v1, x): 12   gradient 1
    """
    tensors = _everything_behind(root)
    names = _names(tensors)
    nodes = [Node(names[t], t.operation, t.data, t.grad) for t in tensors]
    edges = [Edge(names[p], names[t], g) for t in tensors for p, g in _wires(t)]
    return Graph(nodes, edges)


def _everything_behind(root):
    """Leaves included, constants too, oldest first."""
    seen, stack = {root}, [root]
    while stack:
        for parent in stack.pop()._parents:
            if parent not in seen and parent is not DATA:
                seen.add(parent)
                stack.append(parent)
    return sorted(seen, key=lambda t: t._number)


def _wires(tensor):
    """The tensor's parents, each with the gradient it gets from this tensor (the rule is pure, so it may be asked again)."""
    gradients = () if tensor.grad is None or not tensor._parents else tensor._pullback(tensor.grad)
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)
    padded = [*gradients, *[None] * (len(tensor._parents) - len(gradients))]
    return [(p, g if p.requires_grad else None) for p, g in zip(tensor._parents, padded, strict=True) if p is not DATA]


def _names(tensors):
    """Given names where they are unique; numbers for small constants; v0, v1 … for the rest."""
    names, taken = {}, set()
    for i, t in enumerate(tensors):
        name = t.name or (short(t.data) if t.data.size == 1 and not t.requires_grad else f"v{i}")
        names[t] = name if name not in taken else f"{name}·{i}"
        taken.add(names[t])
    return names


def short(array) -> str:
    """A number or a few of them as they are, a larger array as its shape."""
    array = np.asarray(array)
    if array.size == 1:
        return f"{array.item():.4g}"
    if array.size <= 2:
        return np.array2string(array, precision=3, separator=", ", floatmode="maxprec").replace("\n", "")
    return "×".join(map(str, array.shape))


# The picture.


def to_svg(graph: Graph, *, column: int = 150, row: int = 96) -> str:
    """The graph as SVG text: computed from left to right, values green over each wire, gradients vermilion under it."""
    places = _places(graph, column, row)
    last = graph.nodes[-1]
    x, y = places[last.name]
    width, height = x + column, max(y for _, y in places.values()) + row // 2
    parts = [_wire(places[e.source], places[e.target], _node(graph, e.source).value, e.gradient) for e in graph.edges]
    parts.append(_wire((x, y), (x + column - 40, y), last.value, last.gradient))
    parts += [_shape(node, *places[node.name]) for node in graph.nodes]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img" '
        f'aria-label="{escape(str(graph), quote=True)}" font-family="sans-serif" font-size="13" text-anchor="middle" stroke-linejoin="round">'
        f'<rect width="{width}" height="{height}" rx="6" fill="{PAPER}"/>{"".join(parts)}</svg>'
    )


def _node(graph, name):
    return next(node for node in graph.nodes if node.name == name)


def _places(graph, column, row):
    """Column: the longest way from a leaf (a leaf stands just before its first reader). Row: in order, near the parents."""
    depth = {node.name: 0 for node in graph.nodes}
    for node in graph.nodes:
        depth[node.name] = max((depth[e.source] + 1 for e in graph.edges if e.target == node.name), default=0)
    for node in graph.nodes:
        readers = [depth[e.target] for e in graph.edges if e.source == node.name]
        if not node.operation and readers:
            depth[node.name] = min(readers) - 1
    return _rows(graph, depth, column, row)


def _rows(graph, depth, column, row):
    height, used = {}, set()
    for node in sorted(graph.nodes, key=lambda n: depth[n.name]):
        parents = [height[e.source] for e in graph.edges if e.target == node.name and e.source in height]
        wanted = round(sum(parents) / len(parents)) if parents else 0
        free = (r for step in range(len(graph.nodes) + 1) for r in (wanted + step, wanted - step) if r >= 0)
        height[node.name] = next(r for r in free if (depth[node.name], r) not in used)
        used.add((depth[node.name], height[node.name]))
    return {name: (60 + column * depth[name], row // 2 + row * height[name]) for name in height}


def _wire(start, end, value, gradient):
    (x1, y1), (x2, y2) = start, end
    along = (
        0.7 if abs(y2 - y1) > 150 else 0.5 - (y2 - y1) / 960
    )  # off the middle, where wires would cross each other's numbers
    x, y = round(x1 + along * (x2 - x1)), round(y1 + along * (y2 - y1))
    halo = f'stroke="{PAPER}" stroke-width="4" paint-order="stroke"'
    below = (
        ""
        if gradient is None
        else f'<text x="{x}" y="{y + 16}" {halo} fill="{GRADIENT}">{escape(short(gradient))}</text>'
    )
    return (
        f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{INK}" stroke-width="1.3"/>'
        f'<text x="{x}" y="{y - 6}" {halo} fill="{VALUE}">{escape(short(value))}</text>{below}'
    )


def _shape(node, x, y):
    text = f'<text x="{x}" y="{y + 5}" fill="{INK}">{escape(SYMBOLS.get(node.operation, node.operation) or node.name)}</text>'
    if node.operation in SYMBOLS:
        return f'<circle cx="{x}" cy="{y}" r="17" fill="{PAPER}" stroke="{INK}"/>{text}'
    half = max(18, 4 * len(node.operation or node.name) + 8)
    dash = "" if node.operation else ' stroke-dasharray="4 2"'
    return f'<rect x="{x - half}" y="{y - 15}" width="{2 * half}" height="30" rx="7" fill="{PAPER}" stroke="{INK}"{dash}/>{text}'
