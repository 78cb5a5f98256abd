// Reads graphs as JSON on standard input, runs them on circuit-core.js (its path is the first argument) and prints
// values, gradients, tangents and counts. tests/test_circuits.py compares them with bpedu.circuits.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { isLeaf, operations, reverse, run, tangents } = await import(pathToFileURL(process.argv[2]));
const graphs = JSON.parse(readFileSync(0, "utf8"));

const results = graphs.map((graph) => {
  const leaves = graph.nodes.filter(isLeaf), ran = run(graph, Object.fromEntries(leaves.map((n) => [n.id, n.value])));
  const back = reverse(graph, ran);
  const forward = leaves.filter((n) => !n.truth).map((n) => [n.id, tangents(graph, ran, n.id)]);
  return {
    value: ran.value,
    gradient: back.gradient,
    products: back.products,
    tangent: Object.fromEntries(forward.map(([id, t]) => [id, t.tangent[graph.output] ?? 0])),
    forwardProducts: forward.reduce((total, [, t]) => total + t.products, 0),
  };
});
process.stdout.write(JSON.stringify({ results, operations: Object.keys(operations) }));
