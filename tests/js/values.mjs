// Reads {rule, arguments} cases as JSON on standard input, runs them on mini-nn.js (its path is the first argument)
// and prints the values and gradients as JSON. tests/test_widgets.py compares them with bpedu.rules.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const nn = await import(pathToFileURL(process.argv[2]));
const cases = JSON.parse(readFileSync(0, "utf8"));

const run = {
  activation: ({ name, Z, dA, option }) => {
    const [A, pullback] = nn.activate(name, Z, option);
    return { value: A, gradients: [pullback(dA)] };
  },
  dense: ({ X, W, b, dZ }) => {
    const [Z, pullback] = nn.dense(X, W, b);
    return { value: Z, gradients: pullback(dZ) };
  },
  softmax: ({ Z }) => ({ value: Z.map(nn.softmax), gradients: [] }),
  softmax_cross_entropy: ({ Z, labels, dL }) => {
    const [L, pullback] = nn.softmaxCrossEntropy(Z, labels);
    return { value: L, gradients: [pullback(dL)] };
  },
  bce_with_logits: ({ z, t, dL }) => {
    const [L, pullback] = nn.bceWithLogits(z, t);
    return { value: L, gradients: [pullback(dL)] };
  },
  mse: ({ Y, T, dL }) => {
    const [L, pullback] = nn.mse(Y, T);
    return { value: L, gradients: [pullback(dL)] };
  },
  network: ({ network, X, t, activation, lr }) => {
    const [L, gradients] = nn.lossAndGradients(network, X, t, activation);
    const after = nn.sgdStep(network, gradients, lr);
    return { value: L, gradients: gradients.flatMap((g) => [g.W, g.b]), after: after.flatMap((g) => [g.W, g.b]) };
  },
  rng: ({ seed }) => {
    const draw = () => {
      const random = nn.rng(seed);
      return [...Array.from({ length: 200 }, random.uniform), ...Array.from({ length: 200 }, random.normal), ...random.shuffle(20)];
    };
    return { value: [draw(), draw()], gradients: [] };
  },
};
process.stdout.write(JSON.stringify(cases.map(({ rule, ...rest }) => run[rule](rest))));
