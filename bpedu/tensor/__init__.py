"""Tensor: a define-by-run engine. Compute with tensors, call ``backward()``, read ``grad`` (chapter 10)."""

from bpedu.memory import keep_freed_memory
from bpedu.tensor.engine import Tensor, apply, no_grad, tensor
from bpedu.tensor.functions import concatenate, dense, embedding, lstm, maximum, stack, where
from bpedu.tensor.graph import Edge, Graph, Node, graph, to_svg

keep_freed_memory()

__all__ = [
    "Edge",
    "Graph",
    "Node",
    "Tensor",
    "apply",
    "concatenate",
    "dense",
    "embedding",
    "graph",
    "lstm",
    "maximum",
    "no_grad",
    "stack",
    "tensor",
    "to_svg",
    "where",
]
