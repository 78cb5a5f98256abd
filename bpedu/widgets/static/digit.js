// Draw a digit: a network trained in Python reads it in the page, with its hidden units in view.
import { activations, softmax } from "./mini-nn.js";
import { bind, button, fmt, frame, h, readout, s, toggle } from "./ui.js";

const SIDE = 28, CELLS = SIDE * SIDE, ZOOM = 10;

const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const pack = (values) => btoa(String.fromCharCode(...values.map((v) => Math.round(255 * v))));
const unpack = (text) => Array.from(bytes(text), (v) => v / 255);

function denseFromBytes({ weights, scale, b }) { // int8 rows, each with its own scale -> z = W x + b
  const W = new Int8Array(bytes(weights).buffer), n = W.length / b.length;
  return (x) => b.map((bias, i) => {
    let z = 0;
    for (let j = 0; j < n; j++) if (x[j]) z += W[i * n + j] * x[j];
    return bias + scale[i] * z;
  });
}

function centred(image) { // as MNIST's makers did: at most 20 × 20, its centre of mass in the middle
  const ink = image.flatMap((v, i) => (v > 0.1 ? [[Math.floor(i / SIDE), i % SIDE]] : []));
  if (!ink.length) return image;
  const [r0, c0] = [0, 1].map((k) => Math.min(...ink.map((p) => p[k]))), [r1, c1] = [0, 1].map((k) => Math.max(...ink.map((p) => p[k])));
  const size = Math.max(r1 - r0 + 1, c1 - c0 + 1) / 20, total = image.reduce((t, v) => t + v, 0);
  const mass = [0, 1].map((k) => image.reduce((t, v, i) => t + v * (k ? i % SIDE : Math.floor(i / SIDE)), 0) / total);
  const at = (r, c) => (r < 0 || c < 0 || r >= SIDE || c >= SIDE ? 0 : image[r * SIDE + c]);
  return image.map((_, i) => {
    const r = mass[0] + (Math.floor(i / SIDE) - 13.5) * size, c = mass[1] + ((i % SIDE) - 13.5) * size;
    const [a, b] = [Math.floor(r), Math.floor(c)], [f, g] = [r - a, c - b];
    return (1 - f) * ((1 - g) * at(a, b) + g * at(a, b + 1)) + f * ((1 - g) * at(a + 1, b) + g * at(a + 1, b + 1));
  });
}

