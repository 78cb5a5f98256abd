// The few rules that the page needs, with the forms of bpedu.rules: rule(...) -> [value, pullback].
// Pure functions over numbers and arrays of rows, no DOM. CI runs this file under Node and compares
// every value and gradient with bpedu.rules, so that each formula still has one home.

const map2 = (A, f) => A.map((row, i) => row.map((a, j) => f(a, i, j)));

// ---- scalar functions and their derivatives ----

export function sigmoid(z) {
  const e = Math.exp(-Math.abs(z)); // the exponent is never positive, so nothing overflows
  return z >= 0 ? 1 / (1 + e) : e / (1 + e);
}

export const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

export function erf(x) {
  const a = Math.abs(x);
  if (a > 6) return Math.sign(x);
  if (a < 3) { // erf x = 2/√π e^(−x²) Σ 2ⁿ x^(2n+1) / (2n+1)!!, all terms of one sign
    let term = x, sum = x;
    for (let n = 1; n < 80 && Math.abs(term) > 1e-17 * Math.abs(sum); n++) sum += (term *= (2 * x * x) / (2 * n + 1));
    return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  let f = 0; // the continued fraction of erfc, from the inside out
  for (let k = 60; k > 0; k--) f = k / 2 / (a + f);
  return Math.sign(x) * (1 - Math.exp(-x * x) / Math.sqrt(Math.PI) / (a + f));
}

const Phi = (z) => 0.5 * (1 + erf(z / Math.SQRT2));
const phi = (z) => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
const GELU_SCALE = Math.sqrt(2 / Math.PI);
const geluInner = (z) => Math.tanh(GELU_SCALE * (z + 0.044715 * z ** 3));

export const activations = {
  identity: { f: (z) => z, df: () => 1 },
  step: { f: (z) => (z >= 0 ? 1 : 0), df: () => 0 },
  sigmoid: { f: sigmoid, df: (z) => sigmoid(z) * (1 - sigmoid(z)) },
  tanh: { f: Math.tanh, df: (z) => 1 - Math.tanh(z) ** 2 },
  relu: { f: (z) => Math.max(z, 0), df: (z) => (z > 0 ? 1 : 0) },
  leaky_relu: { f: (z, slope = 0.01) => (z > 0 ? z : slope * z), df: (z, slope = 0.01) => (z > 0 ? 1 : slope) },
  elu: { f: (z, alpha = 1) => (z > 0 ? z : alpha * Math.expm1(z)), df: (z, alpha = 1) => (z > 0 ? 1 : alpha * Math.exp(z)) },
  gelu: { f: (z) => z * Phi(z), df: (z) => Phi(z) + z * phi(z) },
  gelu_tanh: {
    f: (z) => 0.5 * z * (1 + geluInner(z)),
    df: (z) => 0.5 * (1 + geluInner(z)) + 0.5 * z * (1 - geluInner(z) ** 2) * GELU_SCALE * (1 + 3 * 0.044715 * z * z),
  },
  silu: { f: (z) => z * sigmoid(z), df: (z) => sigmoid(z) * (1 + z * (1 - sigmoid(z))) },
  softplus: { f: softplus, df: sigmoid },
};

// ---- rules on a batch: arrays of rows ----

export const matmul = (A, B) => A.map((row) => B[0].map((_, j) => row.reduce((s, a, k) => s + a * B[k][j], 0)));
export const transpose = (A) => A[0].map((_, j) => A.map((row) => row[j]));
export const columnSums = (A) => A[0].map((_, j) => A.reduce((s, row) => s + row[j], 0));

export function dense(X, W, b) { // Z = X Wᵀ + b
  const Z = X.map((x) => W.map((w, i) => w.reduce((s, wj, j) => s + wj * x[j], b[i])));
  return [Z, (dZ) => [matmul(dZ, W), matmul(transpose(dZ), X), columnSums(dZ)]];
}

export function activate(name, Z, option) {
  const { f, df } = activations[name];
  return [map2(Z, (z) => f(z, option)), (dA) => map2(dA, (g, i, j) => g * df(Z[i][j], option))];
}

export function softmax(z) { // one row
  const top = Math.max(...z), e = z.map((v) => Math.exp(v - top)), sum = e.reduce((s, v) => s + v, 0);
  return e.map((v) => v / sum);
}

export function softmaxCrossEntropy(Z, labels) { // the mean over the batch
  const P = Z.map(softmax), N = Z.length;
  const losses = Z.map((z, i) => {
    const top = Math.max(...z);
    return top + Math.log(z.reduce((s, v) => s + Math.exp(v - top), 0)) - z[labels[i]];
  });
  return [losses.reduce((s, v) => s + v, 0) / N, (dL = 1) => map2(P, (p, i, k) => (dL * (p - (k === labels[i]))) / N)];
}

export function bceWithLogits(z, t) { // z and t are flat; the mean over the batch
  const L = z.reduce((s, v, i) => s + softplus(v) - t[i] * v, 0) / z.length;
  return [L, (dL = 1) => z.map((v, i) => (dL * (sigmoid(v) - t[i])) / z.length)];
}

export function mse(Y, T) { // the mean over all entries
  const n = Y.length * Y[0].length;
  const L = Y.reduce((s, row, i) => s + row.reduce((r, y, j) => r + (y - T[i][j]) ** 2, 0), 0) / n;
  return [L, (dL = 1) => map2(Y, (y, i, j) => (2 * dL * (y - T[i][j])) / n)];
}

// ---- a small network: a list of { W, b }, one activation between them, a logit at the end ----

export function rng(seed) { // mulberry32: small, seeded, the same in every browser
  let a = seed >>> 0;
  const uniform = () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const shuffle = (n) => {
    const order = Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor(uniform() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  };
  return { uniform, normal, shuffle };
}

export function initNetwork(sizes, random) { // weights with variance 1 / n_in, biases zero
  return sizes.slice(1).map((n, k) => ({
    W: Array.from({ length: n }, () => Array.from({ length: sizes[k] }, () => random.normal() / Math.sqrt(sizes[k]))),
    b: new Array(n).fill(0),
  }));
}

export function forward(network, X, activation = "tanh") { // logits, and the pullback to [{ W, b }, …]
  const pullbacks = [];
  let A = X;
  network.forEach(({ W, b }, k) => {
    const [Z, pullback] = dense(A, W, b);
    pullbacks.push(pullback);
    A = Z;
    if (k < network.length - 1) {
      const [H, back] = activate(activation, Z);
      pullbacks.push(back);
      A = H;
    }
  });
  const pullback = (dZ) => {
    const gradients = [];
    for (let G = dZ, k = pullbacks.length - 1; k >= 0; k--) {
      const back = pullbacks[k](G);
      if (k % 2) G = back; // odd places are activations
      else (G = back[0]), gradients.unshift({ W: back[1], b: back[2] });
    }
    return gradients;
  };
  return [A, pullback];
}

export function lossAndGradients(network, X, t, activation = "tanh") { // binary labels, one logit
  const [Z, pullback] = forward(network, X, activation);
  const [L, back] = bceWithLogits(Z.map((row) => row[0]), t);
  return [L, pullback(back().map((g) => [g]))];
}

export function sgdStep(network, gradients, lr) { // a new network; the old one is left as it was
  return network.map(({ W, b }, k) => ({
    W: map2(W, (w, i, j) => w - lr * gradients[k].W[i][j]),
    b: b.map((v, i) => v - lr * gradients[k].b[i]),
  }));
}
