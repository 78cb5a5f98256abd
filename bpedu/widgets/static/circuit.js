// A computational graph stepped forward and backward: values over the wires, gradients under them.
import { argumentsOf, isLeaf, operations, reverse, run, tangents } from "./circuit-core.js";
import { bind, button, choice, fmt, frame, h, readout, s, slider } from "./ui.js";

const BOX = 42, STUB = 52, ROW = 74, TOP = 44;
const ROOMY = { row: 98, top: 62 }; // where weights stand on the wires, and biases over the nodes

function layout(graph) { // columns by depth; rows by the mean of the inputs, pushed apart
  const hidden = new Set(graph.nodes.flatMap((n) => (n.op === "affine" ? [...n.weights, n.bias] : [])));
  const drawn = graph.nodes.filter((n) => !hidden.has(n.id)), column = {}, y = {};
  const { row, top } = hidden.size ? ROOMY : { row: ROW, top: TOP };
  for (const n of drawn) column[n.id] = isLeaf(n) ? 0 : 1 + Math.max(...n.in.map((id) => column[id]));
  for (const n of drawn) if (isLeaf(n)) column[n.id] = Math.max(0, Math.min(...drawn.filter((m) => m.in?.includes(n.id)).map((m) => column[m.id])) - 1);
  const columns = Array.from({ length: 1 + Math.max(...Object.values(column)) }, (_, c) => drawn.filter((n) => column[n.id] === c));
  columns.forEach((nodes, c) => {
    nodes.forEach((n, i) => (y[n.id] = n.row ?? (n.in ? n.in.reduce((t, id) => t + y[id], 0) / n.in.length : c ? nodes.length : i)));
    nodes.sort((a, b) => y[a.id] - y[b.id]).forEach((n, i) => i && (y[n.id] = Math.max(y[n.id], y[nodes[i - 1].id] + 1)));
  });
  const uses = (id) => drawn.reduce((t, n) => t + (n.in || []).filter((a) => a === id).length, 0);
  const gap = columns.map((nodes) => (nodes.some((n) => n.op === "affine") ? 118 : nodes.some((n) => n.in?.some((id) => uses(id) > 1)) ? 54 : 18));
  const at = {};
  let x = 8;
  columns.forEach((nodes, c) => {
    x += c ? gap[c] : 0;
    nodes.forEach((n) => (at[n.id] = { x, y: top + y[n.id] * row, column: c }));
    x += BOX + STUB;
  });
  const blocked = (a, b) => drawn.some((n) => at[n.id].column > a.column && at[n.id].column < b.column && Math.abs(at[n.id].y - (a.y + b.y) / 2) < row / 2);
  return { drawn, at, uses, blocked, width: x + 8, height: top + TOP + row * Math.max(...Object.values(y)) };
}

