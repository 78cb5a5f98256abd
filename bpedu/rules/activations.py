"""Activations: the bend between two linear maps, entry by entry; and softmax, which looks at a whole row.

``Z`` is what comes in, ``A`` what goes out. Where a derivative can be written with ``A`` alone it is, because ``A`` is at
hand. At a kink the derivative that is used is stated. Chapter 03.
"""

import numpy as np

from bpedu.rules.normal import normal_cdf, normal_density

_GELU_SLOPE = (2 / np.pi) ** 0.5


def step(Z):
    """A = 1 where z ≥ 0, else 0. dZ = 0 wherever the derivative exists: why a network of steps cannot learn by descent."""

    def step_pullback(dA):
        return np.zeros_like(dA)

    return np.greater_equal(Z, 0).astype(np.result_type(Z)), step_pullback


def logistic(Z):
    """σ(z) = 1/(1 + e⁻ᶻ), the value alone. Neither exponential can overflow, and both tails keep their digits."""
    return np.exp(np.minimum(Z, 0)) / (1 + np.exp(-np.abs(Z)))


def sigmoid(Z):
    """A = σ(z) = 1/(1 + e⁻ᶻ). dZ = dA A (1 − A), at most dA/4.

    >>> A, pullback = sigmoid(0.0)
    >>> float(A), float(pullback(1.0))
    (0.5, 0.25)
    """
    A = logistic(Z)

    def sigmoid_pullback(dA):
        return dA * A * (1 - A)

    return A, sigmoid_pullback


def tanh(Z):
    """A = tanh z. dZ = dA (1 − A²)."""
    A = np.tanh(Z)

    def tanh_pullback(dA):
        return dA * (1 - A * A)

    return A, tanh_pullback


def relu(Z):
    """A = max(z, 0). dZ = dA where z > 0, else 0; at the kink relu'(0) = 0."""
    A = np.maximum(Z, 0)

    def relu_pullback(dA):
        return dA * (A > 0)

    return A, relu_pullback


def leaky_relu(Z, *, slope=0.01):
    """A = z where z > 0, else slope·z. dZ = dA or slope·dA; at the kink the slope is used."""

    def leaky_relu_pullback(dA):
        return np.where(Z > 0, dA, slope * dA)

    return np.where(Z > 0, Z, slope * Z), leaky_relu_pullback


def elu(Z, *, alpha=1.0):
    """A = z where z > 0, else α (eᶻ − 1). dZ = dA where z > 0, else dA (A + α); at 0 that is α. Clevert et al. 2016."""
    A = np.maximum(Z, 0) + alpha * np.expm1(np.minimum(Z, 0))

    def elu_pullback(dA):
        return dA * np.where(Z > 0, 1, A + alpha)

    return A, elu_pullback


def gelu(Z):
    """A = z Φ(z), Φ the distribution function of the standard normal. dZ = dA (Φ(z) + z φ(z)). Hendrycks, Gimpel 2016."""
    cdf = normal_cdf(Z)

    def gelu_pullback(dA):
        dZ = normal_density(Z)
        dZ *= Z
        dZ += cdf
        dZ *= dA
        return dZ

    return Z * cdf, gelu_pullback


def gelu_tanh(Z):
    """A = ½ z (1 + t), t = tanh u, u = √(2/π) (z + 0.044715 z³): GELU's usual approximation. Hendrycks, Gimpel 2016.

    dZ = dA · ½ (1 + t)(1 + (1 − t) z u'), u' = √(2/π) (1 + 3 · 0.044715 z²).
    """
    t = np.asarray(0.044715 * _GELU_SLOPE * Z)  # t and, below, slope are each one new array, used at every step
    t *= Z
    t += _GELU_SLOPE
    t *= Z
    np.tanh(t, out=t)

    def gelu_tanh_pullback(dA):
        slope = np.asarray(3 * 0.044715 * _GELU_SLOPE * Z)
        slope *= Z
        slope += _GELU_SLOPE
        slope *= Z  # z du/dz
        slope *= 1 - t
        slope += 1
        slope *= 0.5 * t + 0.5  # ½ (1 + t) (1 + (1 − t) z du/dz)
        slope *= dA
        return slope

    A = t + 1
    A *= Z
    A *= 0.5
    return A, gelu_tanh_pullback


def silu(Z):
    """A = z σ(z), also called Swish. dZ = dA σ(z) (1 + z (1 − σ(z))). Elfwing et al. 2018."""
    S = logistic(Z)

    def silu_pullback(dA):
        return dA * S * (1 + Z * (1 - S))

    return Z * S, silu_pullback


def softplus(Z):
    """A = ln(1 + eᶻ), computed as max(z, 0) + ln(1 + e^−|z|). dZ = dA σ(z)."""

    def softplus_pullback(dA):
        return dA * logistic(Z)

    return np.maximum(Z, 0) + np.log1p(np.exp(-np.abs(Z))), softplus_pullback


def softmax(Z, *, axis=-1):
    """A = e^z / Σ e^z along ``axis``: rows of probabilities. dZ = A (dA − Σ dA A). Chapter 04.

    The largest entry of each row is subtracted first: it changes nothing and no exponential can overflow.
    """
    A = np.exp(Z - Z.max(axis=axis, keepdims=True))
    A /= A.sum(axis=axis, keepdims=True)

    def softmax_pullback(dA):
        return A * (dA - (dA * A).sum(axis=axis, keepdims=True))

    return A, softmax_pullback


def log_softmax(Z, *, axis=-1):
    """A = z − ln Σ e^z along ``axis``. dZ = dA − softmax(z) Σ dA."""
    shifted = Z - Z.max(axis=axis, keepdims=True)
    A = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))

    def log_softmax_pullback(dA):
        return dA - np.exp(A) * dA.sum(axis=axis, keepdims=True)

    return A, log_softmax_pullback


def logsumexp(Z, *, axis=-1, keepdims=False):
    """s = ln Σ e^z along ``axis``, a smooth maximum. dZ = ds softmax(z)."""
    top = Z.max(axis=axis, keepdims=True)
    s = top + np.log(np.exp(Z - top).sum(axis=axis, keepdims=True))

    def logsumexp_pullback(ds):
        return np.reshape(ds, s.shape) * np.exp(Z - s)

    return s if keepdims else s.squeeze(axis), logsumexp_pullback
