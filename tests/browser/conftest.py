"""One JupyterLab and one Chromium for all browser tests; skipped, visibly, where there is no browser."""

import pytest
from browsing import FLAGS, chromium, jupyterlab


@pytest.fixture(scope="session")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright (extra dev)")
    if chromium() is None:
        pytest.skip("the browser tests need Chromium: apt install chromium, or BPEDU_CHROMIUM=/path/to/it")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(browser, tmp_path_factory):
    """(workspace, address, token) of `bpedu lab` on a new workspace."""
    home = tmp_path_factory.mktemp("home")
    workspace = home / "workspace"
    with jupyterlab(workspace, home) as (base, token):
        yield workspace, base, token