function render({ model, el }) {
  const graph = model.get("graph"), plan = layout(graph), { at } = plan;
  const inner = graph.nodes.filter((n) => !isLeaf(n)), leaves = graph.nodes.filter(isLeaf);
  const named = Object.fromEntries(graph.nodes.map((n) => [n.id, n.label || n.id])), askable = leaves.filter((n) => !n.truth);
  const { state, set, release } = bind(model, ["values", "step", "mode", "seed", "lr"], draw);
  const last = () => (state.mode === "reverse" ? 2 * inner.length + 1 : inner.length);
  const now = () => (state.step < 0 ? last() : Math.min(state.step, last()));
  let chosen = (askable[0] || leaves[0]).id;

  const svg = s("svg", { viewBox: `0 0 ${plan.width} ${plan.height}`, class: "bpw-svg", style: `min-width:${Math.round(plan.width * 0.8)}px;max-width:${Math.round(plan.width * 1.15)}px`, role: "img", "aria-label": model.get("title") });
  const bar = slider({ label: "step", min: 0, max: last(), step: 1, value: now(), text: (v) => `${fmt(v, 0)} of ${last()}`, oninput: (v) => set({ step: v }) });
  const go = (d) => set({ step: Math.min(Math.max(now() + d, 0), last()) });
  const buttons = h("div", { class: "bpw-row" }, button("start", () => set({ step: 0 })), button("◀ back", () => go(-1), "one step back"), button("step ▶", () => go(1), "one step on"), button("end", () => set({ step: last() })));
  const mode = choice({ label: "mode", options: [["reverse", "forward, then backward"], ["forward", "tangents along with values"]], value: state.mode, onchange: (v) => set({ mode: v, step: 0 }) });
  const seed = choice({ label: "derivative by", options: askable.map((n) => [n.id, named[n.id]]), value: state.seed || askable[0].id, onchange: (v) => set({ seed: v, step: state.step }) });
  const leaf = choice({ label: "change", options: leaves.map((n) => [n.id, named[n.id]]), value: chosen, onchange: (v) => pick(v) });
  const box = h("div"), said = readout(), counted = h("div", { class: "bpw-note" });
  const weights = leaves.filter((n) => n.trainable);
  const descend = h("div", { class: "bpw-row" }, button("one step of gradient descent", learn), h("span", { class: "bpw-note" }, "lr ", fmt(state.lr, 2)));
  frame(el, model.get("title"), h("div", { class: "bpw-scroll", tabindex: 0, role: "region", "aria-label": "the graph" }, svg),
    h("div", { class: "bpw-side" }, buttons, bar.el, said, counted), h("div", { class: "bpw-side" }, leaf.el, box, mode.el, seed.el, weights.length ? descend : null));

  function pick(id) {
    chosen = id;
    const node = leaves.find((n) => n.id === id), { min = -3, max = 3 } = node;
    leaf.set(id);
    box.replaceChildren(slider({ label: named[id], min, max, step: node.truth ? 1 : 0.05, value: state.values[id], oninput: (v) => set({ values: { ...state.values, [id]: v } }) }).el);
  }
  function learn() {
    const before = run(graph, state.values), { gradient } = reverse(graph, before), values = { ...state.values };
    for (const { id } of weights) values[id] -= state.lr * (gradient[id] || 0);
    set({ values, step: last() });
    const promised = -state.lr * weights.reduce((t, { id }) => t + (gradient[id] || 0) ** 2, 0);
    const got = run(graph, values).value[graph.output] - before.value[graph.output];
    said.replaceChildren(`All ${weights.length} weights moved at once. By the slopes the loss should change by ${fmt(promised, 3)}; it changed by ${fmt(got, 3)}.`);
  }

  const text = (x, y, cls, string, anchor = "middle") => s("text", { x, y, class: cls, "text-anchor": anchor, style: "font-size:12.5px;stroke:var(--bp-panel);stroke-width:4px;paint-order:stroke;stroke-linejoin:round" }, string);
  function draw() {
    const k = now(), n = inner.length, ran = run(graph, state.values), forward = state.mode === "forward";
    const back = forward ? tangents(graph, ran, seed.select.value, k) : reverse(graph, ran, Math.max(0, k - n - 1));
    const known = forward ? back.tangent : k > n ? back.gradient : {}, tone = "bpw-t-grad";
    const done = new Set([...leaves, ...inner.slice(0, k)].map((node) => node.id));
    const active = forward ? inner[k - 1] : k <= n ? inner[k - 1] : k === n + 1 ? null : inner[2 * n + 1 - k];
    const wire = Object.fromEntries(back.wires.map((w) => [`${w.to}/${w.place}`, w]));
    const shown = (id) => (id in known && (!forward || done.has(id)) ? fmt(known[id], 3) : "");
    const ways = (node, id) => { // what comes back to one value that a node reads twice, as in x · x
      const parts = node.in.flatMap((a, i) => (a === id && wire[`${node.id}/${i}`] ? [fmt(wire[`${node.id}/${i}`].part, 2)] : []));
      return parts.length === 2 && parts[0] === parts[1] ? `2 × ${parts[0]}` : parts.join(" + ");
    };
    const parts = [];
    for (const node of plan.drawn) {
      const { x, y } = at[node.id], hot = active === node, leafNode = isLeaf(node);
      (node.in || []).forEach((id, i) => { // wires from the end of the input's stub
        const a = at[id], x0 = a.x + BOX + STUB, bend = plan.blocked(a, at[node.id]) ? 0.7 * ROW : 0, f = node.weights ? 0.66 : 0.5, mx = x0 + f * (x - x0), my = a.y + f * (y - a.y) - 0.75 * bend, w = wire[`${node.id}/${i}`];
        parts.push(s("path", { d: bend ? `M${x0},${a.y}C${x0 + 20},${a.y - bend} ${x - 20},${y - bend} ${x},${y}` : `M${x0},${a.y}L${x},${y}`, fill: "none", class: hot ? "bpw-ink" : "bpw-soft" }));
        const weight = node.weights?.[i];
        if (weight) {
          parts.push(text(mx, my - 6, "bpw-t-value", `${named[weight]} ${fmt(state.values[weight], 2)}`), text(mx, my + 15, tone, shown(weight)));
        } else if (w && !forward && plan.uses(id) > 1 && node.in.indexOf(id) === i) parts.push(node.in.lastIndexOf(id) === i ? text(mx + 4, my + 14, tone, fmt(w.part, 2)) : text(x - 2, my + 14, tone, ways(node, id), "end"));
      });
      parts.push(s("path", { d: `M${x + BOX},${y}h${node.id === graph.output ? STUB - 8 : STUB}`, fill: "none", class: hot ? "bpw-ink" : "bpw-soft" }));
      const body = leafNode ? s("rect", { x, y: y - 15, width: BOX, height: 30, rx: 4, fill: "var(--bp-raised)", class: "bpw-soft" }) : s("circle", { cx: x + BOX / 2, cy: y, r: BOX / 2, fill: "var(--bp-raised)", class: hot ? "bpw-ink" : "bpw-soft" });
      const label = text(x + BOX / 2, y + 4, "", leafNode ? named[node.id] : operations[node.op].sign);
      const group = s("g", {}, body, label);
      if (leafNode) group.addEventListener("click", () => pick(node.id)), (group.style.cursor = "pointer");
      parts.push(group);
      if (node.bias) parts.push(text(x + BOX / 2, y - 44, "bpw-t-value", `${named[node.bias]} ${fmt(state.values[node.bias], 2)}`), text(x + BOX / 2, y - 27, tone, shown(node.bias)));
      if (done.has(node.id)) parts.push(text(x + BOX + 4, y - 6, "bpw-t-value", fmt(ran.value[node.id], 3), "start"));
      parts.push(text(x + BOX + 4, y + 16, tone, shown(node.id), "start"));
      if (!leafNode) parts.push(text(x + BOX / 2, y + 35, "bpw-t-soft", named[node.id]));
    }
    svg.replaceChildren(...parts);
    bar.input.max = last(), bar.set(k), mode.set(state.mode);
    seed.el.style.display = forward ? "" : "none";
    if (!box.firstChild || state.values[chosen] !== Number(box.querySelector("input").value)) pick(chosen);
    said.replaceChildren(...explain(active, k, ran, back, forward).map((line) => h("div", {}, line)));
    const all = askable.reduce((t, m) => t + tangents(graph, ran, m.id).products, 0);
    const every = askable.length === 1 ? "the one input" : `all ${askable.length} inputs`;
    counted.textContent = forward
      ? `multiplications along wires: ${back.products} so far for ${named[seed.select.value]} alone, ${all} for ${every}, one pass each`
      : `multiplications along wires on the way back: ${back.products} so far, ${reverse(graph, ran).products} for ${every} at once`;
  }

  function explain(node, k, ran, back, forward) {
    const L = named[graph.output], v = (id) => fmt(ran.value[id], 3), factor = (x) => (x < 0 ? `(${fmt(x, 3)})` : fmt(x, 3));
    if (!k) return ["Only the inputs are known. Step on."];
    if (!node) return [`∂${L}/∂${L} = 1: the way back begins at the output.`];
    const name = named[node.id], mine = back.wires.filter((w) => w.to === node.id);
    if (!forward && k <= inner.length) return [`${name} = ${operations[node.op].sign} of ${argumentsOf(node).map((id) => `${named[id]} = ${v(id)}`).join(", ")}: ${v(node.id)}`];
    if (forward) return [`${name} = ${v(node.id)}`, ...mine.map((w) => `through ${named[w.from]}: ${fmt(back.tangent[w.from], 3)} · ${factor(w.local)} = ${fmt(w.part, 3)}`), mine.length ? `∂${name}/∂${named[seed.select.value]} = ${fmt(back.tangent[node.id], 3)}` : `${named[seed.select.value]} does not reach ${name}.`];
    return mine.map((w) => `∂${L}/∂${named[w.from]} ${w.before === undefined ? `= ${fmt(back.gradient[node.id], 3)}` : `= ${fmt(w.before, 3)} + ${factor(back.gradient[node.id])}`} · ${factor(w.local)} = ${fmt((w.before || 0) + w.part, 3)}${w.before === undefined ? "" : "  (used twice: added)"}`);
  }
  pick(chosen);
  draw();
  return release;
}
export default { render };
