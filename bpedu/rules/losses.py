"""Losses: one number that says how wrong a batch is, and the gradient with which every backward pass begins.

Every loss takes ``reduction``: "mean" (the default: 1/N lives here and nowhere else), "sum", or "none" (one loss per entry
or example, whose pullback then wants one cotangent per loss). Its pullback may be called with nothing: ∂L/∂L = 1.
Targets, labels and weights are data; no gradient is computed for them. Chapter 04.
"""

import numpy as np

from bpedu.rules.activations import logistic


def reduced(losses, reduction, weights=None):
    """The batch's loss, and the factor that its cotangent is multiplied by on the way back to each single loss.

    With ``weights`` the mean divides by their sum, as PyTorch does.
    """
    if reduction == "none":
        return losses, 1
    if reduction == "sum":
        return losses.sum(), 1
    if reduction == "mean":
        total = losses.size if weights is None else weights.sum()
        return losses.sum() / total, 1 / total
    raise ValueError(f'a loss reduces by "mean", "sum" or "none"; {reduction!r} came.')


def _same_shape(name, first, second, what):
    if np.shape(first) != np.shape(second):
        raise ValueError(
            f"{name} compares {what} entry by entry, so both need one shape: {np.shape(first)} and {np.shape(second)} came. "
            "(N,) against (N, 1) would silently broadcast to (N, N); reshape one of them."
        )


def mse(Y, T, *, reduction="mean"):
    """L = mean of (y − t)² over all entries. dY = 2 (Y − T) / (number of entries). Y, T of one shape.

    >>> L, pullback = mse(np.array([[1.0, 2.0]]), np.array([[0.0, 4.0]]))
    >>> float(L), pullback()
    (2.5, array([[ 1., -2.]]))
    """
    _same_shape("mse", Y, T, "predictions and targets")
    E = Y - T
    L, factor = reduced(E * E, reduction)

    def mse_pullback(dL=1.0):
        return dL * factor * 2 * E

    return L, mse_pullback


def mae(Y, T, *, reduction="mean"):
    """L = mean of |y − t| over all entries. dY = sign(Y − T) / (number of entries); sign(0) = 0."""
    _same_shape("mae", Y, T, "predictions and targets")
    E = Y - T
    L, factor = reduced(np.abs(E), reduction)

    def mae_pullback(dL=1.0):
        return dL * factor * np.sign(E)

    return L, mae_pullback


def huber(Y, T, *, delta=1.0, reduction="mean"):
    """L = mean of ½e² where |e| ≤ δ, else δ(|e| − ½δ), e = y − t. dY = e clipped to ±δ, over the number. Huber 1964."""
    _same_shape("huber", Y, T, "predictions and targets")
    E = Y - T
    clipped = np.clip(E, -delta, delta)
    L, factor = reduced(clipped * (E - 0.5 * clipped), reduction)

    def huber_pullback(dL=1.0):
        return dL * factor * clipped

    return L, huber_pullback


def hinge(Z, labels, *, reduction="mean"):
    """L = mean of max(0, 1 − t z) for labels t = ±1. dZ = −t where t z < 1, else 0 (0 at the kink), over the number.

    Raises ValueError when a label is neither −1 nor 1.
    """
    _same_shape("hinge", Z, labels, "scores and labels")
    if not np.all(np.abs(labels) == 1):
        raise ValueError("hinge expects the labels −1 and 1; others came. For labels 0 and 1 pass 2 * labels − 1.")
    margin = 1 - labels * Z
    L, factor = reduced(np.maximum(margin, 0), reduction)

    def hinge_pullback(dL=1.0):
        return dL * factor * -labels * (margin > 0)

    return L, hinge_pullback


def bce_with_logits(Z, T, *, pos_weight=1.0, reduction="mean"):
    """Binary cross-entropy of p = σ(z): L = mean of −t ln p − (1 − t) ln(1 − p). dZ = (P − T) / (number of entries).

    Z, T of one shape, t in [0, 1]; several columns are several yes-or-no questions (multi-label). Computed as
    max(z, 0) − t z + ln(1 + e^−|z|), which never overflows. ``pos_weight`` multiplies the loss of t = 1 (rare positives).
    """
    _same_shape("bce_with_logits", Z, T, "logits and targets")
    weight = T * (pos_weight - 1) + 1  # of the term ln(1 + e^−z), which the positives pay
    softplus_of_minus_z = np.maximum(-Z, 0) + np.log1p(np.exp(-np.abs(Z)))
    L, factor = reduced((1 - T) * Z + weight * softplus_of_minus_z, reduction)

    def bce_with_logits_pullback(dL=1.0):
        return dL * factor * (1 - T - weight * logistic(-Z))

    return L, bce_with_logits_pullback


