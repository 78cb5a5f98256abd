"""What an exercise is: plain data, with everything that any use of it needs.

The same object feeds the page (task and blank), the check (cases, reference, mistakes), the hints, a teacher's
assignment, the judge of a class, and the tests that prove the grader. It says nothing about how it is shown.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

BLANK = "# YOUR CODE HERE\nraise NotImplementedError"
KINDS = ("function", "class", "number", "choice")


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people really give, and the sentence that explains it.

    wrong: for functions and classes something with the exercise's own signature; for a number or a choice the value,
           or (for a number with `given`) a function of the given quantities
    says:  what the reader is told, complete in itself
    """

    name: str
    wrong: Any
    says: str


@dataclass(frozen=True)
class Exercise:
    """One exercise. Only the first six fields are always needed.

    id          "8.3": chapter and number, or "pack-name.3" in a teacher's own pack
    task        Markdown: what to write, what it is given, what it returns and in what shape
    solution    the model answer: a function or class whose source is shown, a number, or the letter of a choice.
                The blank that readers get is made from it: its `### BEGIN SOLUTION … ### END SOLUTION` regions
                emptied or, without such marks, every body after the signature and docstring
    cases       cases(rng) -> list of argument tuples: arrays, numbers, strings, and lists, tuples or dicts of them.
                Numbers and choices have none
    hints       a ladder: a question, a nudge, almost the answer
    mistakes    wrong answers and their sentences; in the tests they are also the mutants every grader must reject

    reference   what is compared with, where that is not the solution itself (usually a rule of `bpedu.rules`)
    drive       drive(answer, *arguments) -> results: how the answer is used, where that is more than calling it.
                Runs beside the reader's code, also in the judge's sandbox, so it may use nothing but `np` and itself
    facts       facts(results, *arguments) -> what is compared in place of the results, where many of them are right (any
                shuffled order). Runs where the judge is, out of the answer's reach: a drive could be made to report them
    outputs     names of the results in order ("loss", "dZ"); the first wrong one is reported, so forward comes first
    needs       exercises that have to be right before this one makes sense
    alternatives  other right answers, which the grader must accept
    starter     the code a reader begins with, where it is not the emptied solution ("find the bug")
    choices     the texts of a choice, in the order a, b, c …
    given       the quantities in the task of a number: {name} in `task`, arguments of `solution` and of the mistakes
    draw        draw(rng) -> another `given`: each student can have numbers of their own
    rtol, atol  a result is right when |got − expected| <= atol·max(1, max|expected|) + rtol·|expected|
    """

    id: str
    title: str
    task: str
    solution: Any
    hints: tuple[str, ...]
    mistakes: tuple[Mistake, ...]
    cases: Callable | None = None
    kind: str = "function"
    difficulty: int = 1
    points: int = 1
    reference: Any = None
    drive: Callable | None = None
    facts: Callable | None = None
    outputs: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    alternatives: tuple[Any, ...] = ()
    starter: str | Callable | None = None
    choices: tuple[str, ...] = ()
    given: dict = field(default_factory=dict)
    draw: Callable | None = None
    rtol: float = 1e-6
    atol: float = 1e-9

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"Exercise {self.id}: kind is one of {', '.join(KINDS)}; {self.kind!r} came.")
        if self.runs and self.cases is None:
            raise ValueError(f"Exercise {self.id}: a {self.kind} needs cases(rng) to be tried on.")
        if self.kind == "choice" and self.solution not in self.letters:
            raise ValueError(f"Exercise {self.id}: the solution {self.solution!r} is none of {self.letters}.")

    @property
    def chapter(self) -> str:
        """'3' of '3.2'."""
        return self.id.split(".")[0]

    @property
    def runs(self) -> bool:
        """Whether the answer is code that is run, and not a value."""
        return self.kind in ("function", "class")

    @property
    def name(self) -> str:
        """The name that the reader gives the answer in the notebook."""
        return self.solution.__name__ if self.runs else "answer_" + self.id.replace(".", "_").replace("-", "_")

    @property
    def letters(self) -> str:
        return "abcdefgh"[: len(self.choices)]

    @cached_property
    def arguments(self) -> tuple[str, ...]:
        """Names of what a case holds: the drive's parameters after the answer, else the function's own."""
        skip = 1 if self.drive else 0
        target = self.drive or self.solution
        return tuple(inspect.signature(target).parameters)[skip:]

    def expected(self, given: dict | None = None) -> Any:
        """The thing to compare with: the reference function, or the value of a number or choice."""
        reference = self.solution if self.reference is None else self.reference
        if not self.runs and callable(reference):
            return reference(**(given or self.given))
        return reference

    def statement(self, given: dict | None = None) -> str:
        """The task as Markdown, with its numbers filled in and its choices listed."""
        numbers = given or self.given
        task = textwrap.dedent(self.task).strip()
        for key, value in numbers.items():
            form = {float: "g", int: ","}.get(type(value), "")
            task = task.replace("{" + key + "}", format(value, form))
        lines = [f"- **{letter}**: {text}" for letter, text in zip(self.letters, self.choices, strict=True)]
        return task + ("\n\n" + "\n".join(lines) if lines else "")

    def solution_code(self, given: dict | None = None) -> str:
        """Source of the model answer, as it stands in the solved notebook."""
        if self.runs:
            return strip_marks(source(self.solution))
        value = self.expected(given)
        return f'{self.name} = "{value}"' if self.kind == "choice" else f"{self.name} = {short(value, self.rtol)}"

    def starter_code(self) -> str:
        """Source of the blank that a reader fills in."""
        if callable(self.starter):
            return source(self.starter).replace(self.starter.__name__, self.name)
        if self.starter is not None:
            return textwrap.dedent(self.starter).strip()
        if not self.runs:
            return f"{self.name} = ...   # YOUR ANSWER"
        return blank(source(self.solution))


def short(value, rtol) -> str:
    """`value` in as few digits as stay well within the tolerance."""
    texts = f"{value:.6g}", f"{value:.10g}", repr(float(value))
    return next(text for text in texts if abs(float(text) - value) <= 0.9 * rtol * abs(value))


def source(thing) -> str:
    """Dedented source text of a function or class."""
    return textwrap.dedent(inspect.getsource(thing)).strip()


def strip_marks(code: str) -> str:
    return "\n".join(line for line in code.splitlines() if not line.strip().startswith(("### BEGIN", "### END")))


def blank(code: str) -> str:
    """`code` with its solution taken out: marked regions, or else every function body after the docstring."""
    return _blank_regions(code) if "### BEGIN SOLUTION" in code else _blank_bodies(code)


def _blank_regions(code):
    out, inside = [], False
    for line in code.splitlines():
        if line.strip().startswith("### BEGIN SOLUTION"):
            inside = True
            indent = line[: len(line) - len(line.lstrip())]
            out.append(textwrap.indent(BLANK, indent))
        elif line.strip().startswith("### END SOLUTION"):
            inside = False
        elif not inside:
            out.append(line)
    return "\n".join(out)


def _blank_bodies(code):
    lines = code.splitlines()
    for function in reversed([n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.FunctionDef)]):
        body = function.body
        documented = isinstance(body[0], ast.Expr) and isinstance(getattr(body[0], "value", None), ast.Constant)
        start = body[0].end_lineno if documented else body[0].lineno - 1
        indent = " " * body[0].col_offset
        lines[start : function.end_lineno] = textwrap.indent(BLANK, indent).splitlines()
    return "\n".join(lines)
