"""Equations that can be linked to, and links from the words "equation 3.2", "exercise 3.2" and "(3.2)" to them.

Also: a term in bold that the glossary explains leads there, the first time a page uses it.
"""

import json
import re
from pathlib import Path

from docutils import nodes
from sphinx.transforms import SphinxTransform

TAG = re.compile(r"\\tag\{([^}]*)\}")
MENTION = re.compile(r"\b([Ee]quations?|[Ee]xercises?)[ \u00a0](\w+\.\d+)\b|\((\w+\.\d+)\)")
SKIP = (nodes.reference, nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.title, nodes.raw)


def anchor(kind: str, number: str) -> str:
    return f"{kind}-" + re.sub(r"\W", "-", number)


class LinkedEquations(SphinxTransform):
    """Gives every display with a tag an anchor, and writes it for MathJax as it stands."""

    default_priority = 700

    def apply(self):
        for node in self.document.findall(nodes.math_block):
            text = node.astext().strip()
            for tag in TAG.findall(text):
                node["ids"].append(anchor("eq", tag))
            if not text.startswith(r"\begin{align"):
                text = rf"\[{text}\]"
            node.children = []
            node.rawsource = ""
            node += nodes.Text(text)
            node["no-wrap"] = True


class Mentions(SphinxTransform):
    """Turns mentions of equations and exercises into links."""

    default_priority = 710

    def apply(self):
        marks = self.env.bpedu_marks
        for text in list(self.document.findall(nodes.Text)):
            if not inside(text, SKIP) and MENTION.search(text):
                text.parent.replace(text, list(linked(str(text), marks, self.env.docname)))


def inside(node, kinds) -> bool:
    while node is not None:
        if isinstance(node, kinds):
            return True
        node = node.parent
    return False


def linked(text, marks, here):
    """The text in pieces, mentions as references."""
    at = 0
    for match in MENTION.finditer(text):
        word, number = match[1] or "equation", match[2] or match[3]
        kind = "equations" if word.lower().startswith("eq") else "exercises"
        page = marks[kind].get(number)
        if page is None or (match[3] and page != here):  # a bare number in brackets is a reference on its own page only
            continue
        yield nodes.Text(text[at : match.start()])
        target = ("" if page == here else f"{page}.html") + "#" + anchor(kind[:2], number)
        yield nodes.reference("", match[0], refuri=target, internal=True, classes=["mention"])
        at = match.end()
    yield nodes.Text(text[at:])


class GlossaryLinks(SphinxTransform):
    """The first bold use of a glossary term leads to its entry and says what it means when pointed at."""

    default_priority = 720

    def apply(self):
        terms, here = self.env.bpedu_terms, self.env.docname
        if here in ("glossary", "index") or here.startswith("api"):
            return
        used = set()
        for strong in list(self.document.findall(nodes.strong)):
            key = term_key(strong.astext(), terms)
            if key and not inside(strong, SKIP) and terms[key][0] not in used:
                place, meaning = terms[key]
                used.add(place)
                link = nodes.reference("", "", refuri=f"glossary.html#{place}", internal=True, classes=["term"])
                link["reftitle"] = meaning
                strong.replace_self(link)
                link += strong


def term_key(text, terms):
    """The glossary's name for a word: in any case, and in the singular."""
    word = " ".join(text.split()).strip(" .:,").lower()
    return next((w for w in (word, word.removesuffix("s"), word.removesuffix("es")) if w in terms), None)


def load(app):
    source = Path(app.srcdir)
    app.env.bpedu_marks = json.loads((source / "marks.json").read_text(encoding="utf-8"))
    app.env.bpedu_terms = json.loads((source / "terms.json").read_text(encoding="utf-8"))


def setup(app):
    app.connect("builder-inited", load)
    for transform in (LinkedEquations, Mentions, GlossaryLinks):
        app.add_transform(transform)
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": True}
