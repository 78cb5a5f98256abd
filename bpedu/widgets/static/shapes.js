// Products of matrices as blocks with touching edges: what a product sums over, and when a wrong one "fits".
import { matmul, rng, transpose } from "./mini-nn.js";
import { bind, choice, frame, h, readout, s, slider } from "./ui.js";

const sizes = { A: ["N", "in"], W: ["out", "in"], Z: ["N", "out"], dZ: ["N", "out"] }; // dZ is ∂L/∂Z
const tasks = { // what is wanted, its sides, and formulas that readers try: [left, transposed?, right, transposed?]
  Z: { text: "Z = A Wᵀ", sides: ["N", "out"], right: 0, tries: [["A", 0, "W", 1], ["A", 0, "W", 0], ["W", 0, "A", 0], ["W", 0, "A", 1]] },
  dA: { text: "∂L/∂A = ∂L/∂Z · W", sides: ["N", "in"], right: 0, tries: [["dZ", 0, "W", 0], ["dZ", 0, "W", 1], ["W", 0, "dZ", 0], ["W", 1, "dZ", 0]] },
  dW: { text: "∂L/∂W = (∂L/∂Z)ᵀ A", sides: ["out", "in"], right: 0, tries: [["dZ", 1, "A", 0], ["A", 1, "dZ", 0], ["dZ", 0, "A", 0], ["A", 0, "dZ", 1]] },
};
const wanted = { Z: "Z", dA: "∂L/∂A", dW: "∂L/∂W" };
const words = { N: "the examples of the batch", in: "the inputs of the layer", out: "the outputs of the layer" };
const tones = { N: "var(--bp-nought)", in: "var(--bp-one)", out: "var(--bp-purple)" };
const name = (m, t) => (m === "dZ" ? (t ? "(∂L/∂Z)ᵀ" : "∂L/∂Z") : m + (t ? "ᵀ" : ""));
const sidesOf = (m, t) => (t ? [...sizes[m]].reverse() : sizes[m]);

