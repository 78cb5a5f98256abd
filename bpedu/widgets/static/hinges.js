// A curve made of hinges: each ReLU buys one joint, and without a bend the sum stays a straight line.
import { fitted, hingesThrough } from "./curves-core.js";
import { bind, button, fmt, frame, h, handle, plane, readout, s, slider, toggle } from "./ui.js";

const tones = ["bpw-blue", "bpw-gold", "bpw-green", "bpw-red", "bpw-violet"], dashes = ["none", "7 4", "2 4", "9 3 2 3"]; // told apart without colour

function render({ model, el }) {
  const target = model.get("target"), [x0, x1] = [target[0][0], target.at(-1)[0]];
  const ys = target.map((p) => p[1]), low = Math.min(...ys), high = Math.max(...ys), room = 0.35 * (high - low || 1);
  const { state, set, release } = bind(model, ["knots", "bends"], draw);
  const P = plane({ x: [x0, x1], y: [low - room, high + room], height: 240, xlabel: "x", ylabel: "output", label: "the target and the sum of hinges" });
  const Q = plane({ x: [x0, x1], y: [-1, 1], height: 150, xlabel: "x", ylabel: "units", label: "what each hidden unit contributes" });
  const curves = s("g"), parts = s("g"), knobs = s("g");
  P.back.append(curves), Q.back.append(parts), P.front.append(knobs);
  const tidy = (v) => Math.round(v * 1e4) / 1e4;
  const spread = (n) => Array.from({ length: n + 2 }, (_, i) => [tidy(x0 + ((x1 - x0) * i) / (n + 1)), 0]);
  const count = slider({ label: "joints", min: 1, max: 12, step: 1, value: state.knots.length - 2, text: (v) => fmt(v, 0), oninput: (n) => set({ knots: fitted(spread(n), target) }) });
  const bends = toggle("ReLU (off: no bend)", state.bends, (on) => set({ bends: on }));
  const said = readout();
  frame(el, "A function built from hinges", P.el, Q.el, h("div", { class: "bpw-side" }, count.el, bends.el,
    h("div", { class: "bpw-row" }, button("best heights for these joints", () => set({ knots: fitted(state.knots, target) })),
      button("all at zero", () => set({ knots: state.knots.map(([x]) => [x, 0]) }))),
    said, h("div", { class: "bpw-note" }, "grey: the target · blue: the sum. Drag the joints, or move them with the arrow keys.")));
  let handles = [];

  function place(i, x, y) { // a joint stays between its neighbours, an end stays at its end
    const gap = (x1 - x0) / 200, knots = state.knots;
    const at = i === 0 ? x0 : i === knots.length - 1 ? x1 : Math.min(Math.max(x, knots[i - 1][0] + gap), knots[i + 1][0] - gap);
    set({ knots: knots.map((k, j) => (j === i ? [tidy(at), tidy(Math.min(Math.max(y, P.y[0]), P.y[1]))] : k)) });
  }

  function draw() {
    const { knots } = state, { units, unit, sum } = hingesThrough(knots, state.bends);
    const grid = Array.from({ length: 201 }, (_, i) => x0 + ((x1 - x0) * i) / 200);
    const top = Math.max(0.1, ...units.map((u) => Math.max(Math.abs(unit(u, x0)), Math.abs(unit(u, x1)))));
    Q.range([x0, x1], [-1.1 * top, 1.1 * top]);
    curves.replaceChildren(P.line(target, { class: "bpw-soft", style: "stroke-width:4;opacity:.6" }), P.line(grid.map((x) => [x, sum(x)]), { class: "bpw-blue" }));
    parts.replaceChildren(...units.map((u, k) => Q.line(grid.map((x) => [x, unit(u, x)]), { class: tones[k % tones.length], style: `stroke-dasharray:${dashes[k % dashes.length]}` })));
    if (handles.length !== knots.length) {
      handles.forEach((k) => k.el.remove());
      handles = knots.map((_, i) => handle(P, { label: i && i < knots.length - 1 ? `joint ${i}` : "an end of the curve", shape: 6, step: [(x1 - x0) / 100, (high - low) / 50], move: (x, y) => place(i, x, y) }));
    }
    knots.forEach(([x, y], i) => handles[i].set(x, y, `x ${fmt(x)}, height ${fmt(y)}`));
    count.set(knots.length - 2), bends.set(state.bends);
    const rmse = Math.sqrt(target.reduce((t, [x, y]) => t + (sum(x) - y) ** 2, 0) / target.length);
    said.replaceChildren("root mean squared error ", h("strong", {}, fmt(rmse, 4)), state.bends ? "" : ". Without a bend, units only add up to one straight line.");
  }
  draw();
  return release;
}
export default { render };
