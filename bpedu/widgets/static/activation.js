// An activation and its derivative: a point slides along the curve, its tangent with it.
import { activations } from "./mini-nn.js";
import { bind, choice, fmt, frame, h, handle, plane, readout, s, slider } from "./ui.js";

const options = { leaky_relu: { label: "slope", min: 0, max: 1 }, elu: { label: "α", min: 0.1, max: 3 } };

function render({ model, el }) {
  const { state, set, release } = bind(model, ["name", "z", "parameter"], draw);
  const P = plane({ x: [-5, 5], y: [-1.6, 3.4], width: 340, height: 300, xlabel: "z", ylabel: "a and da/dz", label: "activation and derivative against z" });
  const curves = s("g");
  P.back.append(curves);
  const limit = (z) => Math.min(Math.max(Math.round(z * 100) / 100, -5), 5);
  const knob = handle(P, { label: "the point z", step: [0.1, 0], move: (x) => set({ z: limit(x) }) });
  const name = choice({ label: "activation", options: Object.keys(activations).map((k) => [k, k.replaceAll("_", " ")]), value: state.name, onchange: (v) => set({ name: v }) });
  const sz = slider({ label: "z", min: -5, max: 5, step: 0.05, value: state.z, oninput: (z) => set({ z }) });
  const extra = h("div"), said = readout();
  frame(el, "An activation function and its derivative", P.el, h("div", { class: "bpw-side" }, name.el, sz.el, extra, said,
    h("div", { class: "bpw-note" }, "solid: a = f(z) · dashed: its derivative · straight: the tangent at z. Drag the point.")));
  let shown = "";

  function draw() {
    const { f, df } = activations[state.name], option = options[state.name], z = state.z;
    const value = (x) => f(x, option && state.parameter), slope = (x) => df(x, option && state.parameter);
    if (shown !== state.name) {
      shown = state.name;
      P.range([-5, 5], ["sigmoid", "tanh", "step"].includes(shown) ? [-1.3, 1.3] : [-1.6, 3.4]);
      extra.replaceChildren(...(option ? [slider({ ...option, step: 0.01, value: state.parameter, oninput: (v) => set({ parameter: v }) }).el] : []));
    }
    curves.replaceChildren(
      P.curve(slope, { class: "bpw-red bpw-dash" }), P.curve(value, { class: "bpw-blue" }),
      P.line([-1.2, 1.2].map((d) => [z + d, value(z) + d * slope(z)]), { class: "bpw-ink" }),
      P.line([[z, 0], [z, value(z)]], { class: "bpw-soft bpw-dash" }),
      s("circle", { cx: P.X(z), cy: P.Y(slope(z)), r: 4, fill: "var(--bp-grad)" }),
    );
    knob.set(z, value(z), `z = ${fmt(z)}, a = ${fmt(value(z), 3)}, slope ${fmt(slope(z), 3)}`);
    name.set(state.name), sz.set(z);
    const ten = slope(z) ** 10;
    said.replaceChildren(
      h("div", {}, `a = ${fmt(value(z), 4)}`), h("div", {}, "da/dz = ", h("strong", {}, fmt(slope(z), 4))),
      h("div", {}, `ten such slopes multiplied: ${fmt(ten, 4)}`),
    );
  }
  draw();
  return release;
}
export default { render };
