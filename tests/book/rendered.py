"""Where the rendered book is, and its pages as trees of elements."""

import sys
from functools import cache
from pathlib import Path

from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[2]
HTML = ROOT / "book" / "_build" / "html"
ARTEFACTS = ROOT / "artefacts"
sys.path[:0] = [str(ROOT / "book"), str(ROOT / "book" / "_ext")]


@cache
def soup(path: Path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
