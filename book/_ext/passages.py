"""What the search looks through: the book cut into passages, each a place that can be linked to, with its text.

Sphinx's own index knows which page has a word; it cannot say where on a page, and from a disk it cannot quote. So every
section, exercise, glossary term, source and function is written, with its text, to _static/passages.js, which only the
search page loads; _static/search.js ranks them.
"""

import json
from pathlib import Path

from bs4 import BeautifulSoup

ELSEWHERE = "section, .exercise, .cell_output, details.hide, script, .headerlink, .live-figure, .viewcode-link, .cited"


def cut(page: str, body: str) -> list[list[str]]:
    """The passages of one page as [kind, address, title, title of the page, text]."""
    soup = BeautifulSoup(body, "html.parser")
    for block in soup.select("p, li, pre, td, th, dt, dd, h1, h2, h3, h4, summary"):
        block.append(" ")
    head = soup.find("h1")
    title = words(head) if head else page
    if page in ("glossary", "bibliography"):
        for extra in soup.select(".cited"):
            extra.extract()
    if page == "glossary":
        return [
            ["term", at(page, dt), words(dt), title, words(dt.find_next("dd"))] for dt in soup.select("dl.glossary dt")
        ]
    if page == "bibliography":
        return [["source", at(page, li), words(li), title, ""] for li in soup.select("ul.sources li")]
    if page.startswith("api"):
        for extra in soup.select(".viewcode-link"):
            extra.extract()
        entries = soup.select("dl.py > dt[id]")
        return [["api", at(page, dt), dt["id"], title, words(dt) + " " + words(dt.find_next("dd"))] for dt in entries]
    found = []
    for card in soup.select(".exercise"):
        task = card.select_one(".exercise-task")
        name = card.select_one(".exercise-title")
        for extra in name.select(".exercise-meta"):
            extra.extract()
        found.append(["exercise", at(page, card), words(name), title, words(task) if task else ""])
    for section in reversed(
        soup.select("section[id]")
    ):  # the inner ones first, so that each text is in one passage only
        heading = section.find(["h1", "h2", "h3", "h4"])
        for extra in section.select(ELSEWHERE):
            extra.extract()
        kind = "page" if heading.name == "h1" else "section"
        name = words(heading)
        heading.extract()
        if name != "Sources":  # the bibliography has them all
            found.append([kind, at(page, section), name, title, words(section)])
    return found


def words(node) -> str:
    """A node's text on one line, formulas as they are written."""
    for link in node.select(".headerlink"):
        link.extract()
    text = node.get_text().replace("\\(", "").replace("\\)", "").replace("\N{NON-BREAKING HYPHEN}", "-")
    return " ".join(text.split())


def at(page: str, node) -> str:
    return f"{page}.html#{node['id']}"


def collect(app, pagename, templatename, context, doctree):
    if doctree is not None and "body" in context:
        app.bpedu_passages[pagename] = cut(pagename, context["body"])
    if pagename == "search":
        for name in ("passages.js", "search.js"):
            app.add_js_file(name, loading_method="defer")


def write(app, failure):
    if failure is None and app.builder.format == "html":
        order = ["index", *app.env.toctree_includes.get("index", [])]
        pages = sorted(app.bpedu_passages, key=lambda p: (order.index(p) if p in order else len(order), p))
        passages = [passage for page in pages for passage in app.bpedu_passages[page]]
        text = json.dumps(passages, ensure_ascii=False, separators=(",", ":"))
        (Path(app.outdir) / "_static" / "passages.js").write_text(f"window.bookPassages={text};\n", encoding="utf-8")


def setup(app):
    app.bpedu_passages = {}
    app.connect("html-page-context", collect)
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
