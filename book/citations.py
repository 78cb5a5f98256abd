"""Citations of the manuscript: [@key] as a short link, and the list of sources that closes a chapter."""

import html
import re
from functools import cache, cached_property
from pathlib import Path
from string import ascii_lowercase

from pybtex.database import parse_file
from pybtex.richtext import Text

BIB = Path(__file__).parent / "references.bib"


class Bibliography:
    """The one bibliography of the book, read from references.bib."""

    def __init__(self, entries):
        self.entries = entries

    @classmethod
    @cache
    def read(cls):
        return cls(parse_file(str(BIB), bib_format="bibtex").entries)

    def entry(self, key):
        if key not in self.entries:
            raise ValueError(f"The manuscript cites [@{key}], which references.bib does not have.")
        return self.entries[key]

    def link(self, key) -> str:
        """ "Glorot & Bengio 2010", linked to its entry below."""
        return f'<a href="#ref-{key}">{html.escape(self.short(key))}</a>'

    def short(self, key) -> str:
        """Who and when, with a letter where two sources would be called alike: "Rumelhart et al. 1986a"."""
        return self.called(key) + self.letters.get(key, "")

    @cached_property
    def letters(self) -> dict[str, str]:
        """Key -> "a", "b" … of those sources that share their names and year, in the order of their keys."""
        alike: dict[str, list[str]] = {}
        for key in sorted(self.entries):
            alike.setdefault(self.called(key), []).append(key)
        return {
            k: letter
            for keys in alike.values()
            if len(keys) > 1
            for k, letter in zip(keys, ascii_lowercase, strict=False)
        }

    def called(self, key) -> str:
        entry = self.entry(key)
        names = [plain(" ".join(p.prelast_names + p.last_names)) for p in entry.persons.get("author", [])]
        names = names or [plain(entry.fields.get("title", key))]
        who = names[0] if len(names) == 1 else f"{names[0]} & {names[1]}" if len(names) == 2 else f"{names[0]} et al."
        return f"{who} {entry.fields.get('year', '')}".strip()

    def full(self, key) -> str:
        """Authors, year, title, where it appeared, and a link."""
        entry = self.entry(key)
        f = {k: plain(v) for k, v in entry.fields.items()}
        names = [initials(p) for p in entry.persons.get("author", [])]
        who = ", ".join(names).replace(", others", " et al.")
        title = f.get("title", "")
        year = f.get("year", "n.d.") + self.letters.get(key, "")
        text = html.escape(f"{who} ({year}). ".lstrip()) + f"<em>{html.escape(title)}</em>"
        text += "" if title.endswith(("?", "!", ".")) else "."
        where = self.where(f)
        return text + (f" {html.escape(where)}." if where else "") + self.address(f)

    @staticmethod
    def where(f) -> str:
        """Journal with volume and pages, book, publisher or school; of a report, its series and number."""
        publisher = f.get("publisher") or f.get("school") or f.get("institution") or f.get("howpublished", "")
        place = f.get("journal") or f.get("booktitle") or publisher
        if "institution" in f:
            return ", ".join(
                filter(None, (f"{f.get('type', 'Technical Report')} {f.get('number', '')}".strip(), place))
            )
        number = f"({f['number']})" if "number" in f and "volume" in f else f.get("number", "")
        volume = f.get("volume", "") + number
        pages = f.get("pages", "").replace("--", "–")
        return ", ".join(filter(None, (" ".join(filter(None, (place, volume))), pages)))

    @staticmethod
    def address(fields):
        if "doi" in fields:
            return f' <a href="https://doi.org/{fields["doi"]}">doi:{fields["doi"]}</a>'
        if "eprint" in fields:
            return f' <a href="https://arxiv.org/abs/{fields["eprint"]}">arXiv:{fields["eprint"]}</a>'
        return ""

    def sources(self, keys) -> str:
        """The section that closes a chapter."""
        items = "\n".join(f'<li id="ref-{k}">{self.full(k)}</li>' for k in sorted(keys, key=self.short))
        return f"## Sources\n\n<ul>\n{items}\n</ul>"


def initials(person) -> str:
    first = " ".join(plain(n)[0] + "." for n in person.first_names + person.middle_names if plain(n))
    last = plain(" ".join(person.prelast_names + person.last_names + person.lineage_names))
    return f"{last}, {first}" if first else last


def plain(text) -> str:
    """A BibTeX value without its LaTeX."""
    return re.sub(r"\s+", " ", str(Text.from_latex(text))).strip()
