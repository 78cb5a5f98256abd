"""The book opened from the disk in Chromium: nothing leaves the page, and figures, quizzes, search and themes work."""

import json
import re
from importlib import resources

import pytest
from rendered import ARTEFACTS, ROOT, soup  # first: it makes the book's own modules importable

import plan  # isort: skip

CHAPTERS = [f"{chapter.stem}.html" for chapter in plan.written()]
OTHERS = [
    "index.html",
    "api.html",
    "api/rules.html",
    "glossary.html",
    "bibliography.html",
    "search.html",
    "genindex.html",
]
OTHERS += ["teachers_guide.html"] if (ROOT / "book" / "teachers_guide.md").exists() else []
SHOWN = [p for p in CHAPTERS if p[:2] in ("02", "03", "06", "08")][:4] or CHAPTERS[:4]


STATE = r"""async () => {
    document.querySelectorAll('img[loading=lazy]').forEach(i => { i.loading = 'eager'; });
    await Promise.all([...document.images].map(i => i.decode().catch(() => {})));
    return {
    unset: [...document.querySelectorAll('.bd-article .math')].filter(m => !m.querySelector('mjx-container')).length,
    wrong: [...document.querySelectorAll('[data-mml-node=merror]')].map(m => m.textContent),
    images: [...document.images].filter(i => !i.naturalWidth).map(i => i.src),
    empty: [...document.querySelectorAll('.live-figure-place')].filter(f => !f.querySelector('svg, canvas')).length,
    fonts: [...document.fonts].filter(f => f.status === 'error').map(f => f.family),
}}"""
CUT_OFF = """() => [...document.querySelectorAll('.bd-article mjx-container[display]')].filter(box => {
    if (!box.checkVisibility()) return false;
    const edge = box.getBoundingClientRect(), drawn = box.querySelector('svg').getBoundingClientRect();
    return edge.left < 0 || edge.right > innerWidth + 1 || drawn.left < edge.left - 1 || drawn.width > box.scrollWidth + 1;
}).map(box => box.parentElement.id || box.textContent)"""
TOO_WIDE = """() => {
    const limit = document.documentElement.clientWidth + 1;
    const scrolls = (e) => {
        for (; e && e !== document.body; e = e.parentElement)
            if (/auto|scroll|hidden/.test(getComputedStyle(e).overflowX)) return true;
        return false;
    };
    return [...document.querySelectorAll('.bd-article *')]
        .filter(e => e.checkVisibility() && !e.ownerSVGElement && e.getBoundingClientRect().right > limit && !scrolls(e.parentElement))
        .map(e => `${e.tagName} ${e.getAttribute('class') || ''}: ${e.textContent.trim().slice(0, 60)}`);
}"""


@pytest.mark.parametrize("page", CHAPTERS + OTHERS)
def test_a_page_opened_from_the_disk(visit, page):
    """Complete, without serious barriers, and fit for a phone: three questions in one visit, since setting takes longest."""
    tab = visit(page)
    assert tab.evaluate(STATE) == {"unset": 0, "wrong": [], "images": [], "empty": 0, "fonts": []}
    assert not barriers(tab)
    tab.evaluate("document.querySelectorAll('.bd-article details').forEach(d => { d.open = false; })")
    tab.set_viewport_size({"width": 360, "height": 740})
    assert tab.evaluate(TOO_WIDE) == []
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert tab.evaluate(CUT_OFF) == [], "what is left of the page's edge can never be scrolled to"


