// A neuron in the plane: w is perpendicular to the boundary, its length is the steepness, b shifts the line.
import { activations } from "./mini-nn.js";
import { arrow, bind, choice, fmt, frame, h, handle, marks, plane, readout, s, slider, toggle } from "./ui.js";

const gate = (f) => [[0, 0], [0, 1], [1, 0], [1, 1]].map(([a, b]) => [a, b, f(a, b) ? 1 : 0]);
const gates = { and: gate((a, b) => a && b), or: gate((a, b) => a || b), xor: gate((a, b) => a !== b) };
const UNIT = 0.48; // an arrow of this share of the weight, so that useful weights stay inside the plane

function render({ model, el }) {
  const sets = { ...gates, ...model.get("sets") };
  const { state, set, release } = bind(model, ["points", "w", "b", "activation"], draw);
  const P = plane({ x: [-1, 2], y: [-1, 2], width: 340, height: 326, xlabel: "input x₁", ylabel: "input x₂", label: "the plane of the two inputs, with the neuron's boundary and its weight vector" });
  const lines = s("g"), dots = s("g");
  P.back.append(lines);
  P.front.append(dots);
  let span = 3, shown = "", middle = [0.5, 0.5];

  let pivot = null; // the point of the boundary at which the arrow stands and about which it turns
  const inside = ([x, y]) => x >= P.x[0] && x <= P.x[1] && y >= P.y[0] && y <= P.y[1];
  const foot = () => { // of the perpendicular from the last pivot, or from the middle of the plane
    const [w1, w2] = state.w, n = w1 * w1 + w2 * w2 || 1e-9;
    const from = (c) => [0, 1].map((k) => c[k] - ((w1 * c[0] + w2 * c[1] + state.b) / n) * state.w[k]);
    const near = pivot && from(pivot), far = from(middle);
    return (pivot = near && inside(near) ? near : far);
  };
  const unit = () => (UNIT * span) / 3;
  const tidy = (v, most = 1e4) => Math.round(Math.min(Math.max(v, -most), most) * 1000) / 1000;
  const turn = handle(P, { label: "tip of the weight vector", step: [0.03, 0.03], move: (x, y) => { // turn about the foot
    const [fx, fy] = foot();
    const w = [tidy((x - fx) / unit(), 10), tidy((y - fy) / unit(), 10)];
    if (Math.hypot(...w) > 0.15) set({ w, b: tidy(-w[0] * fx - w[1] * fy) });
  } });
  const shift = handle(P, { label: "a point of the boundary", step: [0.03, 0.03], shape: 7, move: (x, y) => {
    pivot = [x, y];
    set({ b: tidy(-state.w[0] * x - state.w[1] * y) });
  } });
  const bounded = { min: -10, max: 10, step: 0.05 };
  const s1 = slider({ label: "weight w₁", ...bounded, value: state.w[0], oninput: (v) => set({ w: [v, state.w[1]] }) });
  const s2 = slider({ label: "weight w₂", ...bounded, value: state.w[1], oninput: (v) => set({ w: [state.w[0], v] }) });
  const s3 = slider({ label: "bias b", ...bounded, value: state.b, oninput: (v) => set({ b: v }) });
  const which = choice({ label: "points", options: Object.keys(sets).map((k) => [k, k in gates ? k.toUpperCase() : k]), value: state.points, onchange: (points) => {
    set({ points });
    if (!inside(foot())) set({ b: tidy(-state.w[0] * middle[0] - state.w[1] * middle[1]) }); // bring the line to the points
  } });
  const soft = toggle("sigmoid instead of a step", state.activation === "sigmoid", (on) => set({ activation: on ? "sigmoid" : "step" }));
  const double = h("button", { type: "button", class: "bpw-button", onclick: () => set({ w: state.w.map((v) => tidy(2 * v, 10)), b: tidy(2 * state.b) }) }, "double w and b");
  const half = h("button", { type: "button", class: "bpw-button", onclick: () => set({ w: state.w.map((v) => tidy(v / 2)), b: tidy(state.b / 2) }) }, "halve w and b");
  const said = readout(), verdict = readout();
  const legend = h("div", { class: "bpw-note" }, "● class 1 · ■ class 0 · ◌ on the wrong side. Drag the arrow's tip or the point on the line; arrow keys move them too.");
  frame(el, "A neuron with two inputs: drag its weights and its boundary", P.el,
    h("div", { class: "bpw-side" }, which.el, s1.el, s2.el, s3.el, soft.el, h("div", { class: "bpw-row" }, double, half), said, verdict, legend));

  function fit(points) { // equal scales on both axes, so that a right angle looks like one
    middle = [0, 1].map((k) => (Math.min(...points.map((p) => p[k])) + Math.max(...points.map((p) => p[k]))) / 2);
    const reach = Math.max(...[0, 1].map((k) => Math.max(...points.map((p) => p[k])) - Math.min(...points.map((p) => p[k]))));
    span = reach <= 1 ? 3 : reach * 1.35;
    const bias = 10 * Math.ceil(Math.max(1, ...points.flatMap((p) => [Math.abs(p[0]), Math.abs(p[1])])) / 2);
    s3.input.min = -bias, s3.input.max = bias;
    const [a, b] = middle, tall = (span * P.H) / P.W;
    [P.xlabel, P.ylabel] = state.points in gates ? ["input x₁", "input x₂"] : model.get("labels");
    P.range([a - span / 2, a + span / 2], [b - tall / 2, b + tall / 2]);
  }

  function draw() {
    const points = sets[state.points] || gates.and, { f } = activations[state.activation] || activations.step;
    if (shown !== state.points) fit(points), (shown = state.points), (pivot = null);
    const [w1, w2] = state.w, b = state.b, z = (x1, x2) => w1 * x1 + w2 * x2 + b;
    const wrong = points.map(([x1, x2, t]) => (z(x1, x2) >= 0) !== (t === 1));
    const [fx, fy] = foot(), n = Math.hypot(w1, w2), far = 4 * span;
    P.field((x1, x2) => f(z(x1, x2)));
    lines.replaceChildren(P.line([[fx - (far * w2) / n, fy + (far * w1) / n], [fx + (far * w2) / n, fy - (far * w1) / n]], { class: "bpw-ink" }));
    let k = unit();
    while (k > 0.01 && (fx + k * w1 < P.x[0] || fx + k * w1 > P.x[1] || fy + k * w2 < P.y[0] || fy + k * w2 > P.y[1])) k *= 0.97;
    const tip = [fx + k * w1, fy + k * w2];
    const [px, py, qx, qy] = [P.X(fx), P.Y(fy), P.X(tip[0]), P.Y(tip[1])], r = 1 - 10 / Math.max(12, Math.hypot(qx - px, qy - py));
    dots.replaceChildren(
      arrow(px, py, px + r * (qx - px), py + r * (qy - py), { class: "bpw-ink" }), marks(P, points, (i) => wrong[i]),
      s("text", { x: qx + 13, y: qy - 9 }, "w"), s("text", { x: px - 9, y: py + 20, "text-anchor": "end" }, "b"),
    );
    double.disabled = Math.max(...state.w.map(Math.abs)) > 5; // weights end at 10, and the line must stay where it is
    const away = !inside([fx, fy]); // a line outside the plane has no handles in it
    for (const part of [turn.el, shift.el, ...[...dots.children].filter((c) => c.matches("text, path"))]) part.style.display = away ? "none" : "";
    turn.set(...tip, `w = (${fmt(w1)}, ${fmt(w2)})`);
    shift.set(fx, fy, `b = ${fmt(b)}`);
    s1.set(w1), s2.set(w2), s3.set(b), which.set(state.points), soft.set(state.activation === "sigmoid");
    said.replaceChildren(h("span", {}, `z = ${fmt(w1)}·x₁ ${w2 < 0 ? "−" : "+"} ${fmt(Math.abs(w2))}·x₂ ${b < 0 ? "−" : "+"} ${fmt(Math.abs(b))},  |w| = ${fmt(n)}`));
    const errors = wrong.filter(Boolean).length;
    verdict.replaceChildren(h("strong", {}, errors === 0 ? "no errors" : `${errors} of ${points.length} on the wrong side`));
  }
  draw();
  return release;
}
export default { render };
