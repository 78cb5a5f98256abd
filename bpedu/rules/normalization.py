"""Normalization: shift and scale a set of values to mean 0 and variance 1, then let the network choose anew with γ and β.

Batch norm takes the set over the batch (per feature), layer norm over the features (per example). Both share one formula
forward and one backward; the variance is computed in two passes, from the deviations. Chapter 15.
"""

import numpy as np


def batch_statistics(X):
    """Mean and variance (÷ n) of each feature of X (N, D) or each channel of X (N, C, H, W): two arrays (D,) or (C,).

    For the running statistics of a layer: compute them once, and hand them on as ``batch_norm(…, statistics=…)``.
    """
    axes = (0, *range(2, X.ndim))
    return X.mean(axis=axes), X.var(axis=axes)


def _per_feature(v, X):
    """A vector over axis 1 in the shape that broadcasts against X (N, D, …)."""
    return v.reshape(1, -1, *(1,) * (X.ndim - 2))


def _standardize_pullback(dX_hat, X_hat, inverse_std, axes):
    """dX of X̂ = (X − mean)/std. Two means are taken off, for X reaches X̂ also through the mean and through the variance."""
    product = dX_hat * X_hat
    mean_product = product.mean(axis=axes, keepdims=True)
    dX = dX_hat - dX_hat.mean(axis=axes, keepdims=True)
    dX -= np.multiply(X_hat, mean_product, out=product)
    dX *= inverse_std
    return dX


def batch_norm(X, gamma, beta, *, eps=1e-5, statistics=None):
    """Y = γ X̂ + β, X̂ = (X − μ)/√(σ² + ε), with μ, σ² of this batch: batch norm in training. Ioffe, Szegedy 2015.

    X (N, D) or (N, C, H, W); gamma, beta (D,) or (C,) -> Y like X. dγ = Σ dY X̂, dβ = Σ dY,
    dX = (dX̂ − mean dX̂ − X̂ mean(dX̂ X̂))/√(σ² + ε), dX̂ = γ dY. ``statistics`` may pass in ``batch_statistics(X)``;
    the gradient still goes through them.

    Raises ValueError for a batch of one value per feature, whose X̂ would be 0 whatever X is.
    """
    axes = (0, *range(2, X.ndim))
    if X.size == X.shape[1]:
        raise ValueError(f"batch_norm needs more than one value per feature to take a variance; X has shape {X.shape}.")
    mean, variance = batch_statistics(X) if statistics is None else statistics
    inverse_std = _per_feature(1 / np.sqrt(variance + eps), X)
    X_hat = (X - _per_feature(mean, X)) * inverse_std
    scale = _per_feature(gamma, X)

    def batch_norm_pullback(dY):
        dX = _standardize_pullback(scale * dY, X_hat, inverse_std, axes)
        return dX, (dY * X_hat).sum(axis=axes), dY.sum(axis=axes)

    return scale * X_hat + _per_feature(beta, X), batch_norm_pullback


def batch_norm_inference(X, gamma, beta, mean, variance, *, eps=1e-5):
    """Y = γ (X − μ)/√(σ² + ε) + β with fixed running μ, σ² (data): each example is treated alone. dX = γ dY/√(σ² + ε)."""
    axes = (0, *range(2, X.ndim))
    inverse_std = _per_feature(1 / np.sqrt(variance + eps), X)
    X_hat = (X - _per_feature(mean, X)) * inverse_std
    scale = _per_feature(gamma, X)

    def batch_norm_inference_pullback(dY):
        return scale * inverse_std * dY, (dY * X_hat).sum(axis=axes), dY.sum(axis=axes)

    return scale * X_hat + _per_feature(beta, X), batch_norm_inference_pullback


def layer_norm(X, gamma, beta, *, eps=1e-5):
    """Y = γ X̂ + β, X̂ = (X − μ)/√(σ² + ε), with μ, σ² of each row over the last axis. Ba, Kiros, Hinton 2016.

    X (..., D), gamma, beta (D,) -> Y like X. Gradients as in ``batch_norm``, with the means over the last axis.
    """
    X_hat = X - X.mean(axis=-1, keepdims=True)
    inverse_std = 1 / np.sqrt((X_hat * X_hat).mean(axis=-1, keepdims=True) + eps)
    X_hat *= inverse_std
    Y = gamma * X_hat
    Y += beta

    def layer_norm_pullback(dY):
        rows, rows_hat = dY.reshape(-1, X.shape[-1]), X_hat.reshape(-1, X.shape[-1])
        dX = _standardize_pullback(gamma * dY, X_hat, inverse_std, -1)
        return dX, np.einsum("nd,nd->d", rows, rows_hat), rows.sum(axis=0)

    return Y, layer_norm_pullback
