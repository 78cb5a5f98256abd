// A bowl and a path down it: the steepest direction limits the step, the flattest decides the wait.
import { ANGLE, STEEP, bowl, descend, factor } from "./bowl-core.js";
import { bind, button, fmt, frame, h, handle, plane, readout, s, slider } from "./ui.js";

function render({ model, el }) {
  const { state, set, release } = bind(model, ["lr", "kappa", "beta", "noise", "start", "steps"], draw);
  const P = plane({ x: [-4, 4], y: [-3.6, 3.6], height: 312, xlabel: "weight w₁", ylabel: "weight w₂", label: "contours of the loss and the path of descent" });
  const Q = plane({ x: [0, 40], y: [1e-6, 1e3], ylog: true, height: 150, left: 54, xlabel: "step", ylabel: "loss", label: "the loss against the step" });
  const rings = s("g"), path = s("g"), curve = s("g"), bars = s("svg", { viewBox: "0 0 320 74", class: "bpw-svg", role: "img", "aria-label": "contraction factors" });
  P.back.append(rings, path), Q.back.append(curve);
  let shown = Infinity, timer = null;
  const tidy = (v) => Math.round(Math.min(Math.max(v, -4), 4) * 100) / 100;
  const ball = handle(P, { label: "the start", step: [0.1, 0.1], move: (x, y) => set({ start: [tidy(x), tidy(Math.min(Math.max(y, -3.6), 3.6))] }) });
  const lr = slider({ label: "learning rate", min: 0.02, max: 2.2, step: 0.01, value: state.lr, oninput: (v) => set({ lr: v }) });
  const kappa = slider({ label: "condition κ", min: 1, max: 100, step: 0.02, log: true, value: state.kappa, text: (v) => fmt(v, 1), oninput: (v) => set({ kappa: v }) });
  const beta = slider({ label: "momentum β", min: 0, max: 0.98, step: 0.01, value: state.beta, oninput: (v) => set({ beta: v }) });
  const noise = slider({ label: "batch noise", min: 0, max: 1, step: 0.05, value: state.noise, oninput: (v) => set({ noise: v }) });
  const count = slider({ label: "steps", min: 1, max: 200, step: 1, value: state.steps, text: (v) => fmt(v, 0), oninput: (v) => set({ steps: v }) });
  const said = readout();
  const root = frame(el, "Gradient descent on a bowl: drag the start, change the step", P.el,
    h("div", { class: "bpw-side" }, lr.el, kappa.el, beta.el, noise.el, count.el, h("div", { class: "bpw-row" }, button("▶ drop the ball", roll)), said, bars, Q.el,
      h("div", { class: "bpw-note" }, `The steepest curvature is λ = ${STEEP}, so plain descent is stable below lr = 2/λ = ${2 / STEEP}. Noise stands for mini-batches: each gradient is off by a random vector.`)));

  function roll() {
    clearInterval(timer);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return; // the whole path stands there already
    shown = 0;
    timer = setInterval(() => {
      if (!root.isConnected || ++shown >= state.steps) clearInterval(timer), (shown = Infinity);
      draw();
    }, 60);
  }
  function bar(i, name, value) {
    const x = (v) => 160 + 75 * Math.min(Math.max(v, -1.95), 1.95), y = 12 + 26 * i, out = Math.abs(value) > 1;
    return s("g", {}, s("rect", { x: Math.min(x(0), x(value)), y, width: Math.max(1, Math.abs(x(value) - x(0))), height: 14, fill: out ? "var(--bp-grad)" : "var(--bp-one)" }),
      s("text", { x: 0, y: y + 11 }, name), s("text", { x: 318, y: y + 11, "text-anchor": "end" }, fmt(value, 3)));
  }

  function draw() {
    const { flat, loss } = bowl(state.kappa), points = descend(state).slice(0, shown + 1), seen = points.filter((p) => p.every((v) => Math.abs(v) < 1e6));
    const levels = Array.from({ length: 9 }, (_, k) => 0.04 * 2.2 ** k);
    rings.replaceChildren(...levels.map((level) => s("ellipse", {
      cx: P.X(0), cy: P.Y(0), rx: ((P.X(1) - P.X(0)) * Math.sqrt((2 * level) / STEEP)).toFixed(1), ry: ((P.Y(0) - P.Y(1)) * Math.sqrt((2 * level) / flat)).toFixed(1),
      transform: `rotate(${(-ANGLE * 180) / Math.PI} ${P.X(0)} ${P.Y(0)})`, fill: "var(--bp-one)", "fill-opacity": 0.07, stroke: "var(--bp-one)", "stroke-opacity": 0.5,
    })));
    path.replaceChildren(P.line(seen, { class: "bpw-red", style: "stroke-width:1.6" }), ...seen.map(([x, y]) => s("circle", { cx: Math.min(Math.max(P.X(x), -999), 999), cy: Math.min(Math.max(P.Y(y), -999), 999), r: 2.6, fill: "var(--bp-grad)" })),
      s("path", { d: `M${P.X(0) - 5},${P.Y(0)}h10M${P.X(0)},${P.Y(0) - 5}v10`, class: "bpw-ink" }));
    const losses = points.map((p, k) => [k, Math.min(Math.max(loss(p), 1e-9), 1e12)]);
    Q.range([0, Math.max(10, state.steps)], [1e-6, 1e3]);
    curve.replaceChildren(Q.line(losses, { class: "bpw-blue" }));
    ball.set(...state.start, `start (${fmt(state.start[0])}, ${fmt(state.start[1])})`);
    lr.set(state.lr), kappa.set(state.kappa), beta.set(state.beta), noise.set(state.noise), count.set(state.steps);
    const f = [factor(STEEP, state), factor(flat, state)], worst = Math.max(...f.map(Math.abs)), end = loss(points.at(-1));
    bars.replaceChildren(...[-1, 0, 1].map((v) => s("line", { x1: 160 + 75 * v, x2: 160 + 75 * v, y1: 6, y2: 60, class: v ? "bpw-soft bpw-dash" : "bpw-soft" })),
      ...[-1, 0, 1].map((v) => s("text", { x: 160 + 75 * v, y: 73, "text-anchor": "middle", class: "bpw-t-soft" }, fmt(v, 0))), bar(0, "steepest", f[0]), bar(1, "flattest", f[1]));
    const wait = Math.log(100) / -Math.log(worst);
    said.replaceChildren(h("div", {}, "loss after the last step ", h("strong", {}, fmt(end, 4))),
      h("div", {}, worst > 1 + 1e-9 ? "The step is too long: the steepest direction grows." : worst > 1 - 1e-9 ? "On the edge: the distance never shrinks." : `Each step leaves the share of the distance that the bars show: about ${fmt(wait, 0)} steps to a hundredth of it.`));
  }
  draw();
  return () => (clearInterval(timer), release());
}
export default { render };
