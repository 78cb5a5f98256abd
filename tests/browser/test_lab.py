"""What a reader sees: `bpedu lab` in a real browser. The screenshots stay in artefacts/."""

import json
import subprocess
import sys

import pytest
from browsing import Lab, ask

NEURON = "A neuron with two inputs: drag its weights and its boundary"
PLAYGROUND = "A small network that trains in the page"
CHAPTER = "03_activation_functions.ipynb"
WRONG = "def sigmoid_derivative(z):\n    return 1 / (1 + np.exp(-z))\n"
UNKNOWN = "def sigmoid_derivative(z):\n    a = 1 / (1 + np.exp(-z))\n    return 3 * a * (1 - a)\n"
RIGHT = "def sigmoid_derivative(z):\n    a = 1 / (1 + np.exp(-z))\n    return a * (1 - a)\n"


@pytest.fixture(scope="module")
def lab(browser, server):
    """The chapter, opened from the workspace, with all its cells run."""
    _, base, token = server
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    lab = Lab(page, base, token)
    lab.open(CHAPTER)
    lab.photograph("1-opened")
    lab.run_all()
    yield lab
    page.close()


def cells(lab):
    """The code cells as the page holds them: source, execution count, outputs."""
    return lab.page.evaluate(
        """() => window.jupyterapp.shell.currentWidget.content.widgets.filter(c => c.model.type === 'code')
             .map(c => ({ source: c.model.sharedModel.source, count: c.model.executionCount,
                          outputs: c.model.outputs.toJSON() }))"""
    )


def test_the_lab_opens_on_the_first_page_without_a_question(browser, server):
    workspace, base, token = server
    elsewhere = []
    page = browser.new_page()
    page.on("request", lambda r: elsewhere.append(r.url) if r.url.startswith("http") and base not in r.url else None)
    page.goto(f"{base}/?token={token}")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
    lab = Lab(page, base, token)
    lab.wait_for_kernel()
    first = sorted(p.name for p in workspace.glob("*.ipynb"))[0]
    assert page.evaluate("() => window.jupyterapp.shell.currentWidget.context.path") == first
    assert page.locator(".jp-Dialog").count() == 0
    assert page.locator(".Toastify__toast").count() == 0
    assert elsewhere == []
    lab.photograph("0-first-page")
    page.close()


def test_the_workspace_is_a_copy(server):
    workspace, base, token = server
    listed = {row["name"] for row in ask(base, token, "/api/contents")["content"]}
    assert CHAPTER in listed
    assert (workspace / ".bpedu-workspace").exists()


def test_run_all_runs_every_cell_without_an_error(lab):
    ran = [c for c in cells(lab) if c["source"].strip()]
    assert len(ran) > 20
    assert sorted(c["count"] for c in ran) == list(range(1, len(ran) + 1))
    failed = [o for c in ran for o in c["outputs"] if o["output_type"] == "error" or o.get("name") == "stderr"]
    assert failed == []


def test_an_exercise_from_wrong_to_right(lab, server):
    assert "sigmoid_derivative first" in lab.check("3.2"), "an untouched exercise was passed by the book's own function"

    lab.type("3.2", WRONG)
    said = lab.check("3.2")
    assert said.startswith("✗")
    assert "This is σ(z), the value" in said
    lab.photograph("2-wrong-answer-named")

    lab.type("3.2", UNKNOWN)
    assert "3 times the expected one" in lab.check("3.2")

    lab.type("3.2", RIGHT)
    assert lab.check("3.2").startswith("✓")
    lab.photograph("3-right-answer")
    done = json.loads((server[0] / "progress.json").read_text())["exercises"]["3.2"]
    assert done["passed"]
    assert done["attempts"] == 3


def test_the_saved_notebook_is_judged_alike_without_jupyter(lab, server):
    lab.type("3.2", RIGHT)
    lab.save()
    command = [sys.executable, "-m", "bpedu", "check", str(server[0] / CHAPTER), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    verdicts = {row["id"]: row["status"] for row in json.loads(done.stdout)["exercises"]}
    assert verdicts["3.2"] == "right"
    assert verdicts["3.3"] == "not attempted"
    assert done.returncode == 1


def drag(lab, figure, dx, dy=0):
    """Drags the figure's first handle with the mouse. Returns what the figure then is."""
    box = figure.locator("[role=slider]").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    lab.page.mouse.move(x + dx, y + dy, steps=6)
    lab.page.mouse.up()
    return figure.inner_html()


def test_a_figure_follows_a_drag_and_the_keyboard(lab):
    figure = lab.figure("An activation function and its derivative")
    before = figure.inner_html()
    lab.photograph("4-figure-before")
    dragged = drag(lab, figure, 60)
    assert dragged != before
    lab.photograph("5-figure-dragged")
    figure.locator("input[type=range]").first.press("ArrowRight")
    assert figure.inner_html() != dragged


def test_a_neurons_weights_are_dragged_and_its_boundary_moves(browser, server):
    _, base, token = server
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    lab = Lab(page, base, token)
    lab.open("02_the_neuron.ipynb")
    lab.run_all()
    figure = lab.figure(NEURON)
    before = figure.inner_html()
    assert drag(lab, figure, 40, -50) != before
    lab.photograph("6-neuron-dragged")
    page.close()


def test_a_network_is_trained_in_the_first_chapter(browser, server):
    _, base, token = server
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    lab = Lab(page, base, token)
    lab.open("00_start_here.ipynb")
    lab.run_all()
    assert [o for c in cells(lab) for o in c["outputs"] if o["output_type"] == "error"] == []
    figure = lab.figure(PLAYGROUND)
    before = figure.inner_text()
    figure.get_by_role("button", name="one epoch").first.click()
    page.wait_for_function("([e, t]) => e.innerText !== t", arg=[figure.element_handle(), before], timeout=20_000)
    lab.photograph("7-start-here")
    page.close()
