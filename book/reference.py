"""The pages at the back that are made, not written: bibliography, glossary, and the rooms of `bpedu`."""

import html
import importlib
import inspect
import re
import tomllib
from pathlib import Path

import plan
from citations import Bibliography

HERE = Path(__file__).parent
ROOMS = (
    "rules", "gradcheck", "shapes", "scalar", "tensor", "layers", "initializers", "optimizers", "training",
    "data", "plots", "widgets", "exercise", "exercises", "notebook",
)  # fmt: skip


# --- bibliography ----------------------------------------------------------------------------------------------------


def bibliography(cited: dict[str, list[str]]) -> str:
    """Every source of the book, with the chapters that cite it. `cited` is key -> stems of chapters."""
    book = Bibliography.read()
    numbers = {c.stem: c.number for c in plan.chapters()}
    rows = []
    for key in sorted(book.entries, key=lambda k: (book.short(k).lower(), k)):
        links = ", ".join(f'<a href="{stem}.html#ref-{key}">{numbers[stem]}</a>' for stem in cited.get(key, []))
        where = f' <span class="cited">Cited in {links}</span>' if links else ""
        rows.append(f'<li id="ref-{key}">{book.full(key)}{where}</li>')
    head = "# Bibliography\n\nEvery source of the book, and the chapters that cite it."
    return f'{head}\n\n<ul class="sources">\n' + "\n".join(rows) + "\n</ul>\n"


# --- glossary --------------------------------------------------------------------------------------------------------


def glossary_entries() -> list[dict]:
    """term, zh, text, chapter and (sometimes) also: other names of the same thing."""
    entries = tomllib.loads((HERE / "glossary.toml").read_text(encoding="utf-8"))["term"]
    return sorted(entries, key=lambda e: e["term"].lower())


def glossary() -> str:
    """The glossary's page: English and Chinese side by side, a sentence or two, and where the book explains it."""
    chapters = {c.number: c for c in plan.chapters()}
    rows = []
    for entry in glossary_entries():
        chapter = chapters[entry["chapter"]]
        where = f'<a href="{chapter.stem}.html">chapter {chapter.number}</a>' if chapter.written else ""
        where = f' <span class="cited">{where}</span>' if where else ""
        rows.append(
            f'<dt id="term-{slug(entry["term"])}">{html.escape(apostrophes(entry["term"]))} <span lang="zh" class="zh">{entry["zh"]}</span></dt>'
            f"<dd>{apostrophes(entry['text'])}{where}</dd>"
        )
    head = "# Glossary\n\nThe words of the field as this book uses them, with their Chinese names."
    return f'{head}\n\n<dl class="glossary">\n' + "\n".join(rows) + "\n</dl>\n"


def apostrophes(text: str) -> str:
    """The text with the apostrophes that Sphinx gives to other pages."""
    return re.sub(r"(?<=\w)'", "’", text)


def glossary_terms() -> dict[str, list[str]]:
    """Every name of a term in lower case -> its anchor and what it means."""
    found = {}
    for entry in glossary_entries():
        for name in (entry["term"], *entry.get("also", ())):
            found[name.lower()] = [f"term-{slug(entry['term'])}", re.sub(r"<[^>]+>", "", html.unescape(entry["text"]))]
    return found


def slug(term: str) -> str:
    return re.sub(r"\W+", "-", term.lower()).strip("-")


# --- the rooms of bpedu ----------------------------------------------------------------------------------------------


def rooms() -> dict[str, str]:
    """Name of each room -> its page, with every public function and class from its docstring."""
    return {room: room_page(room) for room in ROOMS}


def first_sentence(thing) -> str:
    """What a module says of itself first, without the name it begins with."""
    text = " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())
    return text.replace("``", "`")


def overview(text: str) -> str:
    """api.md with its table of the rooms and their pages put in."""
    rows = [f"| [`bpedu.{room}`](api/{room}.md) | {first_sentence(module(room))} |" for room in ROOMS]
    table = "\n".join(["| room | what is in it |", "|---|---|", *rows])
    return text.replace("<!-- ROOMS -->", table).replace("<!-- PAGES -->", "\n".join(f"api/{r}" for r in ROOMS))


def module(room: str):
    return importlib.import_module(f"bpedu.{room}")


def room_page(room: str) -> str:
    home = module(room)
    blocks = [f"# `bpedu.{room}`", directive("automodule", f"bpedu.{room}", ["no-members"])]
    for part, names in parts(home).items():
        if part != home.__name__:
            blocks += [
                f"## {part.rsplit('.', 1)[-1].replace('_', ' ').capitalize()}",
                directive("automodule", part, ["no-members", "no-index"]),
            ]
        blocks += [entry(home, name) for name in names]
    return "\n\n".join(blocks) + "\n"


def parts(home) -> dict[str, list[str]]:
    """The public names of a room by the module that defines them, in the order of their definition."""
    listed = getattr(home, "__all__", None) or [n for n in vars(home) if not n.startswith("_")]
    found: dict[str, list[tuple[int, str]]] = {}
    for name in listed:
        thing = getattr(home, name)
        if not (inspect.isfunction(thing) or inspect.isclass(thing)) or not thing.__doc__:
            continue
        if thing.__module__.startswith(home.__name__):
            found.setdefault(thing.__module__, []).append((line_of(thing), name))
    return {part: [name for _, name in sorted(members)] for part, members in sorted(found.items())}


def line_of(thing) -> int:
    try:
        return inspect.getsourcelines(inspect.unwrap(thing))[1]
    except (OSError, TypeError):
        return 0


def entry(home, name: str) -> str:
    if inspect.isclass(getattr(home, name)):
        return directive("autoclass", f"{home.__name__}.{name}", ["members"])
    return directive("autofunction", f"{home.__name__}.{name}", [])


def directive(name: str, argument: str, options) -> str:
    lines = [f".. {name}:: {argument}", *(f"   :{o}:" for o in options)]
    return "```{eval-rst}\n" + "\n".join(lines) + "\n```"
