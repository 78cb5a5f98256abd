// A small network that trains in the page: nobody draws the boundary, small nudges do.
import { forward, initNetwork, lossAndGradients, rng, sgdStep, sigmoid } from "./mini-nn.js";
import { bind, button, choice, fmt, frame, h, marks, plane, readout, s, slider } from "./ui.js";

const BATCH = 10;
const makers = { // each gives one point of class t, before noise
  moons: (u, t) => (t ? [Math.cos(Math.PI * u) - 0.5, Math.sin(Math.PI * u) - 0.2] : [0.5 - Math.cos(Math.PI * u), 0.2 - Math.sin(Math.PI * u)]),
  circles: (u, t) => [Math.cos(2 * Math.PI * u) * (t ? 0.5 : 1.2), Math.sin(2 * Math.PI * u) * (t ? 0.5 : 1.2)],
  xor: (u, t, random) => {
    const a = random.uniform() < 0.5 ? 1 : -1, b = t ? -a : a;
    return [a * (0.15 + u), b * (0.15 + random.uniform())];
  },
  spiral: (u, t) => [Math.cos(8 * u + (t ? 0 : Math.PI)) * (0.15 + 1.25 * u), Math.sin(8 * u + (t ? 0 : Math.PI)) * (0.15 + 1.25 * u)],
};
const spread = { moons: 0.15, circles: 0.13, xor: 0.06, spiral: 0.05 };

function makePoints(name, n = 200) {
  const random = rng(7);
  return Array.from({ length: n }, (_, i) => {
    const t = i % 2, [a, b] = makers[name](random.uniform(), t, random);
    return [a + spread[name] * random.normal(), b + spread[name] * random.normal(), t];
  });
}

