"""Similarity: losses that ask for distances between embeddings, not for labels. Chapter 04.

Rows of A, B … are embeddings (N, D). ``reduction`` is as in ``losses``.
"""

import numpy as np

from bpedu.rules.losses import reduced


def contrastive(A, B, same, *, margin=1.0, reduction="mean"):
    """Pairs: L = mean of ½ s d² + ½ (1 − s) max(0, m − d)², d = |a − b|, s = 1 for a pair that belongs together, else 0.

    A, B (N, D), same (N,) of 0 and 1. dA = (a − b)(s − (1 − s) max(0, m − d)/d) / N, dB = −dA; where d = 0 and s = 0 no
    direction leads apart, and 0 is used. Hadsell, Chopra, LeCun 2006.
    """
    _rows_of_one_shape("contrastive", A, B)
    D = A - B
    d = np.sqrt((D * D).sum(axis=-1))
    short = (1 - same) * np.maximum(margin - d, 0)
    L, factor = reduced(0.5 * (same * d * d + short * short), reduction)

    def contrastive_pullback(dL=1.0):
        push = short / np.where(d > 0, d, np.inf)
        dA = D * (dL * factor * (same - push))[..., None]
        return dA, -dA

    return L, contrastive_pullback


def triplet(A, P, N, *, margin=1.0, reduction="mean"):
    """Triplets: L = mean of max(0, |a − p|² − |a − n|² + m): an anchor nearer to its positive than to its negative.

    A, P, N (batch, D). Where the loss is positive dA = 2 (n − p), dP = 2 (p − a), dN = 2 (a − n), over the batch; else 0.
    Squared distances, as in Schroff, Kalenichenko, Philbin 2015 (PyTorch's triplet loss does not square).
    """
    _rows_of_one_shape("triplet", A, P, N)
    gap = ((A - P) ** 2).sum(axis=-1) - ((A - N) ** 2).sum(axis=-1) + margin
    L, factor = reduced(np.maximum(gap, 0), reduction)

    def triplet_pullback(dL=1.0):
        active = (2 * dL * factor * (gap > 0))[..., None].astype(A.dtype, copy=False)
        return active * (N - P), active * (P - A), active * (A - N)

    return L, triplet_pullback


def _rows_of_one_shape(name, *arrays):
    shapes = [x.shape for x in arrays]
    if len(set(shapes)) > 1:
        raise ValueError(f"{name} compares embeddings row by row, so all need one shape (N, D); {shapes} came.")
