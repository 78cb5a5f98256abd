"""The one page that is printed as the PDF: whole, its links inside it, every exercise with its hints and solution at the end."""

import re
from collections import Counter

import pytest
from bs4 import BeautifulSoup
from rendered import HTML

import plan  # isort: skip
import print_book  # isort: skip


@pytest.fixture(scope="module")
def sheet(site, tmp_path_factory):
    target, print_book.SHEET = print_book.SHEET, tmp_path_factory.mktemp("print") / "sheet.html"
    print_book.compose({"03_activation_functions": 77})
    made, print_book.SHEET = print_book.SHEET, target
    return BeautifulSoup(made.read_text(encoding="utf-8"), "html.parser")


def test_every_chapter_is_printed_once_in_order(sheet):
    printed = [s["id"] for s in sheet.select("main > section[id]")]
    written = [c.stem for c in plan.written()]
    assert [p for p in printed if p in written] == written
    assert {"glossary", "bibliography", "api", "answers"} <= set(printed)


def test_links_stay_inside_the_print(sheet):
    known = {n["id"] for n in sheet.select("[id]")}
    links = [a["href"] for a in sheet.select("main a[href]")]
    assert [link for link in links if link.startswith("#") and link[1:] not in known] == []
    assert [link for link in links if not re.match("#|https?:|notebooks/|_modules/|_images/", link)] == []


def test_no_two_places_have_one_name(sheet):
    names = Counter(n["id"] for n in sheet.select("main [id]"))
    assert [name for name, times in names.items() if times > 1] == []


def test_every_exercise_has_its_answer_at_the_end(sheet):
    cards = sheet.select("main > section:not(#answers) .exercise")
    answers = sheet.select("#answers > h3")
    assert len(cards) == len(answers) > 0
    assert all(card.select_one(".to-answer a") and not card.select("details.hint, details.solution") for card in cards)
    assert all("open" in fold.attrs for fold in sheet.select("#answers details"))


def test_the_contents_name_the_sheets_that_are_known(sheet):
    row = sheet.select_one(".contents a[href='#03_activation_functions']").parent
    assert row.span.get_text() == "77"


def test_pictures_are_found_from_the_print(sheet):
    missing = [i["src"] for i in sheet.select("main img") if not (HTML / i["src"]).exists()]
    assert missing == []
