// Shared pieces of the figures: elements, controls, a plane with axes, a handle that is dragged or moved
// with the arrow keys, and the tie between a figure and its model. No library.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value != null) node.setAttribute(key, value);
  }
  node.append(...children.flat().filter((c) => c != null));
  return node;
}
export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
export const s = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

export function fmt(x, digits = 2) { // a number as the book prints it: fixed places, a true minus
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "NaN" : x > 0 ? "∞" : "−∞";
  const size = Math.abs(x);
  const text = size >= 1e5 || (size > 0 && size < 0.5 * 10 ** -digits) ? x.toExponential(1) : x.toFixed(digits);
  return text.replace(/^-(0(\.0*)?)$/, "$1").replaceAll("-", "−");
}

// ---- the frame and the model ----

export function uid(name) { // unique in the page, where each figure is a module of its own; never stored
  globalThis.bpwCount = (globalThis.bpwCount || 0) + 1;
  return `bpw-${name}-${globalThis.bpwCount}`;
}

export function frame(el, label, ...children) {
  const root = h("div", { class: "bpw", role: "group", "aria-label": label, "data-lm-suppress-shortcuts": "true" }, ...children);
  root.addEventListener("keydown", (event) => { // arrow keys stay in the figure; Ctrl+K and its like are the page's
    if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
  });
  el.append(root);
  return root;
}

export function bind(model, names, redraw) { // state that follows the model, and the model that follows the reader
  const state = {};
  const copy = (value) => (value && typeof value === "object" ? structuredClone(value) : value);
  let busy = false;
  const listeners = names.map((name) => {
    state[name] = copy(model.get(name));
    const listen = () => {
      state[name] = copy(model.get(name));
      if (!busy) redraw();
    };
    model.on(`change:${name}`, listen);
    return () => model.off(`change:${name}`, listen);
  });
  const set = (patch) => {
    Object.assign(state, patch);
    busy = true;
    for (const [name, value] of Object.entries(patch)) model.set(name, copy(value));
    model.save_changes();
    busy = false;
    redraw();
  };
  return { state, set, release: () => listeners.forEach((off) => off()) };
}

// ---- controls, each a real form element with a label ----

export function slider({ label, min, max, step, value, text = (v) => fmt(v), log = false, oninput }) {
  const to = log ? Math.log10 : (v) => v, from = log ? (v) => 10 ** v : (v) => v;
  const output = h("output");
  const input = h("input", { type: "range", min: to(min), max: to(max), step, "aria-label": label });
  const set = (v) => {
    input.value = to(v);
    output.textContent = text(v);
    input.setAttribute("aria-valuetext", text(v));
  };
  input.addEventListener("input", () => {
    const v = from(Number(input.value));
    set(v);
    oninput(v);
  });
  set(value);
  const el = h("label", { class: "bpw-slider" }, h("span", {}, label), input, output);
  return { el, set, input };
}

export function choice({ label, options, value, onchange }) { // options: [[value, text], …]
  const select = h("select", { "aria-label": label }, options.map(([v, text]) => h("option", { value: v }, text)));
  select.value = value;
  select.addEventListener("change", () => onchange(select.value));
  return { el: h("label", { class: "bpw-choice" }, h("span", {}, label), select), set: (v) => (select.value = v), select };
}

export function button(text, onclick, label) {
  return h("button", { type: "button", class: "bpw-button", onclick, "aria-label": label || text }, text);
}

export function toggle(label, checked, onchange) {
  const input = h("input", { type: "checkbox" });
  input.checked = checked;
  input.addEventListener("change", () => onchange(input.checked));
  return { el: h("label", { class: "bpw-toggle" }, input, h("span", {}, label)), set: (v) => (input.checked = v) };
}

export const readout = () => h("div", { class: "bpw-readout", role: "status", "aria-live": "polite" });

// ---- a plane with axes ----

