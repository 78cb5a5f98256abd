"""Does the case table see mistakes? Every pullback is given every mistake of ``mutation``, and some case must notice.

``python tests/test_rule_mutations.py`` prints how many of how many were caught, module by module.
"""

import warnings

import numpy as np
import pytest
import test_rules
from mutation import MODULES, mutants
from rule_cases import CASES, KINKS

from bpedu import rules as R
from bpedu.gradcheck import numerical_gradient

PROMISES = [
    test_rules.test_col2im_is_the_transpose_of_im2col,
    test_rules.test_embedding_adds_rows_the_same_in_both_ways,
    test_rules.test_input_gradient_can_be_left_out,
    test_rules.test_losses_begin_the_backward_pass_with_one,
    test_rules.test_the_last_cell_of_an_lstm_may_go_unused,
]
_SLOWER = "np.add.at, which is then used, is right for every key: only slower"
_SAME_SUM = "both ways add the same rows (a test of their own says so): only the speed differs"
EQUIVALENT = {  # these change nothing that a gradient shows, and why
    "bpedu.rules.activations": {
        "step_pullback: return np.zeros_like(dA) → return -np.zeros_like(dA)": "the gradient is 0, and −0 = 0",
    },
    "bpedu.rules.convolution": {
        "max_pool2d_pullback: stride < size → stride <= size": "adding to 0 gives what writing gives, only slower",
    },
    "bpedu.rules.embedding": {
        "embedding_pullback: V <= _LARGEST_ONE_HOT → V < _LARGEST_ONE_HOT": _SAME_SUM,
        "embedding_pullback: V <= _LARGEST_ONE_HOT → V > _LARGEST_ONE_HOT": _SAME_SUM,
        "embedding_pullback: _add_rows_by_product if V <= _LARGEST_ONE_HOT else _add_rows_by_sorting → _add_rows_by_product": _SAME_SUM,
        "embedding_pullback: _add_rows_by_product if V <= _LARGEST_ONE_HOT else _add_rows_by_sorting → _add_rows_by_sorting": _SAME_SUM,
    },
    "bpedu.rules.shaping": {
        "_takes_each_entry_once: int | np.integer | slice → int | np.integer": _SLOWER,
        "_takes_each_entry_once: int | np.integer | slice → slice": _SLOWER,
        "_takes_each_entry_once: int | np.integer → int": _SLOWER,
        "_takes_each_entry_once: int | np.integer → np.integer": _SLOWER,
        "_takes_each_entry_once: key if isinstance(key, tuple) else (key,) → (key,)": _SLOWER,
        "_takes_each_entry_once: part is None or part is Ellipsis or isinstance(part, int | np.integer | slice) → "
        "part is None and part is Ellipsis and isinstance(part, int | np.integer | slice)": _SLOWER,
        "_takes_each_entry_once: return all((part is None or part is Ellipsis or isinstance(part, int | np.integer | "
        "slice) for part in parts)) → return -all((part is None or part is Ellipsis or isinstance(part, int | "
        "np.integer | slice) for part in parts))": "−True is as true as True",
    },
}


def as_tuple(x):
    return tuple(x) if isinstance(x, tuple | list) else (x,)


class Witness:
    """One case with its gradients by finite differences, measured once: mutants change no values, only gradients."""

    def __init__(self, case):
        self.case, self.inputs, self.rule = case, case.inputs(), case.name.partition("-")[0]
        values = as_tuple(case.rule(*self.inputs, **case.options)[0])
        rng = np.random.default_rng(1)
        self.cotangents = [rng.standard_normal(np.shape(v)) for v in values]
        wanted = [k for k in range(len(self.inputs)) if k not in case.data]
        self.expected = [numerical_gradient(lambda x, k=k: self._loss(k, x), self.inputs[k]) for k in wanted]

    def _loss(self, k, x):
        value, _ = self.case.rule(*self.inputs[:k], x, *self.inputs[k + 1 :], **self.case.options)
        return sum(np.sum(c * v) for c, v in zip(self.cotangents, as_tuple(value), strict=True))

    def notices(self):
        """Whether the gradients, as the rule computes them now, are not the measured ones."""
        _, pullback = self.case.rule(*[np.copy(x) for x in self.inputs], **self.case.options)
        return differ(as_tuple(pullback(*self.cotangents)), self.expected, 1e-6)


class Promise:
    """A test of ``test_rules`` as a witness: it notices by failing."""

    rule = None

    def __init__(self, test):
        self.test = test

    def notices(self):
        self.test()
        return False


class Kink:
    """One row of KINKS, as a witness."""

    def __init__(self, name, inputs, options, cotangent, expected):
        self.rule, self.inputs, self.options = name, [np.array(x) for x in inputs], options
        self.cotangent, self.expected = np.array(cotangent), [np.array(e) for e in expected]

    def notices(self):
        _, pullback = getattr(R, self.rule)(*self.inputs, **self.options)
        return differ(as_tuple(pullback(self.cotangent)), self.expected, 1e-12)


def differ(gradients, expected, tolerance):
    if len(gradients) != len(expected):
        return True
    for got, want in zip(gradients, expected, strict=True):
        if np.shape(got) != want.shape:
            return True
        scale = max(np.abs(want).max(initial=0), 1e-4)
        if not np.all(np.abs(np.asarray(got) - want) <= tolerance * scale):
            return True
    return False


@pytest.fixture(scope="module")
def witnesses():
    return everyone()


def everyone():
    return [*map(Witness, CASES), *(Kink(*row) for row in KINKS), *map(Promise, PROMISES)]


def is_noticed(mutant, witnesses):
    """Whether any witness notices the mutant; those of the mutated rule are asked first."""
    asked = sorted(witnesses, key=lambda w: w.rule != mutant.function)
    with mutant.in_place(), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return any(_notices(w) for w in asked)


def _notices(witness):
    try:
        return witness.notices()
    except Exception:  # a mistake that crashes is noticed too
        return True


def tally(module, witnesses):
    """(mutants, names of those that nobody noticed) of one module."""
    every = list(mutants(module))
    return len(every), sorted(m.name for m in every if not is_noticed(m, witnesses))


@pytest.mark.parametrize("module", MODULES)
def test_every_mistake_is_noticed(module, witnesses):
    total, survivors = tally(module, witnesses)
    assert total, f"no mutants of {module}: has its backward code moved?"
    assert survivors == sorted(EQUIVALENT.get(module, {}))


def test_the_rules_are_sound_again_after_mutation(witnesses):
    assert not any(w.notices() for w in witnesses)


def main():
    witnesses = everyone()
    assert not any(w.notices() for w in witnesses), "a witness objects to the sound rules: run test_rules.py first"
    mutated = noticed = 0
    for module in MODULES:
        total, survivors = tally(module, witnesses)
        mutated, noticed = mutated + total, noticed + total - len(survivors)
        print(f"{module:28} {total - len(survivors):4} of {total:4} noticed")
        for name in survivors:
            print(f"    {name}\n        {EQUIVALENT.get(module, {}).get(name, 'NOT NOTICED')}")
    print(f"{'all':28} {noticed:4} of {mutated:4} noticed, the others listed with the reason why they change nothing")


if __name__ == "__main__":
    main()
