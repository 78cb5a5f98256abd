"""A figure in which the reader draws a digit and a trained network reads it. The weights travel as bytes."""

from base64 import b64encode

import numpy as np
import traitlets as t

from bpedu.widgets.base import Figure, module_source


class Digit(Figure):
    """A drawing pad, a network 784-h-10 behind it, its probabilities and its hidden units."""

    kind = "digit"
    _esm = module_source(kind)
    layers = t.List().tag(sync=True)
    activation = t.Unicode("relu").tag(sync=True)
    examples = t.List().tag(sync=True)
    labels = t.List().tag(sync=True)
    image = t.Unicode("").tag(sync=True)


def digit(W1, b1, W2, b2, *, activation="relu", examples=(), labels=()):
    """Draw a digit; a network trained in Python reads it in the page.

    ``W1`` (h, 784), ``b1`` (h,), ``W2`` (10, h), ``b2`` (10,) take pixels from 0 (paper) to 1 (ink). Weights are rounded
    to one byte each, row by row; `rounded` gives the weights that the page will use. ``examples`` (N, 28, 28) or (N, 784),
    as bytes 0 to 255 or numbers 0 to 1, with their ``labels`` (N,), are offered beside the pad; the first one is shown.
    """
    W1, b1, W2, b2 = map(np.asarray, (W1, b1, W2, b2))
    h = len(b1)
    if W1.shape != (h, 784) or W2.shape != (10, h) or b2.shape != (10,):
        shapes = f"{W1.shape}, {b1.shape}, {W2.shape}, {b2.shape}"
        raise ValueError(f"digit needs W1 (h, 784), b1 (h,), W2 (10, h) and b2 (10,), and got {shapes}.")
    if activation not in ("relu", "tanh", "sigmoid"):
        raise ValueError(f"activation is 'relu', 'tanh' or 'sigmoid', and not {activation!r}.")
    images = [_text(_pixels(image)) for image in examples]
    if len(labels) not in (0, len(images)):
        raise ValueError(
            f"There are {len(images)} examples and {len(labels)} labels; each example needs one, or none does."
        )
    return Digit(
        layers=[_layer(W1, b1), _layer(W2, b2)], activation=activation, examples=images,
        labels=[int(k) for k in labels], image=images[0] if images else "",
    )  # fmt: skip


def rounded(W):
    """The weights (m, n) as the page will use them: each row in 255 equal steps from −max|w| to max|w|."""
    W = np.asarray(W, dtype=float)
    whole, scale = _bytes_and_scale(W)
    return whole * scale[:, None]


def _bytes_and_scale(W):
    scale = np.maximum(np.abs(W).max(axis=1), 1e-12) / 127
    scale = np.array([float(f"{v:.6g}") for v in scale])
    return np.clip(np.rint(W / scale[:, None]), -127, 127).astype(np.int8), scale


def _layer(W, b):
    whole, scale = _bytes_and_scale(W.astype(float))
    return {"weights": _text(whole), "scale": scale.tolist(), "b": [round(float(v), 5) for v in b]}


def _pixels(image):
    image = np.asarray(image)
    if image.size != 784:
        raise ValueError(f"An example is an image of 28 × 28 pixels, and this one has shape {image.shape}.")
    return image.astype(np.uint8) if image.dtype.kind in "iu" else np.rint(255 * np.clip(image, 0, 1)).astype(np.uint8)


def _text(array):
    return b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")
