"""The book, made once for all its tests, and a Chromium that notes whatever a page asks for."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rendered import HTML, ROOT


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the rendered book. BPEDU_BOOK=built takes the one that is there."""
    if os.environ.get("BPEDU_BOOK") != "built":
        command = [sys.executable, str(ROOT / "book" / "make_book.py")]
        made = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
        assert made.returncode == 0, f"make book fails:\n{made.stdout}\n{made.stderr}"
        print(made.stdout)
    return HTML


@pytest.fixture(scope="session")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api", reason="the book's browser tests need playwright (extra dev)")
    from print_book import FLAGS, chromium

    if chromium() is None:
        pytest.skip("the book's browser tests need Chromium: apt install chromium, or BPEDU_CHROMIUM=/path/to/it")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(site, browser):
    """visit("page.html", theme=…, width=…) opens a page from the disk. At the end nothing may have failed or left the disk."""
    opened = []

    def go(page, theme="light", width=1300, height=1000):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=theme, reduced_motion="reduce"
        )
        tab, troubles = context.new_page(), []
        tab.on("pageerror", lambda error: troubles.append(str(error)))
        tab.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        tab.on("requestfailed", lambda request: troubles.append(f"not found: {request.url}"))
        tab.on("request", lambda r: None if re.match("file:|blob:|data:", r.url) else troubles.append(r.url))
        tab.goto((site / page.split("#")[0]).as_uri() + page[len(page.split("#")[0]) :])
        tab.wait_for_function("!window.MathJax || (MathJax.startup && MathJax.startup.promise)", timeout=60_000)
        tab.evaluate("window.MathJax ? MathJax.startup.promise.then(() => true) : true")
        drawn = "document.querySelectorAll('.live-figure-place:not([data-drawn])').length === 0"
        tab.wait_for_function(drawn, timeout=60_000)
        opened.append((page, context, troubles))
        return tab

    yield go
    for page, context, troubles in opened:
        context.close()
        assert not troubles, f"{page}: {troubles}"
