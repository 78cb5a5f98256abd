// Two losses of a logit and their slopes: where the answer is confidently wrong, squared error's slope dies.
import { activate, bceWithLogits, mse, sigmoid } from "./mini-nn.js";
import { bind, choice, fmt, frame, h, handle, plane, readout, s, slider } from "./ui.js";

function render({ model, el }) {
  const { state, set, release } = bind(model, ["z", "target"], draw);
  const range = { x: [-8, 8], height: 210 };
  const P = plane({ ...range, y: [0, 8.4], xlabel: "logit z", ylabel: "loss", label: "two losses against the logit" });
  const Q = plane({ ...range, y: [-1.1, 1.1], xlabel: "logit z", ylabel: "slope ∂L/∂z", label: "their slopes against the logit" });
  const losses = s("g"), slopes = s("g");
  P.back.append(losses), Q.back.append(slopes);
  const cross = (z) => bceWithLogits([z], [state.target])[0], crossSlope = (z) => bceWithLogits([z], [state.target])[1]()[0];
  const square = (z) => mse([[sigmoid(z)]], [[state.target]])[0];
  const squareSlope = (z) => {
    const [A, through] = activate("sigmoid", [[z]]), [, back] = mse(A, [[state.target]]);
    return through(back())[0][0];
  };
  const limit = (z) => Math.min(Math.max(Math.round(z * 100) / 100, -8), 8);
  const knob = handle(P, { label: "the logit z", step: [0.1, 0], move: (x) => set({ z: limit(x) }) });
  const sz = slider({ label: "logit z", min: -8, max: 8, step: 0.05, value: state.z, oninput: (z) => set({ z }) });
  const which = choice({ label: "the truth", options: [["1", "t = 1"], ["0", "t = 0"]], value: String(state.target), onchange: (v) => set({ target: Number(v) }) });
  const said = readout();
  frame(el, "Cross-entropy and squared error of a logit", P.el, Q.el, h("div", { class: "bpw-side bpw-wide" }, which.el, sz.el, said,
    h("div", { class: "bpw-note" }, "solid: cross-entropy · dashed: squared error of σ(z)")));

  function draw() {
    const z = state.z, pair = (plane, f, g) => [plane.curve(g, { class: "bpw-red bpw-dash" }), plane.curve(f, { class: "bpw-blue" })];
    const dot = (y, colour) => s("circle", { cx: Q.X(z), cy: Q.Y(y), r: 5, fill: `var(--bp-${colour})` });
    losses.replaceChildren(...pair(P, cross, square), s("circle", { cx: P.X(z), cy: P.Y(square(z)), r: 5, fill: "var(--bp-grad)" }));
    slopes.replaceChildren(...pair(Q, crossSlope, squareSlope), Q.line([[z, -2], [z, 2]], { class: "bpw-soft bpw-dash" }), dot(crossSlope(z), "one"), dot(squareSlope(z), "grad"));
    knob.set(z, cross(z), `z = ${fmt(z)}`);
    sz.set(z), which.set(String(state.target));
    const p = sigmoid(z), ratio = crossSlope(z) / squareSlope(z);
    said.replaceChildren(
      h("div", {}, `σ(z) = ${fmt(p, 4)}, truth ${state.target}`),
      h("div", {}, `slope of cross-entropy ${fmt(crossSlope(z), 4)} = σ(z) − t, of squared error ${fmt(squareSlope(z), 4)}`),
      h("strong", {}, `cross-entropy pushes ${fmt(Math.abs(ratio), Math.abs(ratio) < 10 ? 1 : 0)} times as hard`),
    );
  }
  draw();
  return release;
}
export default { render };
