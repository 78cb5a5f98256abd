"""What the feedback says of an error: the sentence fits the message that Python, NumPy and PyTorch really give."""

import math

import numpy as np
import pytest

from bpedu import feedback, runner, words
from bpedu.exercise import Exercise, Mistake
from bpedu.explain import errors
from bpedu.judge import check_answer

X, M, STACK, v, w = np.ones((5, 3)), np.ones((4, 2)), np.ones((2, 5, 3)), np.ones(5), np.ones(3)
n, protected, some = np.arange(3), np.ones(3), [1.0, 2.0]
protected.flags.writeable = False

CODE = {
    "column": ["X * v", "v - X"],
    "broadcast": ["X * M", "STACK * X.T", "w + np.ones(2)"],
    "grow": ["a = np.zeros(3); a += X"],
    "assign": ["a = np.zeros(3); a[:] = np.ones(4)"],
    "one number": ["math.exp(X)", "float(w)", "a = np.zeros(3); a[0] = np.ones(2)", "round(w)"],
    "ragged": ["np.array([X, M])"],
    "matmul": ["X @ X", "X @ v", "X.dot(X)", "np.dot(X, v)"],
    "broadcast to": ["np.broadcast_to(v, (5, 3))", "np.broadcast_to(X, 3)", "np.broadcast_to(X, (3, 5))"],
    "matmul scalar": ["X @ 2.0", "(w @ w) @ 2.0", "2 @ 3"],
    "bits": ["w & w", "w > 0 & w", "1.0 | 2"],
    "truth minus": ["(w > 0) - (w > 1)", "-(w > 0)"],
    "einsum length": ["np.einsum('ij,jk->ik', X, X)"],
    "einsum letters": ["np.einsum('ijk->ij', X)", "np.einsum('i->i', X)"],
    "truth": ["1 if X > 0 else 2", "max(0, X)", "(X > 0) and (X < 1)"],
    "none": [
        "None * w",
        "w * None",
        "(lambda: None)()[0]",
        "some.sort().sum()",
        "a, b = None",
        "np.tanh(None)",
        "len(None)",
    ],
    "unset": ["exec('def f():\\n    q = q + 1\\nf()')"],
    "name": ["np.exp(unheard_of)"],
    "numpy ln": ["np.ln(w)"],
    "generator lacks": ["np.random.default_rng(0).randn(3)", "np.random.default_rng(0).randint(3)"],
    "numpy lacks": ["np.softmax(w)"],
    "array lacks": ["w.clone()", "w.append(1)", "np.sum(w).item().real; w.sum().detach()"],
    "no array": ["some.sum()", "(1.0).shape", "len(some).T", "some.argmin()", "(1, 2).ravel()"],
    "results": ["np.linalg.eigh(M.T @ M).max()", "np.linalg.svd(X).max()", "(1, 2).gradient"],
    "no dictionary": ["some.items()", "w.keys()"],
    "text": ["[name.T for name in {'W1': w}]", "[p['W'] for p in {'W': w}]"],
    "key": ["{'W1': 1}['W0']"],
    "class lacks": ["Exercise.__new__(Exercise).name_of_it", "type('Optimizer', (), {})().backward"],
    "keyword": ["w.sum(dim=0)", "np.sum(w, keepdim=True)"],
    "call inside": ["exec('def f():\\n    def g(a):\\n        return a\\n    return g\\nf()()')"],
    "call": ["(lambda a, b: a)(1, 2, 3)", "(lambda a, b: a)(1)", "(lambda: 1)(2)"],
    "axis": ["w.sum(axis=1)", "w.swapaxes(0, 1)"],
    "too many indices": ["w[0, 1]"],
    "scalar": [
        "np.float64(1)[0]",
        "(1.0)[0]",
        "sum(1.0)",
        "len(1.0)",
        "len(w.sum())",
        "len(n[0])",
        "a = 1.0; a[0] = 2",
        "list(np.array(1.0))",
    ],
    "tuple": ["a = (1, 2); a[0] = 3", "a = (1, 2); a.pop()"],
    "index": ["w[3]", "X[3, 4]"],
    "list index": ["some[2]"],
    "list grows": ["a = []; a[0] = 1.0"],
    "tuple index": ["w.shape[1]"],
    "index kind": ["X[w]", "X[0.5]", "some[:2.0]"],
    "array for a number": ["some[n]", "np.max(0, w)", "np.concatenate(X, X)"],
    "list of lists": ["a = [[1, 2], [3, 4]]; a[0, 1]"],
    "index together": ["X[np.arange(5), np.arange(3)]"],
    "empty": ["min([])", "np.min(w[3:])", "np.argmax([])", "max(some[:-2])"],
    "matrix": ["np.linalg.inv(w)", "np.linalg.eigvalsh([1.0, 2.0])"],
    "square": ["np.linalg.eigvalsh(X)", "np.linalg.inv(X)", "np.linalg.det(X)"],
    "mask": ["X[np.ones(4, bool)]"],
    "axes": ["w.sum(axis=[0])", "X.sum(axis=[0, 1])", "X.sum(axis=range(2))", "range(some)"],
    "power": ["w ^ 2", "2.0 ^ 2", "X ^ X"],
    "mask on one side": ["a = np.zeros(3); a[w > 1] = w", "a = np.zeros((5, 3)); a[X > 1] = X"],
    "whole": ["range(2.0)", "np.zeros(5 / 1)", "range(np.float64(2.0))", "np.sum(w, 2.0)"],
    "dictionary": ["0.1 * {'W': w}", "{'W': w} - w", "2.0 * {}", "{} + {}", "{}.values() * {}.values()"],
    "no range": ["[i for i in 3]", "sum(3)"],
    "tuple of one": ["(1) + (2, 3)", "(2, 3) + (1)"],
    "joined kinds": ["[1] + (2, 3)", "(2, 3) + [1]"],
    "list": ["some * 2.0", "some - 1.0", "-some", "some ** 2", "some + 1.0", "1.0 - (1, 2)"],
    "compared": ["some < 1.0", "1.0 > some", "(1, 2) <= 3"],
    "brackets": ["np.exp * 2", "w.mean * 2.0", "2.0 * np.exp", "np.exp[0]", "(lambda: 1)[0]", "a = w.copy; a[0] = 2"],
    "unpack": ["a, b, c = X.shape"],
    "unpack more": ["a, b = STACK.shape"],
    "unpack one": ["a, b = 1.0", "a, b = lambda: 1"],
    "reshape": ["X.reshape(4, 4)"],
    "read only": ["protected[0] = 2", "a = protected; a += 1"],
    "cast": ["a = np.arange(3); a += 0.5"],
    "recursion": ["exec('def f():\\n    return f()\\nf()')"],
    "invert": ["~w", "~2.5"],
    "not a function": ["w(0)", "X.shape(0)", "(2.0)(w)", "k = 2; k(w)", "X.size()", "w.sum()(0)", "some(0)"],
    "joining": ["np.concatenate([X, w])", "np.stack([X, M])", "np.concatenate([X, M])"],
    "rows apart": ["np.array([1.0, 2.0], [3.0, 4.0])"],
    "data type": ["np.zeros(3, 4)", "np.random.default_rng(0).normal(0, 1, 3, 4)"],
    "zero": ["1 / 0"],
    "domain": ["math.log(0)", "math.sqrt(-1)"],
    "range": ["math.exp(1000)"],
}
TORCH = {
    "matmul": ["torch.ones(5, 3) @ torch.ones(5, 3)"],
    "broadcast": ["torch.ones(5, 3) * torch.ones(5)"],
    "not recorded": ["torch.ones(3).sum().backward()"],
    "backward twice": ["a = torch.ones(3, requires_grad=True); b = (a * a).sum(); b.backward(); b.backward()"],
    "backward scalar": ["torch.ones(3, requires_grad=True).exp().backward()"],
    "leaf": ["a = torch.ones(3, requires_grad=True); a -= 1"],
    "overwritten": ["a = torch.ones(3, requires_grad=True).exp(); b = a.exp().sum(); c = a * a; a += 1; c.sum().backward()"],
    "to numpy": ["torch.ones(3, requires_grad=True).numpy()"],
    "tensor type": ["torch.ones(3, 2) @ torch.ones(2, 3).double()"],
}  # fmt: skip


