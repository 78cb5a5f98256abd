// Gradient descent on a bowl: curvature 1 in one direction, 1/κ across it, turned by 30°. No DOM.
import { rng } from "./mini-nn.js";

export const STEEP = 1, ANGLE = Math.PI / 6;
const [COS, SIN] = [Math.cos(ANGLE), Math.sin(ANGLE)];

export function bowl(kappa) {
  const flat = STEEP / kappa, along = ([x, y]) => [COS * x + SIN * y, -SIN * x + COS * y]; // into the directions of the two curvatures
  const loss = (w) => {
    const [u, v] = along(w);
    return 0.5 * (STEEP * u * u + flat * v * v);
  };
  const gradient = (w) => {
    const [u, v] = along(w), [a, b] = [STEEP * u, flat * v];
    return [COS * a - SIN * b, SIN * a + COS * b];
  };
  return { flat, loss, gradient };
}

export function descend({ kappa, lr, beta, noise, start, steps }) { // the places visited, the start among them
  const random = rng(5), { gradient } = bowl(kappa), points = [start];
  let velocity = [0, 0], w = start;
  for (let k = 0; k < steps; k++) {
    const g = gradient(w).map((v) => v + noise * random.normal());
    velocity = velocity.map((v, i) => beta * v - lr * g[i]);
    w = w.map((v, i) => v + velocity[i]);
    points.push(w);
  }
  return points;
}

export function factor(lambda, { lr, beta }) { // the share of the distance that one step leaves, in the long run
  if (!beta) return 1 - lr * lambda;
  const b = 1 + beta - lr * lambda, inside = b * b - 4 * beta;
  return inside < 0 ? Math.sqrt(beta) : Math.max(Math.abs(b + Math.sqrt(inside)), Math.abs(b - Math.sqrt(inside))) / 2;
}