function render({ model, el }) {
  const { state, set, release } = bind(model, ["image"], load);
  const layers = model.get("layers").map(denseFromBytes), f = activations[model.get("activation")].f;
  const examples = model.get("examples"), labels = model.get("labels");
  let image = new Array(CELLS).fill(0), erase = false, drawn = false, cursor = [14, 14], pen = false, keyed = false;

  const pad = h("canvas", { width: SIDE * ZOOM, height: SIDE * ZOOM, tabindex: 0, role: "application", class: "bpw-pad",
    "aria-label": "drawing pad: draw with the pointer; or move with the arrow keys, Space dabs, Enter puts the pen down or up" });
  const seen = h("canvas", { width: SIDE, height: SIDE, class: "bpw-seen", role: "img", "aria-label": "what the network sees" });
  const bars = s("svg", { viewBox: "0 0 300 214", class: "bpw-svg", role: "img", "aria-label": "probabilities of the ten digits" });
  const units = s("svg", { viewBox: "0 0 320 162", class: "bpw-svg", role: "img", "aria-label": "activations of the hidden units" });
  const said = readout(), eraser = toggle("erase", false, (on) => (erase = on)), centre = toggle("centre and scale my drawing as MNIST did", true, () => draw());
  const next = button("next example", () => {
    drawn = false;
    set({ image: examples[(examples.indexOf(state.image) + 1) % examples.length] });
  });
  frame(el, "Draw a digit and see what the network makes of it",
    h("div", { class: "bpw-plot", style: "flex:1 1 280px;max-width:300px" }, pad, h("div", { class: "bpw-row" }, button("clear", () => ((drawn = true), set({ image: "" }))), examples.length ? next : null, eraser.el)),
    h("div", { class: "bpw-side" }, said, bars, centre.el), h("div", { class: "bpw-side" }, h("div", { class: "bpw-row" }, seen, h("span", { class: "bpw-note" }, "what the network sees")),
      h("div", { class: "bpw-note" }, "the hidden units, in a stronger colour where they answer more"), units));

  function load() {
    image = state.image ? unpack(state.image) : new Array(CELLS).fill(0);
    draw();
  }
  function dab(x, y) { // a soft brush; x, y in cells
    for (let r = Math.max(0, Math.floor(y - 2)); r <= Math.min(SIDE - 1, y + 2); r++) for (let c = Math.max(0, Math.floor(x - 2)); c <= Math.min(SIDE - 1, x + 2); c++) {
      const reach = Math.max(0, Math.min(1, 1.9 - Math.hypot(c + 0.5 - x, r + 0.5 - y))), i = r * SIDE + c;
      image[i] = erase ? Math.min(image[i], 1 - reach) : Math.max(image[i], reach);
    }
    drawn = true;
    draw();
  }
  const keep = () => set({ image: pack(image) });
  const place = (event) => {
    const box = pad.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * SIDE, ((event.clientY - box.top) / box.height) * SIDE];
  };
  pad.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    keyed = false;
    pad.focus();
    pad.setPointerCapture(event.pointerId);
    let last = place(event);
    dab(...last);
    const follow = (e) => {
      const now = place(e), n = Math.max(1, Math.ceil(Math.hypot(now[0] - last[0], now[1] - last[1])));
      for (let k = 1; k <= n; k++) dab(last[0] + ((now[0] - last[0]) * k) / n, last[1] + ((now[1] - last[1]) * k) / n);
      last = now;
    };
    const stop = () => {
      ["pointermove", "pointerup", "pointercancel"].forEach((name, i) => pad.removeEventListener(name, i ? stop : follow));
      keep();
    };
    pad.addEventListener("pointermove", follow);
    pad.addEventListener("pointerup", stop);
    pad.addEventListener("pointercancel", stop);
  });
  pad.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!way && event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    keyed = true;
    if (way) cursor = cursor.map((v, i) => Math.min(Math.max(v + way[i], 1), SIDE - 1));
    if (event.key === "Enter") pen = !pen;
    if (pen || event.key === " ") dab(...cursor), keep();
    else draw();
  });
  ["focus", "blur"].forEach((name) => pad.addEventListener(name, () => draw()));

  function paint(canvas, values, zoom) {
    const context = canvas.getContext("2d"), style = getComputedStyle(canvas);
    context.fillStyle = style.backgroundColor;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = style.color;
    values.forEach((v, i) => {
      if (v < 0.01) return;
      context.globalAlpha = Math.min(1, v);
      context.fillRect((i % SIDE) * zoom, Math.floor(i / SIDE) * zoom, zoom, zoom);
    });
    context.globalAlpha = 1;
    return context;
  }
  function draw() {
    const input = drawn && centre.el.querySelector("input").checked ? centred(image) : image;
    const context = paint(pad, image, ZOOM);
    if (keyed && document.activeElement === pad) context.strokeRect((cursor[0] - 1) * ZOOM, (cursor[1] - 1) * ZOOM, 2 * ZOOM, 2 * ZOOM);
    paint(seen, input, 1);
    const hidden = layers[0](input).map((z) => f(z)), p = softmax(layers[1](hidden)), best = p.indexOf(Math.max(...p)), blank = !image.some((v) => v > 0.1);
    bars.replaceChildren(...p.map((v, k) => s("g", {},
      s("text", { x: 2, y: 21 * k + 16, style: `font-size:15.5px${k === best && !blank ? ";font-weight:700" : ""}` }, String(k)),
      s("rect", { x: 18, y: 21 * k + 3, width: blank ? 0 : Math.max(0.5, 220 * v), height: 15, fill: k === best ? "var(--bp-one)" : "var(--bp-soft)" }),
      s("text", { x: 298, y: 21 * k + 16, "text-anchor": "end", style: "font-size:15.5px" }, blank ? "" : v.toFixed(3)))));
    const top = Math.max(...hidden.map(Math.abs), 1e-9), wide = 16;
    units.replaceChildren(...hidden.map((a, i) => s("rect", { x: 20 * (i % wide) + 1, y: 20 * Math.floor(i / wide) + 1, width: 18, height: 18, rx: 2, fill: a < 0 ? "var(--bp-nought)" : "var(--bp-one)", "fill-opacity": blank ? 0 : (Math.abs(a) / top).toFixed(3), stroke: "var(--bp-line)" })));
    units.setAttribute("viewBox", `0 0 320 ${20 * Math.ceil(hidden.length / wide) + 2}`);
    const truth = drawn ? null : labels[examples.indexOf(state.image)];
    said.replaceChildren(blank ? "Draw a digit from 0 to 9." : h("span", {}, "It reads ", h("strong", {}, `${best} (p = ${fmt(p[best], 3)})`), truth == null ? "" : truth === best ? ", which is right" : `, but it is a ${truth}`));
  }
  const theme = new MutationObserver(() => draw()); // a canvas does not follow the page's colours by itself
  [document.documentElement, document.body].forEach((node) => theme.observe(node, { attributes: true }));
  load();
  return () => (theme.disconnect(), release());
}
export default { render };
