"""The rendered book, read without a browser: complete, linked, described, and nothing in it that points outside."""

import re
import tomllib
from urllib.parse import unquote, urldefrag, urljoin

import nbformat
import pytest
from rendered import ROOT, soup  # first: it makes the book's own modules importable

import links  # isort: skip
import page_buttons  # isort: skip
import plan  # isort: skip
import reference  # isort: skip
from citations import Bibliography  # isort: skip

from bpedu import exercises

CHAPTERS = [chapter.stem for chapter in plan.written()]
chapters = pytest.mark.parametrize("stem", CHAPTERS)


def notebook(stem):
    return nbformat.read(ROOT / "chapters" / f"{stem}.ipynb", as_version=4)


def anchor(exercise) -> str:
    return "ex-" + exercise.id.replace(".", "-")


def words(node) -> str:
    return " ".join(node.get_text().split())


def test_every_notebook_is_a_planned_chapter_in_the_contents(site):
    stems = {path.stem for path in (ROOT / "chapters").glob("*.ipynb")}
    assert stems == set(CHAPTERS), "a notebook that plan.toml does not know would be left out of the book"
    listed = {a["href"] for a in soup(site / "index.html").select(".bd-sidebar-primary a.reference.internal")}
    assert {f"{stem}.html" for stem in stems} <= listed
    assert {"api.html", "glossary.html", "bibliography.html"} <= listed


@chapters
def test_every_section_of_a_chapter_is_in_its_outline(site, stem):
    text = "\n".join(c.source for c in notebook(stem).cells if c.cell_type == "markdown")
    text = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    sections = [plain(title) for title in re.findall(r"^## (.+)$", text, re.M)]
    outline = [plain(words(a)) for a in soup(site / f"{stem}.html").select("#pst-page-toc-nav a, .page-toc a")]
    assert sections
    assert [s for s in sections if s not in outline] == []


def plain(title) -> str:
    return re.sub(r"[^\w]", "", re.sub(r"\\\(|\\\)|\$", "", title)).lower()


@chapters
def test_exercises_stand_as_cards_with_their_hints_and_solution(site, stem):
    page = soup(site / f"{stem}.html")
    tags = [c.metadata.get("bpedu", {}) for c in notebook(stem).cells]
    for identifier in [t["exercise"] for t in tags if t.get("role") == "task"]:
        exercise = exercises.find(identifier)
        card = page.find(id=anchor(exercise))
        assert card is not None, f"exercise {identifier} has no card"
        rungs = card.select("details.hint")
        assert [words(rung.summary) for rung in rungs] == [
            f"Hint {n} of {len(exercise.hints)}" for n in range(1, len(exercise.hints) + 1)
        ]
        assert all(rung.find_parent("details") is above for above, rung in zip([None, *rungs], rungs, strict=False))
        solution = card.select_one("details.solution")
        assert not card.select("details[open]"), "hints and solutions are folded"
        if exercise.runs:
            assert solution.pre.get_text().strip() == exercise.solution_code().strip()
        assert len(solution.select("dl.mistakes dt")) == len(exercise.mistakes)
        assert exercise.starter_code().strip() in card.get_text() or not exercise.runs


@chapters
def test_the_noise_of_unanswered_checks_is_left_out(site, stem):
    text = soup(site / f"{stem}.html").select_one("article").get_text()
    for leftover in ("Not attempted yet", "```", "[@", "bpedu-exercise", "(to come) (to come)"):
        assert leftover not in text


@chapters
def test_figures_are_described_and_numbered(site, stem):
    page = soup(site / f"{stem}.html").select_one("article")
    drawn = [f for f in page.select("figure") if "live-figure" not in f.get("class", [])]
    for figure in drawn:
        assert len(figure.img.get("alt", "")) > 20, f"{figure.get('id')} needs an :alt: in the manuscript"
    captions = [words(caption) for caption in page.select("figure figcaption")]
    chapter = stem.split("_")[0].lstrip("0") or "0"
    for n, caption in enumerate(captions, 1):
        number, _, says = caption.removesuffix("#").partition(f"Figure {chapter}.{n}")
        assert (number, len(says.removeprefix(", interactive.")) > 15) == ("", True), caption
    assert all(f.get("id") for f in page.select("figure"))


@chapters
def test_numbered_equations_can_be_linked_to(site, stem):
    page = soup(site / f"{stem}.html")
    tags = [
        t for c in notebook(stem).cells if c.cell_type == "markdown" for t in re.findall(r"\\tag\{([^}]*)\}", c.source)
    ]
    assert [t for t in tags if page.find(id="eq-" + re.sub(r"\W", "-", t)) is None] == []


@chapters
def test_the_notebook_is_there_to_take(site, stem):
    for folder, name in (("chapters", "notebooks"), ("solutions", "notebooks/solved")):
        original = ROOT / folder / f"{stem}.ipynb"
        assert (site / name / f"{stem}.ipynb").read_bytes() == original.read_bytes()
    hrefs = [a["href"] for a in soup(site / f"{stem}.html").select("header a, .bd-header-article a")]
    assert f"notebooks/{stem}.ipynb" in hrefs
    assert f"notebooks/solved/{stem}.ipynb" in hrefs


def test_links_inside_the_book_lead_somewhere(site):
    pages = sorted(site.rglob("*.html"))
    anchors = {
        p: {n["id"] for n in soup(p).select("[id]")} | {n["name"] for n in soup(p).select("a[name]")} for p in pages
    }
    broken = []
    for page in pages:
        for node in soup(page).select("[href], [src]"):
            address = node.get("href") or node.get("src")
            if not address or re.match(r"https?:|data:|mailto:|javascript:", address):
                continue
            target, fragment = urldefrag(unquote(urljoin(page.as_uri(), address)))
            path = page if not target else type(page)(target.removeprefix("file://").split("?")[0])
            if not path.exists():
                broken.append(f"{page.relative_to(site)}: {address}")
            elif fragment and path.suffix == ".html" and fragment not in anchors[path]:
                broken.append(f"{page.relative_to(site)}: {address} (no such place on that page)")
    assert not broken, "\n".join(broken)