def rows(table):
    return [pytest.param(key, code, id=f"{key}: {code[:40]}") for key, codes in table.items() for code in codes]


def message(code, **names) -> str:
    """The error that the code ends with, as a check reports it."""
    try:
        exec(code, {"np": np, "math": math, **{k: value for k, value in globals().items() if len(k) < 10}, **names})
    except Exception as error:
        return runner.in_words(error)
    raise AssertionError(f"no error in {code}")


@pytest.mark.parametrize(("key", "code"), rows(CODE))
@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_what_it_is_about(key, code):
    assert errors.about(message(code))[0] == key


@pytest.mark.parametrize(("key", "code"), rows(TORCH))
def test_what_pytorch_s_errors_are_about(key, code):
    torch = pytest.importorskip("torch")
    assert errors.about(message(code, torch=torch))[0] == key


def test_every_sentence_is_said_by_some_error():
    assert set(words.ERRORS) == {key for key, _ in errors.MESSAGES} == set(CODE) | set(TORCH)


@pytest.mark.parametrize("text", ["ValueError", "ValueError: shapes do not fit", "BufferError: 'b'", ""])
def test_what_is_not_known_gets_no_sentence(text):
    assert errors.about(text) is None


def center(X):
    """Subtract from every row its mean."""
    return X - X.mean(axis=1, keepdims=True)


CENTER = Exercise(
    id="t.2",
    title="test",
    task="",
    solution=center,
    hints=("a", "b"),
    mistakes=(Mistake("m", lambda X: X - X.mean(), "All of them at once."),),
    cases=lambda rng: [(rng.normal(size=shape),) for shape in ((5, 3), (2, 7), (1, 4))],
)


def test_a_reader_is_told_what_to_look_for():
    said = feedback.sentence(CENTER, check_answer(CENTER, lambda X: X - X.mean(axis=1), 0))
    assert "ValueError: operands could not be broadcast together with shapes (5,3) (5,)" in said
    assert "the 5 numbers meet the 3 columns and not the 5 rows" in said
    assert "keepdims=True" in said


def test_a_class_is_told_nothing_of_the_sizes():
    """The message comes out of the student's process, and could carry what the cases hold."""
    said = feedback.sentence(CENTER, check_answer(CENTER, lambda X: X - X.mean(axis=1), 0), reveal=False)
    assert said == "Your function stopped with ValueError."