@pytest.mark.parametrize("page", OTHERS + SHOWN)
def test_no_serious_barrier_in_the_dark(visit, page):
    assert not barriers(visit(page, "dark"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_coloured_code_has_contrast(visit, theme):
    """The colours of code are the same everywhere, and there is much of it: they are looked at on one page."""
    tab = visit("03_activation_functions.html", theme)
    load_axe(tab)
    assert not complaints(tab, "{ runOnly: ['color-contrast'], preload: false }")


def barriers(tab) -> str:
    """What axe-core calls serious or critical on this page with everything unfolded, as text."""
    load_axe(tab)
    tab.evaluate(
        "document.querySelectorAll('.highlight pre').forEach(code => { code.textContent = code.textContent; })"
    )
    return complaints(tab, "{ preload: false }")


def load_axe(tab) -> None:
    """Unfolds everything and empties the drawings of formulas: thousands of strokes that axe-core would look at singly."""
    pytest.importorskip(
        "axe_playwright_python", reason="the accessibility tests need axe-playwright-python (extra dev)"
    )
    tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    tab.evaluate("document.querySelectorAll('mjx-container > svg').forEach(drawing => drawing.replaceChildren())")
    tab.evaluate("document.querySelectorAll('mjx-assistive-mml > math').forEach(said => said.replaceChildren())")
    tab.evaluate((resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))


def complaints(tab, options) -> str:
    found = tab.evaluate(f"axe.run(document, {options})")
    serious = [v for v in found["violations"] if v["impact"] in ("serious", "critical")]
    return "".join(f"{v['id']}: {len(v['nodes'])} of {[seen(n) for n in v['nodes'][:4]]}\n" for v in serious)


def seen(node) -> str:
    """Where axe-core found something, and what it says of it."""
    return f"{node['target'][-1]}: {node['html'][:120]}: {node['failureSummary']}"


def test_a_figure_answers_the_keyboard(visit):
    tab = visit("index.html")
    slider = tab.locator(".live-figure input[type=range]").first
    before = tab.locator(".live-figure").first.inner_html()
    slider.focus()
    tab.keyboard.press("ArrowRight")
    tab.wait_for_function("before => document.querySelector('.live-figure').innerHTML !== before", arg=before)
    assert tab.locator(".live-figure [role=group][aria-label]").count() >= 1


def test_the_playground_trains(visit):
    tab = visit("index.html")
    readout = tab.locator(".live-figure .bpw-readout").first
    before = readout.inner_text()
    tab.locator(".live-figure button", has_text="one epoch").click()
    tab.wait_for_function(
        "before => document.querySelector('.live-figure .bpw-readout').innerText !== before", arg=before
    )


def test_every_icon_is_drawn(visit):
    """Of the theme's icons the build keeps those that are named somewhere; one that it left out would be an empty box."""
    tab = visit("03_activation_functions.html")
    tab.wait_for_function("!document.querySelector('i[class*=fa-]')")
    icons = tab.evaluate(
        "[...document.querySelectorAll('svg[data-icon]')].map(s => [s.dataset.icon, s.innerHTML.length])"
    )
    assert {"bars", "download", "magnifying-glass", "moon", "sun", "angle-right"} <= {name for name, _ in icons}
    assert [name for name, size in icons if size < 100 or name.startswith("missing")] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_can_be_changed_by_keyboard(visit, theme):
    tab = visit("index.html", theme)
    assert tab.evaluate("document.documentElement.dataset.theme") == theme
    tab.locator("button.theme-switch-button:visible").first.focus()
    tab.keyboard.press("Enter")
    other = tab.locator(
        f"button.theme-change-button[data-mode={'dark' if theme == 'light' else 'light'}]:visible"
    ).first
    other.focus()
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.documentElement.dataset.theme") != theme


def test_search_finds_without_a_server(visit):
    tab = visit("index.html")
    field = tab.locator("input[type=search]:visible").first
    if not field.count():
        tab.keyboard.press("Control+k")
        field = tab.locator("input[type=search]:visible").first
    field.fill("learning rate")
    field.press("Enter")
    tab.wait_for_selector("#search-results li a", timeout=30_000)
    assert "learning rate" in tab.locator("#search-results li").first.inner_text()
    assert tab.locator("#search-results mark").count() >= 5
    tab.locator("#search-results a", has_text="Choosing the learning rate").click()
    tab.wait_for_function(
        "Math.abs(document.getElementById('choosing-the-learning-rate')?.getBoundingClientRect().top) < 400"
    )


@pytest.mark.parametrize(("query", "first"), [
    ("softmax", "glossary.html#term-softmax"),
    ("topological order", "10_automatic_differentiation.html#topological-order"),
    ("Exercise 8.2", "08_backprop_in_matrices.html#ex-8-2"),
    ("relu_backward", "03_activation_functions.html#ex-3-4"),
    ("rules.softmax", "api/rules.html#bpedu.rules.softmax"),
    ("Linnainmaa 1970", "01_why_backpropagation.html#where-backpropagation-came-from"),
])  # fmt: skip
def test_search_finds_the_place_that_is_meant(visit, query, first):
    found = visit("search.html").evaluate("query => bookFind(query).map(passage => passage[1])", query)
    assert first in found[:3]


def test_search_says_when_nothing_is_found(visit):
    tab = visit("search.html")
    tab.goto(tab.url.split("?")[0] + "?q=zebra+crossing")
    tab.wait_for_function("document.body.innerText.includes('Nothing in the book has all these words')")


def quiz_cards(site, kind):
    for page in CHAPTERS:
        for script in soup(site / page).select(".quiz script"):
            quiz = json.loads(script.get_text())
            if quiz["kind"] == kind and quiz["mistakes"]:
                yield page, quiz


def test_a_choice_is_answered_in_the_page(site, visit):
    page, quiz = next(quiz_cards(site, "choice"))
    tab = visit(page)
    card = tab.locator("#ex-" + quiz["id"].replace(".", "-"))
    card.locator(f"input[value={quiz['mistakes'][0]['wrong']}]").check()
    assert "✗" in card.locator(".quiz-said").inner_text()
    card.locator(f"input[value={quiz['answer']}]").check()
    assert "✓ Right" in card.locator(".quiz-said").inner_text()


def test_a_number_is_answered_in_the_page(site, visit):
    page, quiz = next(quiz_cards(site, "number"))
    tab = visit(page)
    card = tab.locator("#ex-" + quiz["id"].replace(".", "-"))
    field = card.locator("input")
    said = card.locator(".quiz-said")
    field.fill("seven")
    field.press("Enter")
    assert "A number is expected" in said.inner_text()
    field.fill(str(quiz["mistakes"][0]["wrong"]))
    field.press("Enter")
    assert "✗" in said.inner_text()
    field.fill(f"{quiz['answer']:.12g}")
    field.press("Enter")
    assert "✓ Right" in said.inner_text()


def test_hints_open_by_keyboard_rung_by_rung(visit):
    tab = visit(next(p for p in CHAPTERS if p.startswith("03")))
    summaries = tab.locator("#ex-3-2 details.hint > summary")
    assert not summaries.nth(1).is_visible()
    summaries.nth(0).focus()
    tab.keyboard.press("Enter")
    assert summaries.nth(1).is_visible()
    assert not summaries.nth(2).is_visible()


def test_a_link_to_an_exercise_or_equation_arrives(visit):
    tab = visit("03_activation_functions.html#ex-3-3")
    tab.wait_for_function("Math.abs(document.getElementById('ex-3-3').getBoundingClientRect().top) < 400")
    tab.locator("a.mention[href='#eq-3-3']").first.click()
    tab.wait_for_function("Math.abs(document.getElementById('eq-3-3').getBoundingClientRect().top) < 400")


def test_code_can_be_copied(visit):
    tab = visit("03_activation_functions.html")
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    block = tab.locator(".has-copy").first
    block.locator(".copy-code").focus()
    tab.keyboard.press("Enter")
    block.locator(".copy-code", has_text=re.compile("Copied")).wait_for()
    assert tab.evaluate("navigator.clipboard.readText()").strip() == block.locator("pre").inner_text().strip()


@pytest.mark.parametrize("page", ["index.html", *SHOWN])
def test_pictures_of_the_book(visit, page):
    ARTEFACTS.mkdir(exist_ok=True)
    for name, theme, width in (("light", "light", 1300), ("dark", "dark", 1300), ("phone", "light", 390)):
        tab = visit(page, theme, width=width, height=2600)
        tab.screenshot(path=ARTEFACTS / f"book-{page.removesuffix('.html')}-{name}.png")
