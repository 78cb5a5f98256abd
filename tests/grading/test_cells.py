"""Which of a notebook's cells an answer needs: the short way to find out gives what the long way gives."""

import pytest

from bpedu.grading.box import cells

OWN = "def f(x):\n    return helper(x) + 1"
NOTEBOOKS = {
    "nothing else": [("f", "def f(x):\n    return x + 1")],
    "a helper above": [("", "def helper(x):\n    return 2 * x"), ("f", OWN)],
    "a helper below": [("f", OWN), ("", "helper = lambda x: 2 * x")],
    "a helper in another answer": [("g", "def helper(x):\n    return 2 * x\n1 / 0"), ("f", OWN)],
    "a helper's helper": [("", "def helper(x):\n    return two * x"), ("f", OWN), ("", "two = 2")],
    "a helper imported": [("", "from math import sqrt as helper"), ("f", OWN)],
    "everything imported": [("", "from math import *"), ("f", "def f(x):\n    return sqrt(x)")],
    "a helper set in a loop": [("", "for helper in (abs,):\n    pass"), ("f", OWN)],
    "a helper changed": [("", "def helper(x):\n    return x"), ("", "helper.two = 2"), ("f", "def f(x):\n    return helper.two * x")],
    "a module changed": [("", "np.two = 2"), ("f", "def f(x):\n    return np.two * x\n")],
    "a name of its own inside": [("", "total = 5"), ("f", "def f(x):\n    total = x\n    return total")],
    "an attribute of the same name": [("", "T = 1 / 0"), ("f", "def f(x):\n    return np.ones((2, 3)).T.shape[0] * x")],
    "a class": [("", "class Base:\n    two = 2"), ("f", "class f(Base):\n    def __new__(cls, x):\n        return cls.two * x")],
    "a name in a comprehension": [("", "w = [1, 2]"), ("f", "def f(x):\n    return sum(a * x for a in w)")],
    "a name of a comprehension and of a cell": [("", "w = 2"), ("f", "def f(x):\n    return sum(w for w in [1]) + w * x")],
    "a comprehension over its own name": [("", "w = [1, 2]"), ("f", "f = lambda x: sum(w * x for w in w)")],
    "a comprehension with a name of a cell": [("", "w = [1, 2]\nv = 1"), ("f", "def f(x):\n    return sum(a * b * x for a in [1] for b in w if a == v)")],
    "a name of a function inside": [("", "w = 2"), ("f", "def f(x):\n    def g():\n        w = 1\n        return w\n    return g() + w * x")],
    "a name of a class inside": [("", "w = 2"), ("f", "def f(x):\n    class G:\n        w = 1\n    return G.w + w * x")],
    "a name that is a default of its own": [("", "w = 2"), ("f", "def f(x, w=w):\n    return w * x")],
    "a global": [("", "w = 2"), ("f", "def f(x):\n    global w\n    w = w + x\n    return w")],
    "an attribute set inside": [("", "class w:\n    pass"), ("f", "def f(x):\n    w.x = x\n    return w.x")],
    "a table filled in another cell": [("", "w = {}"), ("", "w['two'] = 2"), ("f", "def f(x):\n    return w['two'] * x")],
    "a builtin whose name a later cell takes": [("f", "def f(x):\n    return sum([x, 1])"), ("", "sum = 0\nfor k in (1, 2):\n    sum += k")],
    "a builtin whose name an earlier cell takes": [("", "def abs(x):\n    return 7"), ("f", "def f(x):\n    return abs(x)")],
    "np, which a later cell takes": [("f", "def f(x):\n    return np.exp(x)"), ("", "np = None")],
    "a decorator": [("", "def twice(g):\n    return lambda x: 2 * g(x)"), ("f", "@twice\ndef f(x):\n    return x")],
    "a default": [("", "one = 1"), ("f", "def f(x, y=one):\n    return x + y")],
    "no Python elsewhere": [("", "this is no Python"), ("f", "def f(x):\n    return x")],
    "an endless loop elsewhere": [("", "while True:\n    pass"), ("f", "def f(x):\n    return x")],
    "IPython elsewhere": [("", "%%bash\nrm -rf x"), ("", "!ls"), ("f", "%%time\n%matplotlib inline\ndef f(x):\n    return x")],
    "twice": [("f", "def f(x):\n    return x"), ("f", "raise NotImplementedError")],
    "moved": [("", "def f(x):\n    return 3 * x")],
    "a return outside of a function": [("f", "return 5")],
    "a null": [("", "x = 1\0"), ("f", "def f(x):\n    return x")],
    "an error of its own": [("f", "def f(x):\n    return x\n1 / 0")],
}  # fmt: skip


def outcome(notebook):
    value, failed = cells.run(notebook, "f", "f", 10.0)
    return type(failed), value(4) if callable(value) else value


@pytest.mark.parametrize("kind", NOTEBOOKS)
def test_both_ways_lead_to_the_same(kind, monkeypatch):
    short = outcome(NOTEBOOKS[kind])
    monkeypatch.setattr(cells, "alone", lambda *_: None)
    assert outcome(NOTEBOOKS[kind]) == short


def test_a_name_of_the_answers_own_asks_for_no_cell():
    own = """
def f(X, *y, t=1, **w):
    z = [v for v in X for n, *m in v if n]
    try:
        with z as u:
            return (lambda k: k + len(z))(u)
    except ValueError as e:
        print(e)
    match z:
        case [p, *q] as r:
            return p, q, r, y, t, w
"""
    every = "X = y = t = w = z = u = k = v = n = m = e = p = q = r = f"
    chosen = cells.choose([("", every), ("f", own)], "f", "f")
    assert [mine for mine, _ in chosen] == [True]


def test_the_short_way_is_the_common_one():
    answers = [("f", "def f(x):\n    return np.exp(x)"), ("g", "def g(x):\n    return np.log(x)"), ("", "import math")]
    assert [cell for _, cell in cells.choose(answers, "f", "f")] == [cells.whole(answers[0][1])]
    assert cells.alone([*answers, ("", "np.exp = abs")], "f") is None


RESULTS = {
    "a table filled in another cell": 8,
    "a builtin whose name a later cell takes": 5,
    "a builtin whose name an earlier cell takes": 7,
    "np, which a later cell takes": pytest.approx(54.598150),
    "a name of a comprehension and of a cell": 9,
    "a name of a function inside": 9,
    "a comprehension over its own name": 12,
    "a comprehension with a name of a cell": 12,
    "a global": 6,
}


@pytest.mark.parametrize("kind", RESULTS)
def test_a_name_is_what_it_was_when_the_answer_was_written(kind):
    assert outcome(NOTEBOOKS[kind]) == (type(None), RESULTS[kind])


@pytest.mark.parametrize("source", ["def f(:", "x = 'a", "\tif", "((((" * 400])
def test_an_answer_that_is_no_python(source):
    with pytest.raises(cells.Broken):
        cells.run([("f", source)], "f", "f", 10.0)