export function ticks(a, b, count = 5) {
  const raw = (b - a) / count, base = 10 ** Math.floor(Math.log10(raw));
  const step = base * ([1, 2, 5, 10].find((m) => m * base >= raw) || 10);
  const list = [];
  for (let v = Math.ceil(a / step - 1e-9) * step; v <= b + 1e-9 * step; v += step) list.push(Math.abs(v) < step / 1e6 ? 0 : v);
  return list;
}
const decades = (a, b) => {
  const lo = Math.ceil(Math.log10(a) - 1e-9), hi = Math.floor(Math.log10(b) + 1e-9), every = Math.max(1, Math.ceil((hi - lo) / 6));
  return Array.from({ length: hi - lo + 1 }, (_, i) => lo + i).filter((e) => (e - lo) % every === 0).map((e) => 10 ** e);
};
const power = (v) => ["10", s("tspan", { dy: -5, "font-size": "0.75em" }, String(Math.round(Math.log10(v))).replace("-", "−"))];
const places = (list) => (list.every((v) => Number.isInteger(v)) ? 0 : list.every((v) => Number.isInteger(Math.round(v * 1e6) / 1e5)) ? 1 : 2);

export function plane({ x, y, width = 340, height = 300, left = 46, right = 10, top = 12, bottom = 38, xlabel, ylabel, xlog, ylog, label, xticks, yticks }) {
  const fx = xlog ? Math.log10 : (v) => v, fy = ylog ? Math.log10 : (v) => v;
  const W = width - left - right, H = height - top - bottom, id = uid("clip");
  const svg = s("svg", { viewBox: `0 0 ${width} ${height}`, class: "bpw-svg", role: "group", "aria-label": label });
  const axes = s("g", { class: "bpw-axes" }), back = s("g", { "clip-path": `url(#${id})` }), front = s("g");
  svg.append(s("clipPath", { id }, s("rect", { x: left, y: top, width: W, height: H })), axes, back, front);
  const canvas = h("canvas", { class: "bpw-field", "aria-hidden": "true" });
  Object.assign(canvas.style, { left: `${(100 * left) / width}%`, top: `${(100 * top) / height}%`, width: `${(100 * W) / width}%`, height: `${(100 * H) / height}%` });
  const P = { xlabel, ylabel, el: h("div", { class: "bpw-plot" }, canvas, svg), svg, back, front, canvas, W, H };
  P.range = (xr, yr) => {
    const [x0, x1] = xr.map(fx), [y0, y1] = yr.map(fy);
    P.x = xr, P.y = yr;
    P.X = (v) => left + (W * (fx(v) - x0)) / (x1 - x0);
    P.Y = (v) => top + H - (H * (fy(v) - y0)) / (y1 - y0);
    P.invX = (p) => (xlog ? 10 ** (x0 + ((p - left) / W) * (x1 - x0)) : x0 + ((p - left) / W) * (x1 - x0));
    P.invY = (p) => (ylog ? 10 ** (y0 + ((top + H - p) / H) * (y1 - y0)) : y0 + ((top + H - p) / H) * (y1 - y0));
    const tx = xticks || (xlog ? decades(...xr) : ticks(...xr)), ty = yticks || (ylog ? decades(...yr) : ticks(...yr));
    const nx = places(tx), ny = places(ty);
    axes.replaceChildren(
      s("rect", { x: left, y: top, width: W, height: H, class: "bpw-box" }),
      ...tx.map((v) => s("line", { x1: P.X(v), x2: P.X(v), y1: top, y2: top + H, class: v === 0 ? "bpw-zero" : "bpw-grid" })),
      ...ty.map((v) => s("line", { x1: left, x2: left + W, y1: P.Y(v), y2: P.Y(v), class: v === 0 ? "bpw-zero" : "bpw-grid" })),
      ...tx.map((v) => s("text", { x: P.X(v), y: top + H + 15, "text-anchor": "middle" }, xlog ? power(v) : fmt(v, nx))),
      ...ty.map((v) => s("text", { x: left - 5, y: P.Y(v) + 4, "text-anchor": "end" }, ylog ? power(v) : fmt(v, ny))),
      s("text", { x: left + W / 2, y: height - 6, "text-anchor": "middle", class: "bpw-label" }, P.xlabel || ""),
      s("text", { x: 12, y: top + H / 2, "text-anchor": "middle", class: "bpw-label", transform: `rotate(-90 12 ${top + H / 2})` }, P.ylabel || ""),
    );
  };
  P.at = (event) => { // the point under the pointer, in the plane's own units
    const box = svg.getBoundingClientRect();
    return [P.invX(((event.clientX - box.left) * width) / box.width), P.invY(((event.clientY - box.top) * height) / box.height)];
  };
  P.line = (points, attributes) => { // points outside the plane are kept near it: huge numbers break some drawers
    const near = (v, size) => Math.min(Math.max(v, -9 * size), 9 * size).toFixed(2);
    const d = points.filter((p) => p.every((v) => !Number.isNaN(v))).map(([a, b], i) => `${i ? "L" : "M"}${near(P.X(a), width)},${near(P.Y(b), height)}`);
    return s("path", { d: d.join(""), fill: "none", ...attributes });
  };
  P.curve = (f, attributes, n = 240) => {
    const [a, b] = P.x;
    return P.line(Array.from({ length: n + 1 }, (_, i) => a + ((b - a) * i) / n).map((v) => [v, f(v)]), attributes);
  };
  P.field = (f, n = 96) => { // shade by a probability: blue for one, orange for zero
    const rows = Math.round((n * H) / W);
    canvas.width = n, canvas.height = rows;
    const context = canvas.getContext("2d"), image = context.createImageData(n, rows);
    for (let j = 0; j < rows; j++) for (let i = 0; i < n; i++) {
      const p = f(P.invX(left + ((i + 0.5) * W) / n), P.invY(top + ((j + 0.5) * H) / rows));
      image.data.set(p >= 0.5 ? [0, 114, 178] : [230, 159, 0], 4 * (j * n + i));
      image.data[4 * (j * n + i) + 3] = 16 + 100 * Math.abs(2 * p - 1);
    }
    context.putImageData(image, 0, 0);
  };
  P.range(x, y);
  return P;
}

