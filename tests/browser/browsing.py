"""A JupyterLab of its own and a Chromium, for the tests: how they are found, started, driven and stopped."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
ARTEFACTS = ROOT / "artefacts"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip


def chromium() -> str | None:
    """The browser's path: BPEDU_CHROMIUM, or one of the usual names, or none."""
    named = os.environ.get("BPEDU_CHROMIUM")
    return named or next((found for found in map(shutil.which, NAMES) if found), None)


@contextlib.contextmanager
def jupyterlab(workspace: Path, home: Path):
    """`bpedu lab` on a new workspace, with a home of its own. Yields (address, token)."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "BPEDU", "COV_"))}
    environment |= {
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    command = [sys.executable, "-m", "bpedu", "lab", "--workspace", str(workspace), "--no-browser", "--port", "0"]
    command.append("--LabApp.expose_app_in_browser=True")  # window.jupyterapp, for the tests
    server = subprocess.Popen(
        command, env=environment, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    log = []
    try:
        yield address(server, log)
    finally:
        server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(20)
        server.kill()
        server.wait()
        server.stdout.close()


def address(server, log) -> tuple[str, str]:
    """Reads what the server says until it names its address."""
    for line in server.stdout:
        log.append(line)
        if found := re.search(r"http://(?:localhost|127\.0\.0\.1):(\d+)/lab\S*\?token=(\w+)", line):
            return f"http://127.0.0.1:{found[1]}", found[2]
    raise RuntimeError("JupyterLab stopped before it was ready:\n" + "".join(log))


def ask(base, token, path):
    """One answer of the server's own interface."""
    with urllib.request.urlopen(f"{base}{path}{'&' if '?' in path else '?'}token={token}", timeout=30) as answer:
        return json.load(answer)


NOTEBOOK = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook"  # the one in front: other tabs stay in the page


class Lab:
    """A JupyterLab page with a notebook open in it."""

    def __init__(self, page, base, token):
        self.page, self.base, self.token = page, base, token

    def open(self, name: str) -> None:
        """Opens a notebook and waits until its kernel is ready."""
        self.page.goto(f"{self.base}/lab/workspaces/{name[:2]}/tree/{name}?token={self.token}")
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        self.wait_for_kernel()

    def wait_for_kernel(self) -> None:
        self.page.wait_for_function(
            """() => { const model = window.jupyterapp.shell.currentWidget;
                       return model?.sessionContext?.session?.kernel?.status === 'idle'; }""",
            timeout=60_000,
        )

    def run_all(self, seconds=120) -> None:
        """Runs every cell, and waits until the last has run and the kernel rests."""
        self.page.evaluate(
            """() => { window.ran = false;  // not awaited: JupyterLab may be busy for longer than an answer may take
                 window.jupyterapp.commands.execute('notebook:run-all-cells').then(() => { window.ran = true; }); }"""
        )
        self.page.wait_for_function("() => window.ran", timeout=1000 * seconds)
        self.wait_for_kernel()

    def select(self, role: str, exercise: str):
        """Makes the cell of an exercise (role 'answer' or 'check') the active one, in view. Returns its element."""
        index = self.page.evaluate(
            """([role, exercise]) => { const { content } = window.jupyterapp.shell.currentWidget;
                 const index = content.widgets.findIndex(c => { const tag = c.model.getMetadata('bpedu') ?? {};
                                                                return tag.role === role && tag.exercise === exercise; });
                 content.activeCellIndex = index; content.mode = 'command';
                 return index; }""",
            [role, exercise],
        )
        assert index >= 0, f"the notebook has no cell of exercise {exercise} with the role {role}"
        self.show(index)
        return self.page.locator(f'{NOTEBOOK} [data-windowed-list-index="{index}"]')

    def show(self, index: int) -> None:
        self.page.evaluate(
            "i => window.jupyterapp.shell.currentWidget.content.scrollToItem(i, 'start')", index
        )  # fmt: skip

    def type(self, exercise: str, code: str) -> None:
        """Types `code` into the answer's cell, in the place of what stands there, and runs it with Shift-Enter."""
        editor = self.select("answer", exercise).locator(".cm-content")
        editor.click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(code)
        self.page.keyboard.press("Shift+Enter")

    def check(self, exercise: str) -> str:
        """Runs the check of an exercise with Shift-Enter. Returns what the page then shows under it."""
        cell = self.select("check", exercise)
        before = self.count("check", exercise)
        cell.locator(".jp-InputArea-prompt").click()
        self.page.keyboard.press("Shift+Enter")
        self.page.wait_for_function(
            """([exercise, before]) => { const cell = window.jupyterapp.shell.currentWidget.content.widgets.find(c => {
                 const tag = c.model.getMetadata('bpedu') ?? {};
                 return tag.role === 'check' && tag.exercise === exercise; });
                 return cell.model.executionCount > before && cell.model.outputs.length > 0; }""",
            arg=[exercise, before],
            timeout=30_000,
        )
        card = cell.locator(".bpedu-card")
        card.wait_for(timeout=10_000)
        return card.inner_text()

    def count(self, role, exercise) -> int:
        return self.page.evaluate(
            """([role, exercise]) => window.jupyterapp.shell.currentWidget.content.widgets.find(c => {
                 const tag = c.model.getMetadata('bpedu') ?? {};
                 return tag.role === role && tag.exercise === exercise; }).model.executionCount ?? 0""",
            [role, exercise],
        )

    def save(self) -> None:
        """Saves the notebook, as Ctrl-S does."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")

    def figure(self, label: str):
        """The interactive figure with this label, scrolled into view."""
        shown = self.page.evaluate(
            """() => { const { content } = window.jupyterapp.shell.currentWidget; content.mode = 'command';
                 const live = o => 'application/vnd.jupyter.widget-view+json' in (o.data ?? {});
                 return content.widgets.map((c, i) => c.model.type === 'code' && c.model.outputs.toJSON().some(live) ? i : -1)
                   .filter(i => i >= 0); }"""
        )
        for index in shown:
            self.show(index)
            self.page.locator(f'{NOTEBOOK} [data-windowed-list-index="{index}"] .bpw').first.wait_for(timeout=20_000)
            figure = self.page.locator(f'{NOTEBOOK} .bpw[aria-label="{label}"]')
            if figure.count():
                figure.first.scroll_into_view_if_needed()
                return figure.first
        raise AssertionError(f"none of the {len(shown)} interactive figures is called {label!r}")

    def photograph(self, name: str, **options) -> None:
        ARTEFACTS.mkdir(exist_ok=True)
        self.page.screenshot(path=ARTEFACTS / f"{name}.png", **options)
