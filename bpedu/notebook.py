"""What a chapter calls: check, hint and progress. None of them ever raises into the notebook."""

import contextlib
import html
import io
import secrets
import warnings
from datetime import datetime

from bpedu import exercises, feedback
from bpedu import records as notes
from bpedu.judge import Verdict, check_answer
from bpedu.words import WORDS

_rungs: dict[str, int] = {}
listeners: list = []  # functions (exercise, verdict) told of every check; used by `bpedu check`


class Card:
    """A short message with a coloured edge; plain text where there is no HTML."""

    COLOURS = {"right": "#009e73", "wrong": "#d55e00", "open": "#808080", "hint": "#0072b2"}
    MARKS = {"right": "✓", "wrong": "✗", "open": "○", "hint": "→"}

    def __init__(self, tone, head, lines):
        self.tone, self.head, self.lines = tone, head, [line for line in lines if line]

    def __repr__(self):
        return "\n".join([f"{self.MARKS[self.tone]} {self.head}", *(f"  {line}" for line in self.lines)])

    def _repr_html_(self):
        body = "".join(f"<div>{html.escape(line).replace('`', '')}</div>" for line in self.lines)
        return (
            f'<div class="bpedu-card" style="border-left: 4px solid {self.COLOURS[self.tone]}; padding: 0.3em 0.9em; '
            f'margin: 0.3em 0"><strong>{self.MARKS[self.tone]} {html.escape(self.head)}</strong>{body}</div>'
        )


def show(card: Card) -> None:
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        print(card)
        return
    (display if get_ipython() else print)(card)


def check(identifier, answer=..., *, seed=None):
    """Says whether `answer` is right and, if not, which mistake it is.

    Returns the answer when it is right and the book's own otherwise, so that the chapter can go on:
    `sigmoid = check("3.1", sigmoid)`. Each call draws fresh inputs; `seed` repeats those of an earlier one.
    """
    try:
        exercise = exercises.find(identifier)
    except KeyError as error:
        show(Card("open", "Nothing was checked", [error.args[0]]))
        return answer
    head = f"{exercise.id}  {exercise.title}"
    if exercise.runs and answer is exercise.solution:  # a check is run again, and the cell with the answer is not
        show(Card("open", head, [WORDS["book's own"].format(name=exercise.name)]))
        return answer
    seed = secrets.randbelow(10**6) if seed is None else seed
    try:
        with quiet():
            verdict = check_answer(exercise, answer, seed)
            card = card_of(exercise, verdict, note(exercise, verdict))
    except Exception as error:
        show(Card("open", head, [WORDS["own fault"].format(id=exercise.id, seed=seed, error=repr(error))]))
        return exercise.solution if exercise.runs else answer
    show(card)
    for tell in listeners:
        tell(exercise, verdict)
    return answer if verdict.right or not exercise.runs else exercise.solution


@contextlib.contextmanager
def quiet():
    """Nothing that the reader's code or the judge prints or warns of reaches the page."""
    nowhere = io.StringIO()
    with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def card_of(exercise, verdict: Verdict, said="") -> Card:
    tone = {"right": "right", "not attempted": "open"}.get(verdict.status, "wrong")
    lines = [feedback.sentence(exercise, verdict)]
    if tone == "wrong":
        lines.append(missing_needs(exercise))
        if exercise.runs:
            lines.append(WORDS["book's"].format(name=exercise.name))
            if verdict.mistake is None:  # a known mistake is wrong on any inputs
                lines.append(WORDS["seed"].format(id=exercise.id, name=exercise.name, seed=verdict.seed))
    return Card(tone, f"{exercise.id}  {exercise.title}", [*lines, said])


def missing_needs(exercise) -> str:
    """Names the exercises to do first, where the workspace knows that they are not right yet."""
    folder = notes.workspace()
    if folder is None or not exercise.needs:
        return ""
    records, _ = notes.load(folder)
    missing = [n for n in exercise.needs if not records.get(n, {}).get("passed")]
    return WORDS["needs"].format(needs=feedback.join(missing)) if missing else ""


def note(exercise, verdict) -> str:
    if verdict.status == "not attempted":
        return ""
    changes = {"attempts": 1, "last": verdict.mistake.name if verdict.mistake else verdict.status}
    if verdict.right:
        changes["passed"] = f"{datetime.now():%Y-%m-%d %H:%M}"
    return notes.record(exercise.id, **changes)


def hint(identifier, rung=None) -> None:
    """Shows the next rung of the exercise's ladder of hints, or the one asked for."""
    try:
        exercise = exercises.find(identifier)
    except KeyError as error:
        show(Card("open", "No hint", [error.args[0]]))
        return
    of = len(exercise.hints)
    folder = notes.workspace()
    seen = notes.load(folder)[0].get(exercise.id, {}).get("hints", 0) if folder else _rungs.get(exercise.id, 0)
    wanted = rung if isinstance(rung, (int, float)) and rung == rung else seen + 1
    n = int(min(max(1, wanted), of))
    _rungs[exercise.id] = max(seen, n)
    said = notes.record(exercise.id, hints=max(seen, n))
    again = WORDS["hint again"].format(id=exercise.id) if n == of and seen >= of and of > 1 else ""
    text = WORDS["hint"].format(n=n, of=of, hint=exercise.hints[n - 1])
    show(Card("hint", f"{exercise.id}  {exercise.title}", [text, again, said]))


def progress() -> None:
    """Shows what is done, chapter by chapter."""
    folder = notes.workspace()
    if folder is None:
        show(Card("open", "Progress", ["Progress is kept in a workspace: start the book with make lab or bpedu lab."]))
        return
    records, said = notes.load(folder)
    lines = []
    for number in exercises.chapter_modules():
        here = exercises.chapter(number)
        done = sum(bool(records.get(e.id, {}).get("passed")) for e in here)
        lines.append(f"{number}  {'■' * done}{'□' * (len(here) - done)}  {done} of {len(here)}")
    show(Card("hint", "Progress", [*lines, said]))
