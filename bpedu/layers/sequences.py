"""Layers for sequences (N, T, D): batch, time, features (chapters 21 to 24).

Recurrent layers start from a state of zeros and return the state after every step; ``LastStep`` keeps only the last.
"""

from __future__ import annotations

import numpy as np

from bpedu import rules
from bpedu.initializers import glorot_uniform, normal, orthogonal, zeros
from bpedu.layers.layer import Layer
from bpedu.rules.attention import causal_mask


class Embedding(Layer):
    """Row E[id] for every id: integers (N, T) -> (N, T, features). There is no gradient for integers."""

    names = ("E",)

    def __init__(self, vocabulary: int, features: int, *, rng, std: float = 0.1, dtype=np.float32):
        self.E = normal((vocabulary, features), rng=rng, std=std, dtype=dtype)

    def rule(self, ids, training):
        A, back = rules.embedding(ids, self.E)

        def embedding_pullback(dA):
            return None, back(dA)

        return A, embedding_pullback


class Positions(Layer):
    """X + P: a learned vector for each place, added to whatever stands there. X (N, T, D) with T ≤ length.

    Raises ValueError for a longer sequence.
    """

    names = ("P",)

    def __init__(self, length: int, features: int, *, rng, std: float = 0.1, dtype=np.float32):
        self.P = normal((length, features), rng=rng, std=std, dtype=dtype)

    def rule(self, X, training):
        T = X.shape[1]
        if len(self.P) < T:
            raise ValueError(
                f"Positions has vectors for {len(self.P)} places and the sequence has {T}; make the layer longer."
            )
        Y, back = rules.add(X, self.P[:T])

        def positions_pullback(dY):
            dX, dP = back(dY)
            return dX, np.concatenate([dP, np.zeros_like(self.P[T:])])

        return Y, positions_pullback


class Recurrent(Layer):
    """What RNN, LSTM and GRU share: their weights, stacked by ``gates``, and the states of zeros they start from."""

    names = ("W_x", "W_h", "b")
    gates = states = 1

    def __init__(self, n_in: int, units: int, *, rng, dtype=np.float32):
        self.units = units
        self.W_x = np.concatenate([glorot_uniform((units, n_in), rng=rng, dtype=dtype) for _ in range(self.gates)])
        self.W_h = np.concatenate([orthogonal((units, units), rng=rng, dtype=dtype) for _ in range(self.gates)])
        self.b = zeros(self.gates * units, dtype=dtype)

    def sequence(self, X, *arrays):
        """The rule for a whole sequence: X, the initial states, the parameters -> the states after every step."""
        raise NotImplementedError

    def rule(self, X, training):
        start = [np.zeros((len(X), self.units), X.dtype)] * self.states
        H, back = self.sequence(X, *start, *self.parameters().values())

        def recurrent_pullback(dH):
            dX, *gradients = back(dH)
            return dX, *gradients[self.states :]

        return H, recurrent_pullback


class RNN(Recurrent):
    """H_t = tanh(X_t W_xᵀ + H_{t−1} W_hᵀ + b). X (N, T, n_in) -> H (N, T, units)."""

    def sequence(self, X, *arrays):
        return rules.rnn(X, *arrays)


class LSTM(Recurrent):
    """An LSTM with gates stacked in the order i, f, g, o. X (N, T, n_in) -> H (N, T, units).

    The forget gate's bias starts at ``forget_bias``: at 1 the cell remembers until it learns to forget. Gers et al. 2000,
    Jozefowicz et al. 2015.
    """

    gates, states = 4, 2

    def __init__(self, n_in: int, units: int, *, rng, forget_bias: float = 1.0, dtype=np.float32):
        super().__init__(n_in, units, rng=rng, dtype=dtype)
        self.b[units : 2 * units] = forget_bias

    def sequence(self, X, *arrays):
        (H, _), back = rules.lstm(X, *arrays)
        return H, back


class GRU(Recurrent):
    """A GRU with gates stacked in the order r, z, n, and two biases as in PyTorch. X (N, T, n_in) -> H (N, T, units)."""

    names = ("W_x", "W_h", "b_x", "b_h")
    gates = 3

    def __init__(self, n_in: int, units: int, *, rng, dtype=np.float32):
        super().__init__(n_in, units, rng=rng, dtype=dtype)
        self.b_x, self.b_h = self.b, zeros(3 * units, dtype=dtype)

    def sequence(self, X, *arrays):
        return rules.gru(X, *arrays)


class LastStep(Layer):
    """The last time step alone: (N, T, D) -> (N, D)."""

    def rule(self, X, training):
        return rules.index(X, (slice(None), -1))


class MultiHeadAttention(Layer):
    """Self-attention with ``heads`` heads: X (N, T, D) -> (N, T, D). With ``causal=True`` a place sees only itself and earlier ones."""

    names = ("W_qkv", "b_qkv", "W_o", "b_o")

    def __init__(self, features: int, heads: int, *, rng, causal: bool = False, dtype=np.float32):
        if features % heads:
            raise ValueError(f"MultiHeadAttention shares {features} features among {heads} heads, which leaves a rest.")
        self.W_qkv = np.concatenate([glorot_uniform((features, features), rng=rng, dtype=dtype) for _ in range(3)])
        self.W_o = glorot_uniform((features, features), rng=rng, dtype=dtype)
        self.b_qkv, self.b_o = zeros(3 * features, dtype=dtype), zeros(features, dtype=dtype)
        self.heads, self.causal = heads, causal

    def rule(self, X, training):
        mask = causal_mask(X.shape[1]) if self.causal else None
        return rules.multi_head_attention(X, *self.parameters().values(), heads=self.heads, mask=mask)