def softmax_cross_entropy(Z, labels, *, class_weights=None, reduction="mean"):
    """Cross-entropy of P = softmax(Z) over the last axis: L = mean of −ln p[label]. dZ = (P − T) / N, T one-hot. Chapter 04.

    Z (..., K) logits; labels (...) integers, or (..., K) rows of probabilities such as one-hot rows. The mean is over the
    rows. With ``class_weights`` (K,) each row counts by its class's weight and the mean divides by their sum.

    Raises ValueError when the labels do not fit the logits.

    >>> L, pullback = softmax_cross_entropy(np.zeros((2, 4)), np.array([0, 3]))
    >>> round(float(L), 4)                         # ln 4: the loss of knowing nothing
    1.3863
    >>> pullback()
    array([[-0.375,  0.125,  0.125,  0.125],
           [ 0.125,  0.125,  0.125, -0.375]])
    """
    T = one_hot(labels, Z)
    shifted = Z - Z.max(axis=-1, keepdims=True)
    P = np.exp(shifted)
    total = P.sum(axis=-1, keepdims=True)
    weights = None if class_weights is None else T @ np.asarray(class_weights, dtype=Z.dtype)
    losses = np.log(total)[..., 0] - (T * shifted).sum(axis=-1)
    L, factor = reduced(losses if weights is None else weights * losses, reduction, weights)

    def softmax_cross_entropy_pullback(dL=1.0):
        rows = np.asarray(dL * factor if weights is None else dL * factor * weights, dtype=Z.dtype)
        return (P / total - T) * rows[..., None]

    return L, softmax_cross_entropy_pullback


def weighted_softmax_cross_entropy(Z, labels, class_weights, *, reduction="mean"):
    """softmax_cross_entropy with class weights: L = Σ w[label] · (−ln p[label]) / Σ w[label], for unbalanced classes."""
    return softmax_cross_entropy(Z, labels, class_weights=class_weights, reduction=reduction)


def one_hot(labels, Z):
    """The target rows T of logits Z (..., K): ``labels`` as they are if they have Z's shape, else a 1 at each label."""
    labels = np.asarray(labels)
    K = Z.shape[-1]
    if labels.shape == Z.shape:
        return labels.astype(Z.dtype, copy=False)
    if labels.shape != Z.shape[:-1] or labels.dtype.kind not in "iu":
        raise ValueError(
            f"logits of shape {Z.shape} need integer labels of shape {Z.shape[:-1]} or rows of probabilities of shape {Z.shape}; "
            f"labels of shape {labels.shape} and type {labels.dtype} came."
        )
    if labels.size and not 0 <= labels.min() <= labels.max() < K:
        raise ValueError(f"labels of {K} classes run from 0 to {K - 1}; {labels.min()} to {labels.max()} came.")
    T = np.zeros(Z.shape, dtype=Z.dtype)
    T.reshape(-1, K)[np.arange(labels.size), labels.reshape(-1)] = 1
    return T


def kl_divergence(Z, P, *, reduction="mean"):
    """KL(P‖Q) of Q = softmax(Z) from the given P: L = mean over rows of Σ p ln(p/q), where 0 ln 0 = 0. dZ = (Q − P) / N.

    Z (..., K) logits, P (..., K) rows that sum to 1. It is the cross-entropy less P's entropy, which has no gradient.
    """
    _same_shape("kl_divergence", Z, P, "logits and probabilities")
    entropy = -(P * np.log(np.where(P > 0, P, 1))).sum(axis=-1)
    cross_entropy, back_to_Z = softmax_cross_entropy(Z, P, reduction="none")
    L, factor = reduced(cross_entropy - entropy, reduction)

    def kl_divergence_pullback(dL=1.0):
        return back_to_Z(dL * factor)

    return L, kl_divergence_pullback


def focal(Z, T, *, gamma=2.0, alpha=0.25, reduction="mean"):
    """Focal loss of p = σ(z): L = mean of −α (1 − p)^γ ln p where t = 1, −(1 − α) p^γ ln(1 − p) where t = 0.

    Z, T of one shape, t is 0 or 1. Easy entries (p near t) count less; γ = 0 with α = ½ is half the binary cross-entropy.
    With q the probability of the right answer and s = ±1: dZ = s α_t q̄^γ (γ q ln q − q̄), q̄ = 1 − q. Lin et al. 2017.
    """
    _same_shape("focal", Z, T, "logits and targets")
    sign = 2 * T - 1
    alpha_t = (1 - alpha) + (2 * alpha - 1) * T
    U = sign * Z  # the logit of the right answer
    q, wrong = logistic(U), logistic(-U)
    log_q = np.minimum(U, 0) - np.log1p(np.exp(-np.abs(U)))
    focus = alpha_t * wrong**gamma
    L, factor = reduced(-focus * log_q, reduction)

    def focal_pullback(dL=1.0):
        return dL * factor * sign * focus * (gamma * q * log_q - wrong)

    return L, focal_pullback
