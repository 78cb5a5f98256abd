"""The plan of the book, from plan.toml: its parts and chapters, which of them are written, and the map of the front page."""

import html
import re
import textwrap
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
CHAPTERS = HERE.parent / "chapters"
TIME = re.compile(r"\b(?:Time:|takes) (?:about )?(\w+) hours?\b")
HOURS = ["no", "an", "two", "three", "four", "five", "six", "seven", "eight"]


@dataclass(frozen=True)
class Chapter:
    """One chapter as planned. `written` says whether its notebook exists."""

    number: str
    slug: str
    title: str
    needs: tuple[str, ...]
    part: str
    core: bool = False

    @property
    def stem(self) -> str:
        return f"{self.number}_{self.slug}"

    @property
    def notebook(self) -> Path:
        return CHAPTERS / f"{self.stem}.ipynb"

    @property
    def hours(self) -> int | None:
        """How long the chapter says that it takes, exercises included: "Time: about three hours", "takes two hours"."""
        source = HERE / f"{self.stem}.md"
        said = TIME.search(source.read_text(encoding="utf-8")) if source.exists() else None
        return HOURS.index(said[1]) if said and said[1] in HOURS else None

    @property
    def written(self) -> bool:
        return self.notebook.exists()


@cache
def chapters() -> tuple[Chapter, ...]:
    """All planned chapters in order."""
    parts = tomllib.loads((HERE / "plan.toml").read_text(encoding="utf-8"))["part"]
    return tuple(
        Chapter(part=part["title"], **{**entry, "needs": tuple(entry["needs"])})
        for part in parts
        for entry in part["chapters"]
    )


def written() -> list[Chapter]:
    return [chapter for chapter in chapters() if chapter.written]


def parts() -> dict[str, list[Chapter]]:
    """Title of each part -> its chapters."""
    found: dict[str, list[Chapter]] = {}
    for chapter in chapters():
        found.setdefault(chapter.part, []).append(chapter)
    return found


# --- the map ---------------------------------------------------------------------------------------------------------

BOX = (110, 54)  # width and height of a chapter
GAP = (12, 28)  # between chapters, and between rows
HEAD = 34  # room for a part's title, and for a line that runs under it
LEFT = 24  # room for the lines that run down beside the rows


def layout(columns: int) -> tuple[dict[str, tuple[int, int]], list[tuple[str, int]], int]:
    """Place of each chapter's box, of each part's title, and the height of all."""
    places, titles, y = {}, [], 0
    for title, members in parts().items():
        titles.append((title, y + 16))
        y += HEAD
        core, branches = [c for c in members if c.core], [c for c in members if not c.core]
        for row in [core + branches] if len(members) <= columns else [core, branches]:
            for i, chapter in enumerate(row):
                places[chapter.number] = (LEFT + i % columns * (BOX[0] + GAP[0]), y + i // columns * (BOX[1] + GAP[1]))
            y += -(-len(row) // columns) * (BOX[1] + GAP[1])
    return places, titles, y


def draw_map(columns: int, name: str) -> str:
    """The chapters and what each needs, as an SVG whose boxes are links."""
    places, titles, height = layout(columns)
    width = LEFT + columns * (BOX[0] + GAP[0])
    wires = [
        wire(places[need], places[c.number], c.core)
        for core in (False, True)
        for c in chapters()
        for need in c.needs
        if c.core is core
    ]
    heads = [f'<text class="map-part" x="{LEFT}" y="{y}">{html.escape(title)}</text>' for title, y in titles]
    boxes = [box(c, *places[c.number]) for c in chapters()]
    return (
        f'<svg class="map map-{name}" viewBox="0 0 {width} {height}" role="group" '
        f'aria-label="Map of the chapters">\n' + "\n".join([*wires, *heads, *boxes]) + "\n</svg>"
    )


def wire(start, end, core) -> str:
    """A line from what is needed to what needs it: along the row, down one row, or round the left of the rows between."""
    (x0, y0), (x1, y1) = start, end
    w, h = BOX
    middle, below, above = x0 + w // 2, y0 + h + 9, y1 - 9
    if y0 == y1 and 0 < x1 - x0 <= w + GAP[0]:
        points = [(x0 + w, y0 + h // 2), (x1, y1 + h // 2)]
    elif y0 == y1:
        points = [(middle, y0 + h), (middle, below), (x1 + w // 2, below), (x1 + w // 2, y1 + h)]
    elif y1 - y0 <= h + GAP[1] and x1 >= x0:
        points = [(middle, y0 + h), (middle, above), (x1 + w // 2, above), (x1 + w // 2, y1)]
    else:
        lane = LEFT - (14 if core else 20)
        entry = (
            [(lane, y1 + h // 2), (x1, y1 + h // 2)]
            if x1 == LEFT
            else [(lane, above), (x1 + w // 2, above), (x1 + w // 2, y1)]
        )
        points = [(middle, y0 + h), (middle, below), (lane, below), *entry]
    path = " ".join(f"{x},{y}" for x, y in points)
    return f'<polyline class="{"map-core" if core else "map-branch"}" points="{path}"/>'


def box(chapter: Chapter, x: int, y: int) -> str:
    kind = "map-box" + (" map-on-core" if chapter.core else "") + ("" if chapter.written else " map-planned")
    text = f'<rect x="{x}" y="{y}" width="{BOX[0]}" height="{BOX[1]}" rx="7"/>'
    text += f'<text class="map-number" x="{x + 9}" y="{y + 18}">{chapter.number}</text>'
    after = f"after {', '.join(chapter.needs)}" if chapter.needs and not chapter.core else ""
    length = f"{chapter.hours} h" if chapter.written and chapter.hours else ""
    if after or length:
        aside = " · ".join(filter(None, (after, length)))
        text += f'<text class="map-aside" x="{x + BOX[0] - 8}" y="{y + 18}">{aside}</text>'
    for i, line in enumerate(textwrap.wrap(chapter.title, 17)[:2]):
        text += f'<text x="{x + 9}" y="{y + 33 + 13 * i}">{html.escape(line)}</text>'
    said = f"Chapter {chapter.number}: {chapter.title}" + (f", {after}" if after else "")
    said += f", {length.replace(' h', ' hours') if chapter.hours > 1 else 'one hour'}" if length else ""
    if not chapter.written:
        return f'<g class="{kind}" role="img" aria-label="{html.escape(said)}, to come">{text}</g>'
    return f'<a class="{kind}" href="{chapter.stem}.html" aria-label="{html.escape(said)}">{text}</a>'
