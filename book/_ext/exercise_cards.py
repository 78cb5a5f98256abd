"""The directive ```{bpedu-exercise} 3.2```: one exercise as a page without a kernel shows it.

Task and blank stand open; hints are folded into each other, rung by rung; the solution and the mistakes that the check
knows are folded under them. A choice or a number can be answered in the page itself (_static/book.js).
"""

import html
import json
import re

from docutils import nodes
from docutils.statemachine import StringList
from links import between_chapters
from sphinx.util.docutils import SphinxDirective

from bpedu import exercises

STARS = {1: "★☆☆", 2: "★★☆", 3: "★★★"}
FORMULA = re.compile(r"([(\[“]*)\$([^$]+)\$([.,;:!?)\]”]*)")
APOSTROPHE = re.compile(r"(?<=\w)'(?=(?:s|t|re|ll)\b)")
LEVELS = {1: "easy", 2: "medium", 3: "hard"}


class ExerciseCard(SphinxDirective):
    """Shows one exercise of `bpedu.exercises`, found by its id."""

    required_arguments = 1

    def run(self):
        exercise = exercises.find(self.arguments[0])
        card = nodes.container(classes=["exercise"], ids=["ex-" + exercise.id.replace(".", "-")])
        card += raw(heading(exercise))
        card += self.markdown(exercise.statement())
        if exercise.runs:
            card += code(exercise.starter_code())
        else:
            card += raw(quiz(exercise))
        card += ladder(exercise.hints)
        card += solution(exercise)
        return [card]

    def markdown(self, text):
        box = nodes.container(classes=["exercise-task"])
        lines = StringList(between_chapters(text).splitlines(), self.get_source_info()[0])
        self.state.nested_parse(lines, self.content_offset, box)
        return box


def raw(text):
    return nodes.raw("", text, format="html")


def code(text):
    return nodes.literal_block(text, text, language="python")


def heading(exercise) -> str:
    anchor = "ex-" + exercise.id.replace(".", "-")
    points = f"{exercise.points} point" + ("s" if exercise.points > 1 else "")
    return (
        f'<p class="exercise-title" role="heading" aria-level="3"><a class="exercise-number" href="#{anchor}">Exercise '
        f"{exercise.id}</a> {inline(exercise.title)} "
        f'<span class="exercise-meta"><span aria-hidden="true">{STARS[exercise.difficulty]}</span>'
        f'<span class="visually-hidden">{LEVELS[exercise.difficulty]}</span> {points}</span></p>'
    )


def inline(text: str) -> str:
    """A sentence as HTML: `code` between backticks, formulas between dollars, emphasis between stars."""
    text = APOSTROPHE.sub("’", html.escape(text, quote=False))
    text = re.sub(r"(?<![\w*])\*(\w(?:[^*`$]*\w)?)\*(?![\w*])", r"<em>\1</em>", text)
    text = re.sub(r"`([^`]+)`", r'<code class="docutils literal notranslate">\1</code>', text)
    return FORMULA.sub(formula, text)


def formula(match) -> str:
    """A formula with the punctuation that touches it, which must not be parted from it at the end of a line."""
    before, tex, after = match.groups()
    said = f'<span class="math notranslate nohighlight">\\({tex}\\)</span>'
    return f'<span class="nobreak">{before}{said}{after}</span>' if before or after else said


def fold(summary: str, *content, kind: str):
    """A folded part of the card."""
    return [raw(f'<details class="{kind}"><summary>{summary}</summary>'), *content, raw("</details>")]


def ladder(hints):
    """The hints, each folded into the one before it."""
    rungs = []
    for n, hint in reversed(list(enumerate(hints, 1))):
        said = raw(f"<p>{inline(hint)}</p>")
        rungs = fold(f"Hint {n} of {len(hints)}", said, *rungs, kind="hint")
    return rungs


def solution(exercise):
    """The model answer, and the wrong answers that the check knows, each with what it says."""
    if exercise.kind == "choice":
        answer = raw(f"<p>The answer is <strong>{exercise.solution}</strong>.</p>")
    elif exercise.kind == "number":
        answer = raw(f"<p>The answer is <strong>{exercise.expected():.6g}</strong>.</p>")
    else:
        answer = code(exercise.solution_code())
    return fold("Solution", answer, *mistakes(exercise), kind="solution")


def mistakes(exercise):
    if not exercise.mistakes:
        return []
    rows = "".join(f"<dt>{name_of(exercise, m)}</dt><dd>{inline(m.says)}</dd>" for m in exercise.mistakes)
    title = "Wrong answers, and what the check says to them"
    return fold(title, raw(f'<dl class="mistakes">{rows}</dl>'), kind="mistake-list")


def name_of(exercise, mistake) -> str:
    return f"{mistake.wrong}: {inline(mistake.name)}" if exercise.kind == "choice" else inline(mistake.name)


def quiz(exercise) -> str:
    """What book.js needs to take an answer in the page: the right one, and what to say to the known wrong ones."""
    known = {
        "id": exercise.id,
        "kind": exercise.kind,
        "letters": exercise.letters,
        "answer": value(exercise, exercise.expected()),
        "mistakes": [{"wrong": value(exercise, m.wrong), "says": inline(m.says)} for m in exercise.mistakes],
        "rtol": exercise.rtol,
        "atol": exercise.atol,
    }
    return f'<div class="quiz"><script type="application/json">{json.dumps(known).replace("</", "<" + chr(92) + "/")}</script></div>'


def value(exercise, thing):
    """A letter, or a number (a mistake may be a function of the given quantities)."""
    thing = thing(**exercise.given) if callable(thing) else thing
    return str(thing) if exercise.kind == "choice" else float(thing)


def setup(app):
    app.add_directive("bpedu-exercise", ExerciseCard)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
