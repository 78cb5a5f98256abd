"""The figures in a real browser: drawn without an error, moved by pointer, by keyboard and from Python."""

import re

import numpy as np
import pytest
from figure_page import page

from bpedu import circuits, widgets

rng = np.random.default_rng(5)
IMAGES = (rng.random((2, 28, 28)) * (rng.random((2, 28, 28)) < 0.2)).round(2)
NETWORK = (rng.normal(size=(20, 784)), np.zeros(20), rng.normal(size=(10, 20)), np.zeros(10))
FIGURES = {
    "neuron": lambda: widgets.neuron("xor", sets={"two": ([[0, 3], [4, 1]], [0, 1])}),
    "activation": lambda: widgets.activation("elu", z=-1, parameter=1.5),
    "hinges": widgets.hinges,
    "losses": widgets.losses,
    "difference": widgets.difference,
    "softmax": widgets.softmax,
    "descent": lambda: widgets.descent(lr=2.1, noise=0.1, beta=0.3),
    "shapes": lambda: widgets.shapes("dA", N=4, n_in=4, n_out=4, attempt=1),
    "circuit": widgets.circuit,
    "playground": lambda: widgets.playground("circles", epochs=3),
    "digit": lambda: widgets.digit(*NETWORK, examples=IMAGES, labels=[3, 4]),
}


@pytest.fixture
def show(browser, tmp_path):
    """Open figures in a new page; at the end nothing may have failed or left the machine."""
    opened = []

    def open_page(*figures, theme="light", width=820):
        context = browser.new_context(viewport={"width": width, "height": 700})
        tab, troubles = context.new_page(), []
        tab.on("pageerror", lambda error: troubles.append(str(error)))
        tab.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        tab.on("request", lambda r: None if r.url.startswith(("file:", "blob:", "data:")) else troubles.append(r.url))
        file = tmp_path / "figures.html"
        file.write_text(page(*figures, theme=theme), encoding="utf-8")
        tab.goto(file.as_uri())
        tab.wait_for_function(f"(window.release || []).filter(Boolean).length === {len(figures)}")
        opened.append((context, troubles))
        return tab

    yield open_page
    for context, troubles in opened:
        context.close()
        assert troubles == []


def state(tab, name, figure=0):
    return tab.evaluate(f"window.models[{figure}].get('{name}')")


def drag(tab, locator, dx, dy):
    box = locator.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x + dx, y + dy, steps=4)
    tab.mouse.up()


def test_every_figure_is_tried():
    assert set(FIGURES) == set(widgets.__all__)


@pytest.mark.parametrize(("theme", "width"), [("light", 820), ("dark", 820), ("light", 360)])
def test_all_figures_are_drawn_and_fit_the_page(show, theme, width):
    tab = show(*(make() for make in FIGURES.values()), theme=theme, width=width)
    assert tab.locator(".bpw").count() == len(FIGURES)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    ids = tab.evaluate("[...document.querySelectorAll('[id]')].map((node) => node.id)")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_comes_out_the_same_twice(show, name):
    drawn = [re.sub(r"bpw-clip-\d+", "", show(FIGURES[name]()).locator(".bpw").inner_html()) for _ in range(2)]
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize("name", FIGURES)
def test_every_control_has_a_name_and_every_slider_moves_something(show, name):
    tab = show(FIGURES[name]())
    for control in tab.locator("input, select, button, canvas[tabindex], [role=slider]").all():
        label = control.evaluate(
            "(e) => e.getAttribute('aria-label') || e.closest('label')?.textContent || e.textContent"
        )
        assert label.strip(), control.evaluate("(e) => e.outerHTML")
    for slider in tab.locator("input[type=range]").all():
        if not slider.is_visible() or slider.evaluate("(e) => e.min === e.max"):
            continue
        before, saves = slider.input_value(), tab.evaluate("window.models[0].saves")
        key = "ArrowLeft" if float(before) == float(slider.get_attribute("max")) else "ArrowRight"
        slider.focus()
        tab.keyboard.press(key)
        assert slider.input_value() != before
        assert tab.evaluate("window.models[0].saves") > saves


def test_the_neuron_turns_under_the_pointer_and_its_boundary_follows(show):
    tab = show(widgets.neuron("and"))
    line = tab.locator("path.bpw-ink").first
    before = line.get_attribute("d")
    drag(tab, tab.get_by_label("tip of the weight vector"), -60, 20)
    w, b = state(tab, "w"), state(tab, "b")
    assert w[0] < 0.5
    assert w[1] < 1
    assert w[0] * 0.75 + w[1] * 0.75 + b == pytest.approx(0, abs=5e-3)  # it turned about the foot (¾, ¾)
    assert line.get_attribute("d") != before
    assert "wrong side" in tab.locator(".bpw").inner_text()


def test_the_neuron_shifts_by_the_keyboard_and_doubling_keeps_the_line(show):
    tab = show(widgets.neuron("and"))
    tab.get_by_label("a point of the boundary").focus()
    for _ in range(12):
        tab.keyboard.press("ArrowLeft")
    assert state(tab, "b") == pytest.approx(-1.5 + 12 * 0.03, abs=0.02)
    line = tab.locator("path.bpw-ink").first.get_attribute("d")
    tab.get_by_text("double w and b").click()
    assert state(tab, "w") == [2, 2]
    assert tab.locator("path.bpw-ink").first.get_attribute("d") == line


@pytest.mark.parametrize(("points", "w", "b", "verdict"), [
    ("and", (1, 1), -1.5, "no errors"), ("or", (1, 1), -0.5, "no errors"), ("xor", (1, 1), -0.5, "1 of 4 on the wrong side"),
])  # fmt: skip
def test_the_neuron_counts_what_stands_on_the_wrong_side(show, points, w, b, verdict):
    assert verdict in show(widgets.neuron(points, w=w, b=b)).locator(".bpw").inner_text()