export function marks(P, points, wrong = () => false) { // [x1, x2, class]: circles for one, squares for zero, rings on errors
  return s("g", {}, points.map(([a, b, t], i) => {
    const x = P.X(a), y = P.Y(b);
    const mark = t ? s("circle", { cx: x, cy: y, r: 5, class: "bpw-one" }) : s("rect", { x: x - 4.5, y: y - 4.5, width: 9, height: 9, class: "bpw-nought" });
    return s("g", {}, mark, wrong(i) ? s("circle", { cx: x, cy: y, r: 9.5, class: "bpw-wrong" }) : null);
  }));
}

export function handle(P, { label, step = [0.1, 0.1], move, shape = 8 }) {
  const el = s("g", { class: "bpw-handle", tabindex: 0, role: "slider", "aria-label": label, "aria-valuenow": 0 },
    s("circle", { r: 18, class: "bpw-hit" }), s("circle", { r: shape, class: "bpw-knob" }));
  let at = [0, 0];
  el.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    el.focus();
    el.setPointerCapture(event.pointerId);
    const start = P.at(event), from = [...at]; // the knob keeps its place under the finger
    const follow = (e) => {
      const [a, b] = P.at(e);
      move(from[0] + a - start[0], from[1] + b - start[1]);
    };
    const stop = () => ["pointermove", "pointerup", "pointercancel"].forEach((n, i) => el.removeEventListener(n, i ? stop : follow));
    el.addEventListener("pointermove", follow);
    el.addEventListener("pointerup", stop);
    el.addEventListener("pointercancel", stop);
  });
  el.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!way) return;
    event.preventDefault();
    const size = event.shiftKey ? 5 : 1;
    move(at[0] + way[0] * step[0] * size, at[1] + way[1] * step[1] * size);
  });
  P.front.append(el);
  return {
    el,
    set(a, b, text) {
      at = [a, b];
      el.setAttribute("transform", `translate(${P.X(a).toFixed(2)},${P.Y(b).toFixed(2)})`);
      el.setAttribute("aria-valuenow", a.toFixed(3));
      el.setAttribute("aria-valuetext", text);
    },
  };
}

export const arrow = (x0, y0, x1, y1, attributes) => { // a straight arrow in the drawing's own units
  const angle = Math.atan2(y1 - y0, x1 - x0), tip = (turn) => `${(x1 - 9 * Math.cos(angle + turn)).toFixed(2)},${(y1 - 9 * Math.sin(angle + turn)).toFixed(2)}`;
  return s("path", { d: `M${x0.toFixed(2)},${y0.toFixed(2)}L${x1.toFixed(2)},${y1.toFixed(2)}M${tip(0.45)}L${x1.toFixed(2)},${y1.toFixed(2)}L${tip(-0.45)}`, fill: "none", ...attributes });
};
