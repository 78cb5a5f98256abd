// A computational graph of numbers: values forward, gradients backward, tangents in forward mode. No DOM.
// A graph is { nodes: [{ id, op, in: [ids] }, …], output }. An "affine" node also names the leaves that are its
// weights (one for each input) and its bias; they stand on its wires and in it, and have no node drawn.
import { sigmoid } from "./mini-nn.js";

const ONE = { unit: true }; // a local derivative that is always one, so that passing it on costs no multiplication
const sum = (v) => v.reduce((t, x) => t + x, 0);

export const operations = { // the value of y = f(v), and its derivative by each of v
  add: { sign: "+", f: sum, d: (v) => v.map(() => 1), ...ONE },
  sub: { sign: "−", f: ([a, b]) => a - b, d: () => [1, -1], ...ONE },
  neg: { sign: "−", f: ([a]) => -a, d: () => [-1], ...ONE },
  mul: { sign: "×", f: ([a, b]) => a * b, d: ([a, b]) => [b, a] },
  div: { sign: "÷", f: ([a, b]) => a / b, d: ([a, b]) => [1 / b, -a / (b * b)] },
  square: { sign: "( )²", f: ([a]) => a * a, d: ([a]) => [2 * a] },
  cube: { sign: "( )³", f: ([a]) => a ** 3, d: ([a]) => [3 * a * a] },
  exp: { sign: "exp", f: ([a]) => Math.exp(a), d: (_, y) => [y] },
  log: { sign: "log", f: ([a]) => Math.log(a), d: ([a]) => [1 / a] },
  sin: { sign: "sin", f: ([a]) => Math.sin(a), d: ([a]) => [Math.cos(a)] },
  cos: { sign: "cos", f: ([a]) => Math.cos(a), d: ([a]) => [-Math.sin(a)] },
  tanh: { sign: "tanh", f: ([a]) => Math.tanh(a), d: (_, y) => [1 - y * y] },
  sigmoid: { sign: "σ", f: ([a]) => sigmoid(a), d: (_, y) => [y * (1 - y)] },
  relu: { sign: "relu", f: ([a]) => Math.max(a, 0), d: ([a]) => [a > 0 ? 1 : 0] },
  squared_error: { sign: "( − )²", f: ([y, t]) => (y - t) ** 2, d: ([y, t]) => [2 * (y - t), -2 * (y - t)] },
  cross_entropy: { // of a probability p and a truth t
    sign: "−log", f: ([p, t]) => -(t ? t * Math.log(p) : 0) - (t < 1 ? (1 - t) * Math.log(1 - p) : 0),
    d: ([p, t]) => [(p - t) / (p * (1 - p)), Math.log(1 - p) - Math.log(p)],
  },
  affine: { // v = x₁ … xₙ, w₁ … wₙ, b
    sign: "Σ", f: (v) => v.slice(0, v.length >> 1).reduce((t, x, i) => t + x * v[(v.length >> 1) + i], v.at(-1)),
    d: (v) => [...v.slice(v.length >> 1, -1), ...v.slice(0, v.length >> 1), 1],
  },
};

export const argumentsOf = (node) => (node.op === "affine" ? [...node.in, ...node.weights, node.bias] : node.in || []);
export const isLeaf = (node) => node.op === "input";
const free = (node, i) => Boolean(operations[node.op].unit) || (node.op === "affine" && i === 2 * node.in.length);

export function run(graph, leaves) { // nodes come in an order in which each follows its inputs
  const value = { ...leaves }, partial = {};
  for (const node of graph.nodes) {
    if (isLeaf(node)) continue;
    const v = argumentsOf(node).map((id) => value[id]), { f, d } = operations[node.op];
    value[node.id] = f(v);
    partial[node.id] = d(v, value[node.id]);
  }
  return { value, partial };
}

export function reverse(graph, { partial }, count = Infinity) { // the first `count` nodes, from the output back
  const gradient = { [graph.output]: 1 }, wires = [], truths = new Set(graph.nodes.filter((n) => n.truth).map((n) => n.id));
  let products = 0;
  const nodes = [...graph.nodes].reverse().filter((node) => !isLeaf(node)).slice(0, count);
  for (const node of nodes) argumentsOf(node).forEach((id, i) => {
    if (truths.has(id)) return; // the truth is data, nobody asks for its gradient
    const part = (gradient[node.id] || 0) * partial[node.id][i];
    wires.push({ from: id, to: node.id, place: i, part, before: gradient[id], local: partial[node.id][i] });
    gradient[id] = (gradient[id] || 0) + part;
    if (!free(node, i)) products++;
  });
  return { gradient, wires, products };
}

export function tangents(graph, { partial }, seed, count = Infinity) { // forward mode, for one leaf
  const tangent = { [seed]: 1 }, wires = [];
  let products = 0;
  for (const node of graph.nodes.filter((n) => !isLeaf(n)).slice(0, count)) {
    const parts = argumentsOf(node).map((id, i) => {
      if (!(id in tangent)) return 0; // the seed does not reach this wire
      if (!free(node, i)) products++;
      wires.push({ from: id, to: node.id, place: i, part: tangent[id] * partial[node.id][i], local: partial[node.id][i] });
      return tangent[id] * partial[node.id][i];
    });
    if (argumentsOf(node).some((id) => id in tangent)) tangent[node.id] = sum(parts);
  }
  return { tangent, wires, products };
}
