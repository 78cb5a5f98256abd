"""Embedding: a table with one row per word, and the rows that a text asks for. Chapter 21."""

import numpy as np

_LARGEST_ONE_HOT = 512  # rows; above it sorting the ids is quicker than multiplying with zeros


def embedding(ids, E):
    """A = E[ids]: the rows of the table E (V, D) that the integers ids (...) name -> A (..., D).

    dE has in each row the sum of dA over all places that looked the row up, and 0 where nobody did: the transpose of a
    lookup is a scatter. ids are data.

    Raises ValueError for an id outside 0 … V − 1.

    >>> A, pullback = embedding(np.array([2, 0, 2]), np.zeros((3, 1)))
    >>> pullback(np.array([[1.0], [10.0], [100.0]]))
    array([[ 10.],
           [  0.],
           [101.]])
    """
    V, D = E.shape
    if ids.size and not 0 <= ids.min() <= ids.max() < V:
        raise ValueError(
            f"embedding looks up rows 0 to {V - 1} of a table {E.shape}; ids from {ids.min()} to {ids.max()} came."
        )

    def embedding_pullback(dA):
        add_rows = _add_rows_by_product if V <= _LARGEST_ONE_HOT else _add_rows_by_sorting
        return add_rows(ids.reshape(-1), dA.reshape(-1, D), V)

    return E[ids], embedding_pullback


def _add_rows_by_product(ids, rows, V):
    """Σ over equal ids of their rows, as one-hotᵀ · rows: more arithmetic than adding, but all of it in one product."""
    one_hot = np.zeros((V, len(ids)), dtype=rows.dtype)
    one_hot[ids, np.arange(len(ids))] = 1
    return one_hot @ rows


def _add_rows_by_sorting(ids, rows, V):
    """Σ over equal ids of their rows: sorted, equal ids stand together and each run is summed."""
    total = np.zeros((V, rows.shape[1]), dtype=rows.dtype)
    if len(ids):
        order = np.argsort(ids, kind="stable")
        named, starts = np.unique(ids[order], return_index=True)
        total[named] = np.add.reduceat(rows[order], starts, axis=0)
    return total
