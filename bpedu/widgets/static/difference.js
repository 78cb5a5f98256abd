// Finite differences: too large a step cuts a corner, too small a one drowns in rounding. The error is a U.
import { differentiable, estimates } from "./curves-core.js";
import { bind, choice, fmt, frame, h, handle, plane, readout, s, slider } from "./ui.js";

const LOW = 1e-17;

function render({ model, el }) {
  const { state, set, release } = bind(model, ["function", "step"], draw);
  const P = plane({ x: [1e-16, 1], y: [LOW, 10], xlog: true, ylog: true, left: 54, xlabel: "step h", ylabel: "error of the slope", label: "error of the slope against the step" });
  const curves = s("g");
  P.back.append(curves);
  const tidy = (v) => 10 ** (Math.round(Math.min(Math.max(Math.log10(v), -16), 0) * 20) / 20);
  const error = (name, step) => Math.max(LOW, Math.abs(estimates[name](differentiable[state.function], step) - differentiable[state.function].df(differentiable[state.function].x)));
  const which = choice({ label: "slope of", options: Object.entries(differentiable).map(([k, v]) => [k, v.text]), value: state.function, onchange: (v) => set({ function: v }) });
  const power = (v) => fmt(v, 12).includes("e") || v < 0.01 ? v.toExponential(1).replace("-", "−") : fmt(v);
  const ss = slider({ label: "step h", min: 1e-16, max: 1, step: 0.05, value: state.step, text: power, log: true, oninput: (v) => set({ step: v }) });
  const knob = handle(P, { label: "the step h", step: [0, 0], move: (x) => set({ step: tidy(x) }) });
  knob.el.addEventListener("keydown", (event) => { // on a logarithmic axis an arrow key multiplies
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (way) set({ step: tidy(state.step * 10 ** (way * 0.25)) });
  });
  const said = readout();
  frame(el, "The error of a finite difference against its step", P.el, h("div", { class: "bpw-side" }, which.el, ss.el, said,
    h("div", { class: "bpw-note" }, "solid: central · dashed: forward. On the right the curve bends away from its secant, on the left only rounding is left.")));

  function draw() {
    const steps = Array.from({ length: 161 }, (_, i) => 10 ** (-16 + i / 10));
    const points = (name) => steps.map((v) => [v, error(name, v)]);
    const best = (name) => points(name).reduce((a, b) => (b[1] < a[1] ? b : a));
    curves.replaceChildren(
      P.line(points("forward"), { class: "bpw-red bpw-dash" }), P.line(points("central"), { class: "bpw-blue" }),
      P.line([[state.step, LOW], [state.step, 10]], { class: "bpw-soft bpw-dash" }),
      s("circle", { cx: P.X(state.step), cy: P.Y(error("forward", state.step)), r: 5, fill: "var(--bp-grad)" }),
    );
    knob.set(state.step, error("central", state.step), `h = ${power(state.step)}`);
    ss.set(state.step), which.set(state.function);
    const line = (name) => h("div", {}, `${name}: error `, h("strong", {}, power(error(name, state.step))), `, best ${power(best(name)[1])} at h = ${power(best(name)[0])}`);
    said.replaceChildren(line("central"), line("forward"));
  }
  draw();
  return release;
}
export default { render };