def test_a_figure_follows_python_until_it_is_released(show):
    tab = show(widgets.neuron("and"))
    tab.evaluate("window.models[0].set('points', 'or')")
    assert "1 of 4 on the wrong side" not in tab.locator(".bpw").inner_text()
    assert "2 of 4 on the wrong side" in tab.locator(".bpw").inner_text()
    tab.evaluate("window.release[0]()")
    tab.evaluate("window.models[0].set('points', 'and')")
    assert "2 of 4 on the wrong side" in tab.locator(".bpw").inner_text()


def test_a_hinge_is_dragged_and_the_best_heights_are_better(show):
    tab = show(widgets.hinges(heights=[0, 0, 0, 0, 0]))

    def error():
        return float(tab.locator(".bpw-readout strong").inner_text())

    flat = error()
    drag(tab, tab.get_by_label("joint 1"), 0, -60)
    dragged = error()
    tab.get_by_text("best heights").click()
    assert flat > dragged > error()
    best = error()
    tab.get_by_text("ReLU").click()
    assert "one straight line" in tab.locator(".bpw-readout").inner_text()
    assert error() > best


def test_the_circuit_steps_forward_and_backward_through_the_spine(show):
    tab = show(widgets.circuit("spine", step=0))
    value, gradient = circuits.evaluate(circuits.spine())
    assert f"{value['L']:.3f}" not in tab.locator("svg").inner_html()
    for _ in range(7):
        tab.get_by_label("one step on").click()
    assert f"{value['L']:.3f}" in tab.locator("svg").inner_html()
    assert f"{gradient['w12']:.3f}".replace("-", "−") not in tab.locator("svg").inner_html()
    tab.get_by_role("button", name="end").click()
    assert f"{gradient['w12']:.3f}".replace("-", "−") in tab.locator("svg").inner_html()
    tab.get_by_text("one step of gradient descent").click()
    assert "change by −0.580; it changed by −0.372" in tab.locator(".bpw-readout").inner_text()


def test_the_playground_trains_pauses_and_stops_when_it_is_gone(show):
    tab = show(widgets.playground(epochs=2))

    def epoch():
        return int(re.search(r"epoch (\d+)", tab.locator(".bpw-readout").inner_text())[1])

    tab.get_by_label("play or pause").click()
    tab.wait_for_function("Number(document.querySelector('.bpw-readout').textContent.match(/epoch (\\d+)/)[1]) > 5")
    tab.get_by_label("play or pause").click()
    paused = epoch()
    tab.get_by_role("button", name="one epoch").click()
    assert epoch() == paused + 1
    tab.get_by_role("button", name="restart").click()
    assert epoch() == 0
    tab.get_by_label("play or pause").click()
    tab.evaluate("window.release[0]()")
    stopped = epoch()
    tab.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert epoch() == stopped


def test_a_wrong_formula_fits_only_when_sizes_agree(show):
    tab = show(widgets.shapes("dW", N=5, n_in=3, n_out=2, attempt=1))
    assert "gives 3 × 2, and ∂L/∂W is 2 × 3" in tab.locator(".bpw-readout").inner_text()
    tab.evaluate("window.models[0].set('n_out', 3)")
    assert "It fits, and it is wrong" in tab.locator(".bpw-readout").inner_text()


def test_a_digit_is_drawn_by_pointer_and_by_keyboard(show):
    tab = show(widgets.digit(*NETWORK))
    assert "Draw a digit" in tab.locator(".bpw-readout").inner_text()
    pad = tab.locator(".bpw-pad")
    drag(tab, pad, 40, 60)
    assert "It reads" in tab.locator(".bpw-readout").inner_text()
    drawn = state(tab, "image")
    assert len(drawn) == 1048  # 784 bytes in base64
    pad.focus()
    tab.keyboard.press("Enter")
    for _ in range(6):
        tab.keyboard.press("ArrowUp")
    assert state(tab, "image") != drawn
    tab.get_by_role("button", name="clear").click()
    assert state(tab, "image") == ""


def test_the_page_reads_a_digit_as_python_does(show):
    from bpedu.widgets.digits import rounded

    W1, b1, W2, b2 = NETWORK
    pixels = np.rint(255 * IMAGES[0].ravel()) / 255
    Z = np.maximum(rounded(W1) @ pixels + b1, 0) @ rounded(W2).T + b2
    p = np.exp(Z - Z.max()) / np.exp(Z - Z.max()).sum()
    text = show(widgets.digit(*NETWORK, examples=IMAGES[:1])).locator(".bpw-readout").inner_text()
    assert text == f"It reads {p.argmax()} (p = {p.max():.3f})"


def test_a_line_outside_the_plane_has_no_handles_and_comes_back_with_new_points(show):
    tab = show(widgets.neuron("and", b=-8, sets={"far": ([[30, 31], [33, 35]], [0, 1])}))
    tip = tab.get_by_label("tip of the weight vector")
    assert not tip.is_visible()
    tab.get_by_label("points").select_option("far")
    assert tip.is_visible()
    assert state(tab, "b") == -(31.5 + 33)  # through the middle of the points


def test_a_finger_drags_a_handle(show):
    tab = show(widgets.neuron("and"), width=360)
    box = tab.get_by_label("a point of the boundary").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = tab.context.new_cdp_session(tab)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for k in (10, 20, 30):
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x - k, "y": y + k}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert state(tab, "b") > -1.2
    assert tab.evaluate("window.scrollY") == 0  # the page stayed where it was
