"""Makes what Sphinx reads: executed notebooks turned into pages, and the pages that are not notebooks.

Everything lands in book/_build/source; no source of the book is written to. In a notebook's page

- an exercise becomes ```{bpedu-exercise} 3.2```, whose hints and solution are folded (see _ext/exercise_cards.py);
- an interactive figure becomes a place for _static/figures.js to draw it, and its JavaScript a file beside the page;
- a figure gets its alternative text, its number and its caption;
- a link to a chapter that is not written yet becomes plain text.
"""

import hashlib
import html
import json
import re
import shutil
from pathlib import Path

import nbformat
import numpy
import plan
import reference
from links import between_chapters

HERE = Path(__file__).parent
ROOT = HERE.parent
SOURCE = HERE / "_build" / "source"
WIDGET = "application/vnd.jupyter.widget-view+json"
STATES = "application/vnd.jupyter.widget-state+json"
TAG = re.compile(r"\\tag\{([^}]*)\}")
DEFINITION = re.compile(r"^```python\n(def .*?)^```", re.M | re.S)
WIDE = 560  # a figure of more points than this is slid sideways on a phone, where it would be too small to read
CITED = re.compile(r'<li id="ref-([\w:.-]+)">')


def prepare() -> list[str]:
    """Writes book/_build/source and returns the names of its chapters."""
    shutil.rmtree(SOURCE, ignore_errors=True)
    (SOURCE / "figures").mkdir(parents=True)
    (SOURCE / "api").mkdir()
    figures = Figures(SOURCE / "figures")
    marks = {"equations": {}, "exercises": {}, "cited": {}}
    for chapter in plan.written():
        notebook = nbformat.read(chapter.notebook, as_version=4)
        note_marks(notebook, chapter, marks)
        page(notebook, chapter, figures)
        nbformat.write(notebook, SOURCE / chapter.notebook.name)
    (SOURCE / "marks.json").write_text(json.dumps(marks), encoding="utf-8")
    write("index.md", front_page(figures))
    write("bibliography.md", reference.bibliography(marks["cited"]))
    write("glossary.md", reference.glossary())
    write("terms.json", json.dumps(reference.glossary_terms()))
    write("api.md", reference.overview((HERE / "api.md").read_text(encoding="utf-8")))
    for room, text in reference.rooms().items():
        write(f"api/{room}.md", text)
    if (HERE / "teachers_guide.md").exists():
        write("teachers_guide.md", between_chapters((HERE / "teachers_guide.md").read_text(encoding="utf-8")))
    return [chapter.stem for chapter in plan.written()]


def write(name: str, text: str) -> None:
    (SOURCE / name).write_text(text, encoding="utf-8")


def note_marks(notebook, chapter, marks) -> None:
    """Notes where each equation and exercise stands and which sources a chapter cites."""
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            continue
        marks["equations"].update(dict.fromkeys(TAG.findall(cell.source), chapter.stem))
        for key in CITED.findall(cell.source):
            marks["cited"].setdefault(key, []).append(chapter.stem)
        tag = cell.metadata.get("bpedu", {})
        if tag.get("role") == "task":
            marks["exercises"][tag["exercise"]] = chapter.stem


# --- one chapter -----------------------------------------------------------------------------------------------------


def page(notebook, chapter, figures) -> None:
    """Turns an executed notebook into what its page is made from."""
    states = notebook.metadata.pop("widgets", {}).get(STATES, {}).get("state", {})
    numbers = (f"{chapter.number.lstrip('0') or '0'}.{n}" for n in range(1, 1000))
    cells = []
    for cell in notebook.cells:
        tag = cell.metadata.get("bpedu", {})
        if tag.get("role") == "task":
            cells.append(markdown(cell, f"```{{bpedu-exercise}} {tag['exercise']}\n```"))
        elif tag.get("role") in ("answer", "check"):
            continue
        elif cell.cell_type == "markdown":
            cells.append(markdown(cell, between_chapters(cell.source)))
        else:
            drawn(cell, states, numbers, figures)
            cells.append(cell)
    notebook.cells = cells


def markdown(cell, text):
    fresh = nbformat.v4.new_markdown_cell(text)
    fresh.id = cell.id
    return fresh


def drawn(cell, states, numbers, figures) -> None:
    """Numbers the figures of a code cell, hands them their words, and lets its widgets live in the page."""
    alt, caption = cell.metadata.get("alt"), cell.metadata.get("caption", "")
    for output in cell.outputs:
        data = output.get("data", {})
        if WIDGET in data:
            state = states.get(data[WIDGET]["model_id"])
            output["data"] = {"text/html": figures.place(state, next(numbers), alt, caption)}
        elif "image/png" in data or "image/svg+xml" in data:
            number = next(numbers)
            width = output.get("metadata", {}).get("image/png", {}).get("width", 0)
            cell.metadata["mystnb"] = {
                "image": {"alt": alt or f"Figure {number}"},
                "figure": {
                    "name": "fig-" + number.replace(".", "-"),
                    "caption": f"**Figure {number}** {caption}".strip(),
                    "classes": "wide" if width >= WIDE else "",
                },
            }


