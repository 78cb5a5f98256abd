// Curves of hinges and finite differences, as numbers. No DOM.

// ---- hinges: a curve through [place, height] of its knots, straight between them ----

function solve(A, y) { // Gaussian elimination with pivots; A is small
  const n = y.length, M = A.map((row, i) => [...row, y[i]]);
  for (let k = 0; k < n; k++) {
    const p = M.slice(k).reduce((best, row, i) => (Math.abs(row[k]) > Math.abs(M[best][k]) ? k + i : best), k);
    [M[k], M[p]] = [M[p], M[k]];
    for (let i = k + 1; i < n; i++) for (let j = n, q = M[i][k] / M[k][k]; j >= k; j--) M[i][j] -= q * M[k][j];
  }
  const x = new Array(n).fill(0);
  for (let k = n - 1; k >= 0; k--) x[k] = (M[k][n] - M[k].slice(k + 1, n).reduce((t, m, j) => t + m * x[k + 1 + j], 0)) / M[k][k];
  return x;
}

const hats = (knots, x) => knots.map(([c], i) => { // how much of each knot's height is felt at x
  const [a] = knots[i - 1] || [c - 1], [b] = knots[i + 1] || [c + 1];
  return x <= c ? Math.max(0, (x - a) / (c - a)) : Math.max(0, (b - x) / (b - c));
});

export function fitted(knots, target) { // the heights with the least squared error at these joints
  const B = target.map(([x]) => hats(knots, x)), n = knots.length;
  const A = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => B.reduce((t, b) => t + b[i] * b[j], i === j ? 1e-9 : 0)));
  const heights = solve(A, Array.from({ length: n }, (_, i) => B.reduce((t, b, k) => t + b[i] * target[k][1], 0)));
  return knots.map(([x], i) => [x, Math.round(heights[i] * 1e4) / 1e4]);
}

export function hingesThrough(knots, bends) { // the same curve as a line and one ReLU for each joint
  const [[x0, y0]] = knots, slopes = knots.slice(1).map(([x, y], i) => (y - knots[i][1]) / (x - knots[i][0]));
  const units = slopes.slice(1).map((m, i) => ({ joint: knots[i + 1][0], weight: m - slopes[i] }));
  const unit = ({ joint, weight }, x) => weight * (bends ? Math.max(0, x - joint) : x - joint);
  const sum = (x) => y0 + slopes[0] * (x - x0) + units.reduce((t, u) => t + unit(u, x), 0);
  return { units, unit, sum };
}

// ---- the slope of a function by differences ----

export const differentiable = {
  sin: { text: "sin x at 1", f: Math.sin, df: Math.cos, x: 1 },
  exp: { text: "exp x at 1", f: Math.exp, df: Math.exp, x: 1 },
  cube: { text: "x³ at 2", f: (x) => x ** 3, df: (x) => 3 * x * x, x: 2 },
  tanh: { text: "tanh x at 0.5", f: Math.tanh, df: (x) => 1 - Math.tanh(x) ** 2, x: 0.5 },
};
export const estimates = {
  forward: ({ f, x }, step) => (f(x + step) - f(x)) / step,
  central: ({ f, x }, step) => (f(x + step) - f(x - step)) / (2 * step),
};
