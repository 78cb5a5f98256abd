"""Cases: an answer that is right on some and wrong on others, and what tells them apart."""

import numpy as np


def what_right_cases_share(cases, faults, wanted) -> str | None:
    """ "batch of one", "square" …: what tells the right cases from the wrong ones, if anything does."""
    right = [(c, w) for c, f, w in zip(cases, faults, wanted, strict=True) if not f]
    wrong = [(c, w) for c, f, w in zip(cases, faults, wanted, strict=True) if f]
    if not right:
        return None
    tests = {
        "batch of one": lambda case, want: is_batch_of_one(case),
        "square": lambda case, want: any(map(is_square, arrays_in(case))),
        "square result": lambda case, want: is_square(want),
        "zero": lambda case, want: has_zero_vector(case),
    }
    for name, test in tests.items():
        if all(test(*r) for r in right) and not any(test(*w) for w in wrong):
            return name
    return "one case" if len(right) == 1 and len(wrong) > 2 else None


def arrays_in(case):
    return [np.asarray(a) for a in case if isinstance(a, np.ndarray) and a.ndim > 0]


def is_batch_of_one(case):
    matrices = [a for a in arrays_in(case) if a.ndim >= 2]
    return bool(matrices) and matrices[0].shape[0] == 1


def is_square(array) -> bool:
    return np.ndim(array) == 2 and np.shape(array)[0] == np.shape(array)[1] > 1


def has_zero_vector(case):
    return any(a.size > 1 and not a.any() for a in arrays_in(case))
