// What descent, hinges and differences compute without a page: tests/test_widgets.py compares it with NumPy.
// The first argument is the folder of the figures' JavaScript; cases are read as JSON from standard input.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const load = (name) => import(pathToFileURL(`${process.argv[2]}/${name}`));
const { bowl, descend, factor } = await load("bowl-core.js");
const { differentiable, estimates, fitted, hingesThrough } = await load("curves-core.js");
const { paths, factors, hinges, steps } = JSON.parse(readFileSync(0, "utf8"));

process.stdout.write(JSON.stringify({
  paths: paths.map((p) => ({ points: descend(p), losses: descend(p).map(bowl(p.kappa).loss), slopes: descend(p).map(bowl(p.kappa).gradient) })),
  factors: factors.map(({ lambda, ...rest }) => factor(lambda, rest)),
  hinges: hinges.map(({ knots, target }) => ({
    heights: fitted(knots, target).map((k) => k[1]),
    sums: target.map(([x]) => hingesThrough(knots, true).sum(x)),
    straight: target.map(([x]) => hingesThrough(knots, false).sum(x)),
  })),
  slopes: Object.fromEntries(Object.entries(differentiable).map(([name, one]) => [name, {
    at: one.x, value: one.f(one.x), slope: one.df(one.x),
    forward: steps.map((h) => estimates.forward(one, h)), central: steps.map((h) => estimates.central(one, h)),
  }])),
}));
