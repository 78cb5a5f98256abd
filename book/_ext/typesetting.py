"""What a typesetter would see to: what belongs together stays on one line, and pictures come when they are reached."""

import re

from docutils import nodes
from sphinx.transforms import SphinxTransform

BEFORE = re.compile(r"[(\[“‘]+$")
AFTER = re.compile(r"^(?:['’]s\b|-\w+|[.,;:!?)\]”’%])+")
UNIT = re.compile(r"(?<=\d) (?=%)")
SIZES = re.compile(r"(?<=\d)-(?=\d)")


class FormulasKeepTheirPunctuation(SphinxTransform):
    """A formula is a picture to the browser, which would put the full stop after it at the beginning of the next line."""

    default_priority = 730

    def apply(self):
        for formula in list(self.document.findall(nodes.math)):
            before, after = beside(formula, -1, BEFORE), beside(formula, +1, AFTER)
            if before or after:
                together = nodes.inline(classes=["nobreak"])
                formula.replace_self(together)
                together += [nodes.Text(before), formula, nodes.Text(after.replace("'", "’"))]


def beside(node, step, pattern) -> str:
    """Takes the punctuation that touches a node out of the text beside it, and returns it."""
    siblings = node.parent.children
    place = siblings.index(node) + step
    text = siblings[place] if 0 <= place < len(siblings) else None
    found = pattern.search(text) if isinstance(text, nodes.Text) else None
    if not found:
        return ""
    node.parent.replace(text, nodes.Text(text[: found.start()] + text[found.end() :]))
    return found[0]


class NumbersStayWhole(SphinxTransform):
    """No line ends between a number and its per cent sign, or inside the sizes of a network, 784-128-10."""

    default_priority = 735

    def apply(self):
        for text in list(self.document.findall(nodes.Text)):
            if isinstance(text.parent, nodes.literal | nodes.literal_block | nodes.raw | nodes.math | nodes.reference):
                continue
            together = SIZES.sub("\N{NON-BREAKING HYPHEN}", UNIT.sub("\N{NO-BREAK SPACE}", text))
            if together != text:
                text.parent.replace(text, nodes.Text(together))


class PicturesComeWhenReached(SphinxTransform):
    """A chapter has up to a dozen pictures. Their sizes are known, so nothing moves when one arrives."""

    default_priority = 740

    def apply(self):
        for image in self.document.findall(nodes.image):
            image["loading"] = "lazy"


def setup(app):
    app.add_transform(FormulasKeepTheirPunctuation)
    app.add_transform(NumbersStayWhole)
    app.add_transform(PicturesComeWhenReached)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