function render({ model, el }) {
  const own = model.get("sets"), { state, set, release } = bind(model, ["data", "hidden", "activation", "lr", "seed", "epochs"], restart);
  const P = plane({ x: [-2, 2], y: [-1.8, 1.8], height: 316, xlabel: "input x₁", ylabel: "input x₂", label: "the points and the network's probability" });
  const Q = plane({ x: [0, 10], y: [0, 1], height: 130, xlabel: "epoch", ylabel: "loss", label: "the loss against the epoch" });
  const lines = s("g"), dots = s("g"), curve = s("g"), thumbs = h("div", { class: "bpw-row" });
  P.back.append(lines), P.front.append(dots), Q.back.append(curve);
  let points, X, t, network, random, history, timer = null;

  const which = choice({ label: "data", options: [...Object.keys(makers), ...Object.keys(own)].map((k) => [k, k]), value: state.data, onchange: (data) => set({ data }) });
  const bend = choice({ label: "activation", options: ["tanh", "relu", "sigmoid", "identity"].map((k) => [k, k]), value: state.activation, onchange: (activation) => set({ activation }) });
  const units = slider({ label: "hidden units", min: 0, max: 8, step: 1, value: state.hidden, text: (v) => fmt(v, 0), oninput: (hidden) => set({ hidden }) });
  const rate = slider({ label: "learning rate", min: 0.001, max: 10, step: 0.05, log: true, value: state.lr, text: (v) => fmt(v, v < 0.1 ? 3 : 2), oninput: (lr) => set({ lr }) });
  const play = button("▶ play", () => run(timer === null), "play or pause");
  const buttons = h("div", { class: "bpw-row" }, play, button("one epoch", () => (run(false), train(1), draw())),
    button("restart", () => (run(false), begin(0), draw())), button("other weights", () => set({ seed: state.seed + 1 })));
  const said = readout();
  said.setAttribute("aria-live", "off"); // it changes many times a second while the network trains
  const root = frame(el, "A small network that trains in the page", P.el, h("div", { class: "bpw-side" }, h("div", { class: "bpw-row" }, which.el, bend.el), units.el, rate.el, buttons, said, Q.el,
    h("div", { class: "bpw-note" }, "● class 1 · ■ class 0 · dashed: where each hidden unit's z is 0; the heavier, the more it counts. The small planes show what each unit adds; below is its output weight.")), h("div", { class: "bpw-wide" }, thumbs));

  function begin(epochs) {
    random = rng(1000 + state.seed);
    network = initNetwork(state.hidden ? [2, state.hidden, 1] : [2, 1], random);
    if (state.activation === "relu") network[0].b = network[0].b.map(() => 0.1);
    history = [measure()];
    train(epochs);
  }
  function measure() {
    const Z = forward(network, X, state.activation)[0];
    return { loss: lossAndGradients(network, X, t, state.activation)[0], right: Z.filter(([z], i) => z > 0 === (t[i] === 1)).length / t.length };
  }
  function train(epochs) { // mini-batches in a new order each epoch
    for (let e = 0; e < epochs; e++) {
      const order = random.shuffle(X.length);
      for (let i = 0; i < order.length; i += BATCH) {
        const rows = order.slice(i, i + BATCH);
        const gradients = lossAndGradients(network, rows.map((r) => X[r]), rows.map((r) => t[r]), state.activation)[1];
        network = sgdStep(network, gradients, state.lr);
      }
      history.push(measure());
    }
  }
  function run(on) {
    play.textContent = on ? "❚❚ pause" : "▶ play";
    if (timer !== null) cancelAnimationFrame(timer);
    timer = on ? requestAnimationFrame(tick) : null;
  }
  function tick() {
    if (!root.isConnected || history.length > 3000) return run(false);
    train(1);
    draw();
    timer = requestAnimationFrame(tick);
  }
  function restart() { // whatever the reader changed, training starts again, and goes on if it was going on
    points = own[state.data] || makePoints(state.data);
    X = points.map((p) => [p[0], p[1]]), t = points.map((p) => p[2]);
    const side = (k) => [Math.min(...X.map((p) => p[k])), Math.max(...X.map((p) => p[k]))], [[a, b], [c, d]] = [side(0), side(1)];
    const reach = 0.58 * Math.max(b - a, ((d - c) * P.W) / P.H) || 1, tall = (reach * P.H) / P.W; // equal scales, all points inside
    P.range([(a + b) / 2 - reach, (a + b) / 2 + reach], [(c + d) / 2 - tall, (c + d) / 2 + tall]);
    begin(timer === null ? state.epochs : 0);
    which.set(state.data), bend.set(state.activation), units.set(state.hidden), rate.set(state.lr);
    draw();
  }

  function thumbnail(i) { // what one hidden unit says over the whole plane
    const T = plane({ x: P.x, y: P.y, width: 60, height: 56, left: 2, right: 2, top: 2, bottom: 2, xticks: [], yticks: [], label: `hidden unit ${i + 1}` });
    const { W, b } = network[0], v = network[1].W[0][i];
    T.field((x1, x2) => sigmoid(3 * forward([{ W: [W[i]], b: [b[i]] }, { W: [[Math.sign(v) || 1]], b: [0] }], [[x1, x2]], state.activation)[0][0][0]), 24);
    return h("div", { class: "bpw-thumb" }, T.el, h("span", { class: "bpw-note" }, `× ${fmt(v, 1)}`));
  }
  function hiddenSpace() { // where the two hidden units put the points: the output needs one straight line there
    const A = forward([network[0], { W: [[1, 0], [0, 1]], b: [0, 0] }], X, state.activation)[0];
    const side = (k) => [Math.min(...A.map((r) => r[k])), Math.max(...A.map((r) => r[k]))].map((v, i, r) => v + (i ? 1 : -1) * (0.12 * (r[1] - r[0]) + 0.05));
    const R = plane({ x: side(0), y: side(1), height: 240, xlabel: "hidden unit a₁", ylabel: "hidden unit a₂", label: "the points as the hidden units see them" });
    const { W: [[v1, v2]], b: [c] } = network[1], n = v1 * v1 + v2 * v2 || 1e-9, far = (3 * Math.max(R.x[1] - R.x[0], R.y[1] - R.y[0])) / Math.sqrt(n);
    R.field((a1, a2) => sigmoid(v1 * a1 + v2 * a2 + c), 48);
    R.back.append(R.line([-far, far].map((d) => [(-c * v1) / n - d * v2, (-c * v2) / n + d * v1]), { class: "bpw-ink" }));
    R.front.append(marks(R, A.map((r, i) => [...r, t[i]])));
    return R.el;
  }
  function draw() {
    const [a, b] = [P.x, P.y], n = 72, m = Math.round((n * P.H) / P.W), grid = [];
    for (let j = 0; j < m; j++) for (let i = 0; i < n; i++) grid.push([a[0] + ((i + 0.5) / n) * (a[1] - a[0]), b[1] - ((j + 0.5) / m) * (b[1] - b[0])]);
    const Z = forward(network, grid, state.activation)[0];
    let k = 0;
    P.field(() => sigmoid(Z[k++][0]), n);
    const border = []; // where the logit changes its sign, between neighbours of the grid
    for (let q = 0; q < grid.length; q++) for (const next of [q % n < n - 1 ? q + 1 : -1, q + n < grid.length ? q + n : -1]) {
      if (next < 0 || Z[q][0] > 0 === Z[next][0] > 0) continue;
      const f = Z[q][0] / (Z[q][0] - Z[next][0]), at = [0, 1].map((c) => grid[q][c] + f * (grid[next][c] - grid[q][c]));
      border.push(s("circle", { cx: P.X(at[0]).toFixed(1), cy: P.Y(at[1]).toFixed(1), r: 1.4, fill: "var(--bp-ink)" }));
    }
    const hidden = state.hidden ? network[0].W : [], far = 2 * (Math.abs(a[0]) + Math.abs(a[1]) + Math.abs(b[0]) + Math.abs(b[1]));
    const heavy = Math.max(...(state.hidden ? network[1].W[0].map(Math.abs) : [1]), 1e-9);
    lines.replaceChildren(...hidden.map(([w1, w2], i) => {
      const norm = Math.hypot(w1, w2) || 1e-9, c = -network[0].b[i] / norm, [u, v] = [w1 / norm, w2 / norm];
      const share = Math.abs(network[1].W[0][i]) / heavy;
      return P.line([-far, far].map((d) => [c * u - d * v, c * v + d * u]), { class: "bpw-soft bpw-dash", style: `stroke-width:${(0.6 + 1.8 * share).toFixed(2)}` });
    }), ...border);
    dots.replaceChildren(marks(P, points));
    thumbs.replaceChildren(...hidden.map((_, i) => thumbnail(i)), ...(hidden.length === 2 ? [hiddenSpace()] : []));
    const last = history.at(-1), finite = history.map((r) => r.loss).filter(Number.isFinite);
    Q.range([0, Math.max(10, history.length - 1)], [0, Math.max(0.8, Math.min(2, ...finite))]);
    const stride = Math.ceil(history.length / 300);
    curve.replaceChildren(Q.line(history.map((r, e) => [e, r.loss]).filter((_, e) => e % stride === 0), { class: "bpw-blue" }));
    said.replaceChildren(`epoch ${history.length - 1}, loss ${fmt(last.loss, 3)}, `, h("strong", {}, `${fmt(100 * last.right, 1)} % right`));
  }
  restart();
  return () => (run(false), release());
}
export default { render };
