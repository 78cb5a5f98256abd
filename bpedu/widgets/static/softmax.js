// Softmax and its gradient with cross-entropy: bars p, and bars p − t that always add up to zero.
import { softmax, softmaxCrossEntropy } from "./mini-nn.js";
import { bind, choice, fmt, frame, h, plane, readout, s, slider } from "./ui.js";

function render({ model, el }) {
  const { state, set, release } = bind(model, ["logits", "target"], draw);
  const K = state.logits.length, names = model.get("names"), xticks = [];
  const P = plane({ x: [-0.6, K - 0.4], y: [0, 1.12], height: 190, ylabel: "p = softmax(z)", xticks, label: "probabilities" });
  const Q = plane({ x: [-0.6, K - 0.4], y: [-1.25, 1.25], height: 190, left: 56, ylabel: "∂L/∂z = p − t", xticks, label: "gradients of the loss" });
  const above = s("g"), below = s("g");
  P.front.append(above), Q.front.append(below);
  const sliders = state.logits.map((z, k) => slider({ label: `z, ${names[k]}`, min: -6, max: 6, step: 0.1, value: z, oninput: (v) => set({ logits: state.logits.map((w, j) => (j === k ? v : w)) }) }));
  const which = choice({ label: "the true class", options: names.map((n, k) => [String(k), n]), value: String(state.target), onchange: (v) => set({ target: Number(v) }) });
  const shift = slider({ label: "add to all", min: -3, max: 3, step: 0.1, value: 0, oninput: (v) => {
    set({ logits: state.logits.map((z) => z + v - moved) });
    moved = v;
  } });
  let moved = 0;
  const said = readout();
  frame(el, "Softmax probabilities and the gradient p − t", P.el, Q.el, h("div", { class: "bpw-side bpw-wide" }, which.el, sliders.map((c) => c.el), shift.el, said));

  function draw() {
    const p = softmax(state.logits), [L, pullback] = softmaxCrossEntropy([state.logits], [state.target]), [g] = pullback();
    const bar = (plane, k, v, fill) => s("g", {},
      s("rect", { x: plane.X(k - 0.3), width: plane.X(k + 0.3) - plane.X(k - 0.3), y: plane.Y(Math.max(v, 0)), height: Math.max(0.5, Math.abs(plane.Y(v) - plane.Y(0))), fill, stroke: k === state.target ? "var(--bp-ink)" : "none", "stroke-width": 2 }),
      s("text", { x: plane.X(k), y: v >= 0 ? plane.Y(v) - 5 : plane.Y(v) + 15, "text-anchor": "middle" }, fmt(v, 3)),
      s("text", { x: plane.X(k), y: plane.H + 28, "text-anchor": "middle", class: "bpw-t-soft" }, names[k] + (k === state.target ? " ✓" : "")));
    above.replaceChildren(...p.map((v, k) => bar(P, k, v, "var(--bp-one)")));
    below.replaceChildren(...g.map((v, k) => bar(Q, k, v, v < 0 ? "var(--bp-value)" : "var(--bp-grad)")));
    sliders.forEach((c, k) => c.set(state.logits[k]));
    which.set(String(state.target));
    said.replaceChildren(h("div", {}, `loss = −ln p(${names[state.target]}) = `, h("strong", {}, fmt(L, 3))),
      h("div", {}, `p adds up to ${fmt(p.reduce((t, v) => t + v, 0), 3)}, p − t to ${fmt(Math.round(1e9 * g.reduce((t, v) => t + v, 0)) / 1e9, 3)}; adding one number to all logits changes neither`));
  }
  draw();
  return release;
}
export default { render };