function render({ model, el }) {
  const { state, set, release } = bind(model, ["N", "n_in", "n_out", "want", "attempt"], draw);
  const svg = s("svg", { viewBox: "0 0 340 322", class: "bpw-svg", role: "img", "aria-label": "the two factors and their product as blocks" });
  const want = choice({ label: "wanted", options: Object.keys(tasks).map((k) => [k, wanted[k]]), value: state.want, onchange: (v) => set({ want: v, attempt: 0 }) });
  const formula = choice({ label: "try", options: [], value: "0", onchange: (v) => set({ attempt: Number(v) }) });
  const size = (label, key) => slider({ label, min: 1, max: 7, step: 1, value: state[key], text: (v) => String(v), oninput: (v) => set({ [key]: v }) });
  const controls = { N: size("N (batch)", "N"), n_in: size("n_in", "n_in"), n_out: size("n_out", "n_out") };
  const said = readout();
  frame(el, "Shapes of the products in a layer", h("div", { class: "bpw-plot" }, svg),
    h("div", { class: "bpw-side" }, h("div", { class: "bpw-row" }, want.el, formula.el), controls.N.el, controls.n_in.el, controls.n_out.el, said,
      h("div", { class: "bpw-note" }, "The thick sides are summed over and must be equally long. What touches the product is what it keeps.")));
  let listed = "";

  const length = { N: () => state.N, in: () => state.n_in, out: () => state.n_out };
  function values() { // fixed numbers for each size, so that a wrong formula can be compared with the right one
    const random = rng(3), make = (m) => Array.from({ length: length[sizes[m][0]]() }, () => Array.from({ length: length[sizes[m][1]]() }, random.normal));
    return { A: make("A"), W: make("W"), dZ: make("dZ") };
  }
  const product = (M, [l, lt, r, rt]) => matmul(lt ? transpose(M[l]) : M[l], rt ? transpose(M[r]) : M[r]);

  // The left factor stands left of the product and shares its rows, the right one above it and shares its columns.
  function block(x, y, [rows, cols], title, unit, [rowsAt, colsAt], inner) {
    const [a, b] = [length[rows](), length[cols]()], w = b * unit, H = a * unit, label = (side) => `${side === "N" ? "N" : `n_${side}`} = ${length[side]()}`;
    const grid = [...Array(a + 1).keys()].map((i) => `M${x},${y + i * unit}h${w}`).concat([...Array(b + 1).keys()].map((j) => `M${x + j * unit},${y}v${H}`)).join("");
    const edge = (side, d) => s("path", { d, fill: "none", stroke: tones[side], "stroke-width": side === inner ? 6 : 3 });
    return s("g", {}, s("rect", { x, y, width: w, height: H, fill: "var(--bp-raised)" }), s("path", { d: grid, fill: "none", stroke: "var(--bp-line)" }),
      edge(rows, `M${x},${y}v${H}`), edge(cols, colsAt > 0 ? `M${x},${y + H}h${w}` : `M${x},${y}h${w}`),
      s("text", { x: x + w / 2, y: y + H / 2 + 5, "text-anchor": "middle", style: "font-weight:700;font-size:14px;stroke:var(--bp-raised);stroke-width:5px;paint-order:stroke" }, title),
      colsAt ? s("text", { x: x + w / 2, y: colsAt > 0 ? y + H + 18 : y - 8, "text-anchor": "middle", class: "bpw-t-soft" }, label(cols)) : null,
      rowsAt ? s("text", { x: x - 8, y: y + H / 2 + 4, "text-anchor": "end", class: "bpw-t-soft" }, label(rows)) : null);
  }

  function draw() {
    const task = tasks[state.want], attempt = task.tries[state.attempt], [l, lt, r, rt] = attempt;
    if (listed !== state.want) {
      listed = state.want;
      const order = state.want === "dA" ? [1, 3, 0, 2] : state.want === "dW" ? [2, 1, 0, 3] : [1, 0, 3, 2]; // the right one is not always first
      formula.select.replaceChildren(...order.map((k) => h("option", { value: k }, `${name(...task.tries[k].slice(0, 2))} ${name(...task.tries[k].slice(2))}`)));
    }
    want.set(state.want), formula.set(String(state.attempt));
    Object.entries(controls).forEach(([key, c]) => c.set(state[key]));
    const left = sidesOf(l, lt), right = sidesOf(r, rt), meets = length[left[1]]() === length[right[0]](), result = [left[0], right[1]];
    const target = task.sides, fits = meets && length[result[0]]() === length[target[0]]() && length[result[1]]() === length[target[1]]();
    const [m, p, q, n] = [length[left[0]](), length[left[1]](), length[right[0]](), length[right[1]]()]; // (m, p) · (q, n)
    const unit = Math.min(26, 224 / (p + n), 230 / (q + m)), x1 = 74, x2 = x1 + p * unit + 26, y1 = 32, y2 = y1 + q * unit + 22;
    svg.replaceChildren(
      block(x1, y2, left, name(l, lt), unit, [-1, 1], left[1]), block(x2, y1, right, name(r, rt), unit, [-1, -1], right[0]),
      meets ? block(x2, y2, result, "product", unit, [0, 0], null) : s("rect", { x: x2, y: y2, width: n * unit, height: m * unit, fill: "none", class: "bpw-soft bpw-dash" }),
      meets ? "" : s("text", { x: x2 + (n * unit) / 2, y: y2 + (m * unit) / 2 + 7, "text-anchor": "middle", style: "font-size:20px" }, "✗"));
    const M = values(), good = state.attempt === task.right, numbers = (v) => v.map((k) => length[k]()).join(" × ");
    const lines = [];
    if (!meets) lines.push(`The inner sides differ: ${length[left[1]]()} and ${length[right[0]]()}. There is nothing to sum over.`);
    else if (good) lines.push(`Right. The product sums over ${words[left[1]]}, the side that both factors share and ${wanted[state.want]} has not.`);
    else if (!fits) lines.push(`It multiplies, but gives ${numbers(result)}, and ${wanted[state.want]} is ${numbers(target)}.`);
    else {
      const got = product(M, attempt), truth = product(M, task.tries[task.right]);
      const off = Math.max(...got.flatMap((row, i) => row.map((v, j) => Math.abs(v - truth[i][j]))));
      lines.push(h("strong", {}, "It fits, and it is wrong. "), `On the same numbers it is off by up to ${off.toFixed(2)}: it pairs ${words[left[1]]} with ${words[right[0]]}, which have the same number here by accident.`);
      if (off < 1e-9) lines.splice(0, 9, "With one of everything, every formula is the same product.");
      else if (left[1] === right[0]) lines.splice(1, 1, `On the same numbers it is off by up to ${off.toFixed(2)}: it is the transpose of what is wanted, and only the equal sizes hide it.`);
    }
    said.replaceChildren(...lines);
  }
  draw();
  return release;
}
export default { render };
