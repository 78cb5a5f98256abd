"""Attention: every position asks, every position answers, and the answers are mixed by how well they match. Chapter 23.

N batch, T positions, D features, ``heads`` heads of d = D / heads features each.
"""

import numpy as np

from bpedu.rules.linear import dense


def causal_mask(T):
    """(T, T) booleans: position i may look at position j where j ≤ i.

    >>> causal_mask(3)
    array([[ True, False, False],
           [ True,  True, False],
           [ True,  True,  True]])
    """
    return np.tri(T, dtype=bool)


def _forbid(mask, dtype):
    """What is added to the scores: 0 where looking is allowed, −∞ where it is not."""
    if not mask.any(axis=-1).all():
        raise ValueError(
            "attention: a row of the mask allows nothing, so there is nothing to mix; let each look at itself."
        )
    return np.where(mask, 0, -np.inf).astype(dtype)


def scaled_dot_product_attention(Q, K, V, *, mask=None):
    """A = P V, P = softmax(Q Kᵀ / √d) row by row. Vaswani et al. 2017.

    Q (..., T, d), K (..., S, d), V (..., S, e) -> A (..., T, e); ``mask`` (broadcast to (..., T, S)) is True where looking
    is allowed. dV = Pᵀ dA, dP = dA Vᵀ, dS = P (dP − Σ dP P), dQ = dS K/√d, dK = dSᵀ Q/√d. Q, K and V have the same
    leading axes.

    Raises ValueError when a row of the mask allows nothing.
    """
    scale = 1 / Q.shape[-1] ** 0.5
    P = Q @ K.swapaxes(-1, -2)
    P *= scale
    if mask is not None:
        P += _forbid(mask, P.dtype)
    P -= P.max(axis=-1, keepdims=True)
    np.exp(P, out=P)
    P /= P.sum(axis=-1, keepdims=True)

    def scaled_dot_product_attention_pullback(dA):
        dV = P.swapaxes(-1, -2) @ dA
        dS = dA @ V.swapaxes(-1, -2)  # dP; softmax's pullback turns it into dS
        dS -= (dS * P).sum(axis=-1, keepdims=True)
        dS *= P
        dS *= scale
        return dS @ K, dS.swapaxes(-1, -2) @ Q, dV

    return P @ V, scaled_dot_product_attention_pullback


def split_heads(X, heads):
    """(N, T, D) -> (N, heads, T, D/heads): each head gets its own slice of the features. A view.

    Raises ValueError when D is not a multiple of heads.
    """
    N, T, D = X.shape
    if D % heads:
        raise ValueError(f"attention splits D = {D} features evenly among {heads} heads, which cannot be done.")
    return X.reshape(N, T, heads, D // heads).swapaxes(1, 2)


def merge_heads(X):
    """(N, heads, T, d) -> (N, T, heads·d): undoes split_heads."""
    N, heads, T, d = X.shape
    return X.swapaxes(1, 2).reshape(N, T, heads * d)


def multi_head_attention(X, W_qkv, b_qkv, W_o, b_o, *, heads, mask=None):
    """Self-attention: each position of X makes its query, key and value; heads attend; one linear map mixes the heads.

    X (N, T, D), W_qkv (3D, D) with the rows of queries, then keys, then values, b_qkv (3D,), W_o (D, D), b_o (D,) ->
    (N, T, D). ``mask`` as in scaled_dot_product_attention, e.g. ``causal_mask(T)``.
    """
    QKV, back_to_inputs = dense(X, W_qkv, b_qkv)
    QKV = np.ascontiguousarray(split_heads(QKV, 3 * heads))  # (N, 3·heads, T, d): products of scattered rows are slow
    mixed, back_to_heads = scaled_dot_product_attention(*np.split(QKV, 3, axis=1), mask=mask)
    Y, back_to_mixed = dense(merge_heads(mixed), W_o, b_o)

    def multi_head_attention_pullback(dY):
        d_mixed, dW_o, db_o = back_to_mixed(dY)
        d_heads = back_to_heads(np.ascontiguousarray(split_heads(d_mixed, heads)))
        dX, dW_qkv, db_qkv = back_to_inputs(merge_heads(np.concatenate(d_heads, axis=1)))
        return dX, dW_qkv, db_qkv, dW_o, db_o

    return Y, multi_head_attention_pullback


def cross_attention(X, C, W_q, b_q, W_kv, b_kv, W_o, b_o, *, heads, mask=None):
    """Attention of X (N, T, D) to a context C (N, S, D): X asks, C answers, as a decoder looks at its encoder.

    W_q (D, D), W_kv (2D, D) with the rows of keys, then values, W_o (D, D), with their biases -> (N, T, D).
    """
    Q, back_to_X = dense(X, W_q, b_q)
    KV, back_to_C = dense(C, W_kv, b_kv)
    D = X.shape[-1]
    Q, K, V = split_heads(Q, heads), split_heads(KV[..., :D], heads), split_heads(KV[..., D:], heads)
    mixed, back_to_heads = scaled_dot_product_attention(Q, K, V, mask=mask)
    Y, back_to_mixed = dense(merge_heads(mixed), W_o, b_o)

    def cross_attention_pullback(dY):
        d_mixed, dW_o, db_o = back_to_mixed(dY)
        dQ, dK, dV = (merge_heads(d) for d in back_to_heads(split_heads(d_mixed, heads)))
        dX, dW_q, db_q = back_to_X(dQ)
        dC, dW_kv, db_kv = back_to_C(np.concatenate([dK, dV], axis=-1))
        return dX, dC, dW_q, db_q, dW_kv, db_kv, dW_o, db_o

    return Y, cross_attention_pullback
