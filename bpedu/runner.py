"""Runs an answer on cases and writes down what came out, as data.

This is the only part of a check that touches the reader's code. It knows no reference and no mistake, so the judge
can run it inside a sandbox; what it returns can be sent between processes as plain arrays, numbers and strings.
"""

import copy
import decimal
import numbers
import signal
import threading
import time
import traceback
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Outcome:
    """What one call gave: `value`, or the `error` it ended with.

    attempted  False when the blank was still a blank
    line       the reader's own line in which an error arose ("Z = X @ W"), where it is known
    modified   positions of the arguments that the call changed in place
    """

    value: Any = None
    error: str | None = None
    line: str | None = None
    attempted: bool = True
    modified: tuple[int, ...] = ()


@dataclass(frozen=True)
class Foreign:
    """Stands for a result that is not data, for example a function or an object of the reader's own class."""

    type_name: str

    def __repr__(self):  # as a reader meets it, inside a dictionary that came
        return f"something of type {self.type_name}"


class TooSlow(BaseException):
    """The answer used up its time. No Exception, so that an `except Exception` in the answer does not swallow it."""


def call(answer, *arguments):
    """The drive of an exercise that has none of its own."""
    return answer(*arguments)


def run(answer, drive, cases) -> list[Outcome]:
    """One outcome per case, and one more: the first case once again, to see what a call leaves behind."""
    drive = drive or call
    outcomes = []
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for arguments in [*cases, *cases[:1]]:
            outcomes.append(run_case(answer, drive, arguments))
            if not outcomes[-1].attempted:
                break
    return outcomes


def run_case(answer, drive, arguments) -> Outcome:
    given = tuple(a.copy() if type(a) is np.ndarray else copy.deepcopy(a) for a in arguments)
    try:
        value = drive(answer, *given)
    except (KeyboardInterrupt, TooSlow):  # who stops a check wants it stopped
        raise
    except BaseException as error:
        if type(error) is NotImplementedError and not error.args:  # the blank's; a library's says what it cannot do
            return Outcome(attempted=False)
        return Outcome(error=in_words(error), line=readers_line(error))
    changed = tuple(i for i, (a, b) in enumerate(zip(given, arguments, strict=True)) if not unchanged(a, b))
    return Outcome(value=as_data(value), modified=changed, attempted=value is not Ellipsis)


def in_words(error: BaseException, most=500) -> str:
    """ "ValueError: shapes do not fit", of at most `most` characters, whatever the error's own text does."""
    try:
        text = f"{type(error).__name__}: {error}".rstrip(": ")
    except Exception:
        text = type(error).__name__
    return text if len(text) <= most else text[: most - 1] + "…"


def as_data(value):
    """`value` as nested tuples and dicts of arrays, numbers and strings, copied from whatever the reader holds.

    What cannot be copied, such as a list that holds itself, counts as an object of its type.
    """
    try:
        return copied(value)
    except Exception:
        return Foreign(type(value).__name__)


def copied(value):
    """The same, and raises whatever the reader's own objects raise."""
    if value is None or isinstance(value, bool):
        return value
    for kind in (int, float, complex, str):
        if isinstance(value, kind):
            return value if type(value) is kind else kind(value)
    if isinstance(value, (tuple, list)):
        return type(value)(map(copied, value)) if type(value) in (tuple, list) else tuple(map(copied, value))
    if isinstance(value, dict):
        return {str(k): copied(v) for k, v in value.items()}
    if isinstance(value, numbers.Rational | decimal.Decimal):
        return float(value)
    if hasattr(value, "detach"):  # a PyTorch tensor
        value = value.detach().cpu().numpy()
    elif type(value).__module__.startswith("tensorflow") and hasattr(value, "numpy"):
        value = value.numpy()
    elif type(value).__module__.startswith("jax") and hasattr(value, "__array__"):
        value = np.asarray(value)
    if isinstance(value, (np.ndarray, np.generic)):
        return np.array(value, copy=True, subok=False)
    return Foreign(type(value).__name__)


def unchanged(a, b) -> bool:
    """Whether an argument is what it was. Floats may differ in the last bits: who nudges an entry and takes the nudge back
    has put it back."""
    if type(a) is not np.ndarray or type(b) is not np.ndarray:
        return same(a, b)
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    return a.tobytes() == b.tobytes() or (
        a.dtype.kind == "f" and bool(np.allclose(a, b, rtol=1e-12, atol=1e-12, equal_nan=True))
    )


def same(a, b) -> bool:
    """Equality of two pieces of data, arrays included; NaN equals NaN."""
    if isinstance(a, (tuple, list)) and isinstance(b, (tuple, list)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        a, b = np.asarray(a), np.asarray(b)
        if "O" in (a.dtype.kind, b.dtype.kind):
            return a.dtype == b.dtype and a.shape == b.shape and all(map(same, a.flat, b.flat))
        number = a.dtype.kind in "fc" and b.dtype.kind in "fc"
        return a.shape == b.shape and bool(np.array_equal(a, b, equal_nan=number))
    return a is b or bool(a == b) or (a != a and b != b)


def readers_line(error) -> str | None:
    """The last line of the traceback that stands in a notebook cell or the reader's own file."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "/bpedu/" not in f.filename.replace("\\", "/")]
    own = [f for f in frames if "site-packages" not in f.filename and "lib/python" not in f.filename]
    return own[-1].line or None if own else None


@contextmanager
def time_limit(seconds):
    """Raises TooSlow in the block after `seconds`, where the system can (the main thread of a Unix process).

    It is raised again each second, in case the block catches everything. Limits may stand in one another.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(signum, frame):
        raise TooSlow

    before, began = signal.signal(signal.SIGALRM, ring), time.monotonic()
    left, again = signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if left:  # the limit around this one goes on
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - began), 1e-3), again)
