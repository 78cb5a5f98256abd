"""Prints the whole book as one PDF, book/_build/bpedu.pdf, from the pages that `make book` has made. Needs Chromium.

All pages become one page, their links pointing inside it. Hints and solutions move to the end; code that only draws
is left out. Chromium prints twice: after the first time it is known on which page each chapter begins.
"""

import os
import re
import shutil
import sys
from pathlib import Path
from urllib.parse import urldefrag, urljoin

from bs4 import BeautifulSoup

HERE = Path(__file__).parent
HTML = HERE / "_build" / "html"
TARGET = HERE / "_build" / "bpedu.pdf"
SHEET = HTML / "_print.html"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
DROP = ".headerlink, .equation-link, .copy-code, .ways, nav, details.hide, .quiz, .viewcode-link, .map-narrow, noscript"


def pages() -> list[tuple[str, str, str]]:
    """(file, title, part) of every page in the order of the contents, without the front page."""
    soup = read("index.html")
    found, part = [], ""
    for node in soup.select(".bd-sidebar-primary p.caption, .bd-sidebar-primary a.reference.internal"):
        if node.name == "p":
            part = node.get_text(strip=True)
        elif node["href"] not in ("#", "index.html"):
            found.append((node["href"].split("#")[0], node.get_text(" ", strip=True), part))
    return found


def read(page: str):
    return BeautifulSoup((HTML / page).read_text(encoding="utf-8"), "html.parser")


def name(page: str, anchor: str = "") -> str:
    """The one page's anchor of what had the anchor `anchor` on page `page`."""
    stem = re.sub(r"\W", "-", page.removesuffix(".html"))
    return f"{stem}--{anchor}" if anchor else stem


def article(page: str, known: set[str], answers: list):
    """The text of one page, its anchors and links made fit for the one page of all."""
    text = read(page).select_one("article.bd-article")
    for node in text.select(DROP):
        node.decompose()
    for image in text.select("img"):
        del image["loading"]  # paper has no reader who arrives
    for node in text.select("details"):
        if "hint" in node.get("class", []) or "solution" in node.get("class", []):
            continue
        node["open"] = ""
    for card in text.select(".exercise"):
        take_answers(card, page, answers)
    for node in text.select("[id]"):
        node["id"] = name(page, node["id"])
    for node in text.select("[href], [src]"):
        attribute = "href" if node.has_attr("href") else "src"
        node[attribute] = inside(node[attribute], page, known)
    text.name = "section"
    text["id"] = name(page)
    return text


def inside(address: str, page: str, known: set[str]) -> str:
    """Where a link leads once all pages are one."""
    if re.match(r"[a-z]+:", address):
        return address
    target, anchor = urldefrag(urljoin(page, address))
    if (target or page) in known:
        return "#" + name(target or page, anchor)
    return target + ("#" + anchor if anchor else "")


def take_answers(card, page, answers) -> None:
    """Takes hints and solution out of an exercise, to stand at the end of the book."""
    title = card.select_one(".exercise-number").get_text(strip=True)
    anchor = card["id"]
    taken = [fold.extract() for fold in card.find_all("details", recursive=False)]
    for fold in taken:
        for inner in [fold, *fold.select("details")]:
            inner["open"] = ""
    link = BeautifulSoup(f'<p class="to-answer"><a href="#answer-{anchor}">Hints and solution</a></p>', "html.parser")
    card.append(link)
    head = f'<h3 id="answer-{anchor}"><a href="#{name(page, anchor)}">{title}</a></h3>'
    answers.append(head + "".join(str(fold) for fold in taken))


def contents(entries, numbers) -> str:
    """The table of contents, with page numbers where they are known."""
    rows, last = [], None
    for page, title, part in entries:
        if part and part != last:
            rows.append(f'<li class="part">{part}</li>')
            last = part
        rows.append(f'<li><a href="#{name(page)}">{title}</a><span>{numbers.get(name(page), "")}</span></li>')
    return f'<section class="contents"><h1>Contents</h1><ol>{"".join(rows)}</ol></section>'


def compose(numbers: dict[str, int]) -> None:
    """Writes the one page. `numbers` holds the sheet on which each chapter begins."""
    entries = pages()
    known, answers = {page for page, _, _ in entries} | {"index.html"}, []
    texts = [str(article(page, known, answers)) for page, _, _ in entries]
    # links to hints and solutions were made before the anchors were renamed
    body = re.sub(r'href="#(?:[\w-]+--)?answer-', 'href="#answer-', "".join(texts))
    entries.append(("answers.html", "Hints and solutions", "Answers"))
    sheet = next(soup for soup in map(read, known) if "window.MathJax" in str(soup.head) + str(soup.body))
    front = read("index.html").title.get_text().split(" —")[0].strip()
    cover = f'<section class="cover"><h1>{front}</h1><p>A course that runs: the text of its notebooks, with every figure and exercise.</p><p class="small">The bpedu authors. Text CC BY 4.0, code MIT.</p></section>'
    back = f'<section id="answers"><h1>Hints and solutions</h1>{"".join(answers)}</section>'
    sheet.body.clear()
    whole = f'<main class="bd-article whole-book">{cover}{contents(entries, numbers)}{body}{back}</main>'
    sheet.body.append(BeautifulSoup(whole, "html.parser"))
    SHEET.write_text(str(sheet), encoding="utf-8")


def print_sheet() -> None:
    from playwright.sync_api import sync_playwright

    footer = '<div style="width:100%;text-align:center;font:9px sans-serif;color:#666"><span class="pageNumber"></span></div>'
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(color_scheme="light")
        page.goto(SHEET.as_uri())
        page.wait_for_function("window.MathJax && MathJax.startup && MathJax.startup.promise")
        page.evaluate("MathJax.startup.promise.then(() => document.fonts.ready).then(() => true)")
        drawn = "document.querySelectorAll('.live-figure-place:not([data-drawn])').length === 0"
        page.wait_for_function(drawn, timeout=60_000)
        page.evaluate("document.documentElement.dataset.theme = 'light'")  # the theme's own choice needs its buttons
        page.pdf(path=TARGET, format="A4", tagged=True, outline=True, print_background=True, display_header_footer=True,
                 header_template="<span></span>", footer_template=footer,
                 margin={"top": "18mm", "bottom": "18mm", "left": "19mm", "right": "19mm"})  # fmt: skip
        browser.close()


def first_sheets() -> dict[str, int]:
    """The sheet, counted from 1, on which each anchor of the printed book stands."""
    from pypdf import PdfReader

    reader = PdfReader(TARGET)
    return {k.lstrip("/"): reader.get_destination_page_number(d) + 1 for k, d in reader.named_destinations.items()}


def chromium() -> str | None:
    return os.environ.get("BPEDU_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def main() -> int:
    if chromium() is None:
        print("The PDF is printed by Chromium, which is not here: apt install chromium, or BPEDU_CHROMIUM=/path/to/it.")
        return 2
    try:
        compose({})
        print_sheet()
        compose(first_sheets())
        print_sheet()
    finally:
        SHEET.unlink(missing_ok=True)
    print(f"{TARGET}: {TARGET.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