def test_nothing_is_fetched_from_elsewhere(site):
    fetched = [
        f"{page.name}: {node}"
        for page in site.rglob("*.html")
        for node in soup(page).select("script[src], link[href][rel=stylesheet], img[src], iframe, object, source")
        if re.match(r"(https?:)?//", node.get("src") or node.get("href") or "")
    ]
    assert fetched == []
    for sheet in site.rglob("*.css"):
        assert not re.search(r"(@import|url\()\s*['\"]?https?:", sheet.read_text(encoding="utf-8")), sheet


def test_pages_do_not_tell_where_they_were_made(site):
    told = [p.name for p in site.rglob("*.html") if str(ROOT) in p.read_text(encoding="utf-8")]
    assert told == []


def test_the_glossarys_chinese_letters_are_in_the_book():
    letters = {letter for entry in reference.glossary_entries() for letter in entry["zh"] if letter > "\u2e80"}
    rare = {letter for letter in letters if not b"\xb0" <= letter.encode("gb2312", "replace")[:1] < b"\xd8"}
    assert rare == {"熵"}, "these are not in the font; book/_static/vendor/README.md says how it is cut"


def test_sources_are_punctuated_as_a_reader_expects():
    book = Bibliography.read()
    faults = [k for k in book.entries if re.search(r" [,.]|[.?!]\.|,,|\bothers\b", re.sub(r"<.*?>", "", book.full(k)))]
    assert faults == []
    assert "TR-47" in book.full("parker1985")
    assert "<em>Who invented the reverse mode of differentiation?</em> Documenta" in book.full("griewank2012")


def test_every_citation_leads_to_the_bibliography(site):
    page = soup(site / "bibliography.html")
    assert {li["id"] for li in page.select("ul.sources li")} == {f"ref-{key}" for key in Bibliography.read().entries}
    for stem in CHAPTERS:
        for key in re.findall(r'<li id="ref-([\w:.-]+)">', notebook(stem).cells[-1].source):
            back = page.find(id=f"ref-{key}").find("a", href=f"{stem}.html#ref-{key}")
            assert back is not None, f"the bibliography does not say that {stem} cites {key}"


def test_no_two_sources_are_called_alike():
    book = Bibliography.read()
    shorts = [book.short(key) for key in book.entries]
    assert len(set(shorts)) == len(shorts)
    assert book.short("rumelhart1986nature") == "Rumelhart et al. 1986a"
    assert "(1986b)" in book.full("rumelhart1986pdp")
    assert "Foundations, 318–362." in book.full("rumelhart1986pdp")
    assert "Nature 323(6088), 533" in book.full("rumelhart1986nature")
    assert book.short("linnainmaa1970") == "Linnainmaa 1970"


def test_glossary_terms_are_explained_where_they_are_first_used(site):
    known = {c.number for c in plan.chapters()}
    entries = tomllib.loads((ROOT / "book" / "glossary.toml").read_text(encoding="utf-8"))["term"]
    assert all(e["chapter"] in known and e["text"].endswith((".", ")")) and e["zh"] for e in entries)
    assert len({reference.slug(e["term"]) for e in entries}) == len(entries)
    linked = [a for stem in CHAPTERS for a in soup(site / f"{stem}.html").select("a.term")]
    assert linked
    assert all(a["title"] for a in linked)


def test_the_api_pages_show_every_public_rule(site):
    from bpedu import rules

    shown = {n["id"] for n in soup(site / "api" / "rules.html").select("dt[id]")}
    public = {name for name in rules.__all__ if getattr(rules, name).__module__.startswith("bpedu.rules")}
    assert len(public) > 50
    assert {f"bpedu.rules.{name}" for name in public} <= shown


def test_links_to_unwritten_chapters_become_words():
    known = CHAPTERS[0]
    text = f"See [chapter 99](99_never.ipynb#Some-place), [this]({known}.ipynb#The-first-part) and [out](https://example.org)."
    assert links.between_chapters(text) == (
        f"See chapter 99 (to come), [this]({known}.ipynb#the-first-part) and [out](https://example.org)."
    )


def test_binder_and_colab_only_where_the_book_has_an_address():
    at_home = [entry["url"] for entry in page_buttons.notebooks("03_x", "", "main")]
    assert at_home == ["notebooks/03_x.ipynb", "notebooks/solved/03_x.ipynb"]
    public = [entry["url"] for entry in page_buttons.notebooks("03_x", "https://github.com/someone/bpedu", "main")]
    assert public[2:] == [
        "https://mybinder.org/v2/gh/someone/bpedu/main?urlpath=lab/tree/chapters/03_x.ipynb",
        "https://colab.research.google.com/github/someone/bpedu/blob/main/chapters/03_x.ipynb",
    ]


def test_the_map_shows_every_chapter_and_links_the_written(site):
    for drawing in soup(site / "index.html").select("svg.map"):
        linked = {a["href"] for a in drawing.select("a[href]")}
        assert linked == {f"{stem}.html" for stem in CHAPTERS}
        assert len(drawing.select("[aria-label^=Chapter]")) == len(plan.chapters())


def test_the_plan_has_no_loose_ends():
    numbers = [c.number for c in plan.chapters()]
    assert len(set(numbers)) == len(numbers)
    for chapter in plan.chapters():
        assert all(numbers.index(need) < numbers.index(chapter.number) for need in chapter.needs), chapter