class Figures:
    """The JavaScript of the interactive figures: one file for each kind, written when it is first needed.

    A kind is an ES module, and a page opened from a disk may not load modules. The file is therefore an ordinary
    script that hands over the same code in a function.
    """

    def __init__(self, folder: Path):
        self.folder = folder

    def place(self, state, number="", alt=None, caption="") -> str:
        """HTML of one figure: its state, and where it is drawn. `state` is as a notebook stores it."""
        if state is None or state["model_module"] != "anywidget":
            return '<p class="needs-kernel">This control works in the notebook, where a kernel answers it.</p>'
        values = {k: v for k, v in state["state"].items() if not k.startswith("_") and k != "layout"}
        kind = self.script(state["state"]["_anywidget_id"].rsplit(".", 1)[-1].lower(), state["state"]["_esm"])
        self.style(state["state"].get("_css", ""))
        stored = {"kind": kind, "state": values, "buffers": state.get("buffers", [])}
        code = json.dumps(stored, sort_keys=True).replace("</", "<\\/")
        name = "fig-" + number.replace(".", "-")
        words = f'<figcaption><a href="#{name}">Figure {number}</a>, interactive. {html.escape(caption)}</figcaption>'
        label = f' aria-label="{html.escape(alt)}"' if alt else ""
        return (
            f'<figure class="live-figure"{f" id={chr(34)}{name}{chr(34)}" if number else ""}{label}>'
            f'<div class="live-figure-place"><script type="application/json">{code}</script>'
            f"<noscript>This figure is drawn by JavaScript, which is off in this browser.</noscript></div>"
            f"{words if number else ''}</figure>"
        )

    def widget(self, widget) -> str:
        """HTML of a widget that is made here and now, for pages that are not notebooks."""
        state = {"model_module": "anywidget", "state": json.loads(json.dumps(widget.get_state(), default=str))}
        return self.place(state)

    def script(self, name: str, module: str) -> str:
        body, found = re.subn(r"^export default (.*?);?\s*\Z", r"return \1;", module, flags=re.M | re.S)
        if found != 1:
            raise SystemExit(f"The figure {name} has to end with one `export default {{ … }};`, as figures do.")
        kind = f"{name}-{hashlib.sha256(module.encode()).hexdigest()[:8]}"
        target = self.folder / f"{kind}.js"
        if not target.exists():
            target.write_text(f'bpeduFigures["{kind}"] = (() => {{\n{body}\n}})();\n', encoding="utf-8")
        return kind

    def style(self, css: str) -> None:
        (self.folder / "figures.css").write_text(css, encoding="utf-8")


# --- pages that are not notebooks ------------------------------------------------------------------------------------


def front_page(figures) -> str:
    """index.md with its map, its live figure, its demonstration and its contents put in."""
    from bpedu import widgets

    text = between_chapters((HERE / "index.md").read_text(encoding="utf-8"))
    fill = {
        "<!-- PLAYGROUND -->": figures.widget(widgets.playground("moons", epochs=0)),
        "<!-- VERDICT -->": verdict("4.5", DEFINITION.search(text)[1]),
        "<!-- MAP -->": plan.draw_map(6, "wide") + "\n" + plan.draw_map(2, "narrow"),
        "<!-- TEACHERS -->": teachers(),
        "<!-- CONTENTS -->": contents(),
        "%FIRST%": plan.written()[0].stem,
        "%COUNTS%": counts(),
        "%HOURS%": str(sum(chapter.hours or 0 for chapter in plan.written())),
    }
    for word, value in fill.items():
        text = text.replace(word, value)
    return text


def verdict(identifier: str, code: str) -> str:
    """What the check really says to the answer that the front page shows. It has to be a mistake that it knows."""
    from bpedu import exercises, judge, notebook

    exercise = exercises.find(identifier)
    names = {"np": numpy}
    exec(code, names)
    found = judge.check_answer(exercise, names[exercise.name], 0)
    if found.mistake is None:
        raise SystemExit(f"The front page shows a wrong answer to exercise {identifier} that the check does not know.")
    return re.sub(r"\*(\w+)\*", r"<em>\1</em>", notebook.card_of(exercise, found)._repr_html_())


def teachers() -> str:
    """What the front page says to teachers, as far as the guide is there."""
    said = (
        "The same exercises become assignments: the package makes a blank notebook, collects the answers, grades a class "
        "in a sandbox and writes each student the sentences that the check would have said."
    )
    guide = (HERE / "teachers_guide.md").exists()
    return said + (" The [teacher's guide](teachers_guide.md) shows how." if guide else "")


def contents() -> str:
    """The tables of contents that Sphinx follows: one for each part, and the pages at the back."""
    blocks = []
    for title, members in plan.parts().items():
        pages = [c.stem for c in members if c.written]
        if pages:
            blocks.append(toctree(title, pages))
    back = ["api", "glossary", "bibliography"]
    if (HERE / "teachers_guide.md").exists():
        back.insert(0, "teachers_guide")
    blocks.append(toctree("Reference", back))
    return "\n\n".join(blocks)


def toctree(caption, pages) -> str:
    return "```{toctree}\n:caption: " + caption + "\n:hidden:\n\n" + "\n".join(pages) + "\n```"


def counts() -> str:
    """ "14 chapters, 120 exercises and the 600 wrong answers that they know by name"."""
    from bpedu import exercises

    every = exercises.every()
    mistakes = sum(len(e.mistakes) for e in every)
    return f"{len(plan.written())} chapters, {len(every)} exercises and {mistakes:,} mistakes known by name"
