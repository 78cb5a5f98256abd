"""Normal: the standard normal distribution, which GELU needs and NumPy does not have.

NumPy has no error function, and ``math.erf`` takes one number at a time. So polynomials are fitted to ``math.erfc`` when they
are first needed, and evaluated on whole arrays. No table of constants to copy wrongly.
"""

from functools import cache
from math import erfc, exp, log, pi, sqrt

import numpy as np


def normal_cdf(Z):
    """Φ(z) = ½ erfc(−z/√2), the distribution function: to 1e-14 in float64, and to 1e-7 in float32, which is quicker."""
    Z = np.asarray(Z)
    return _cdf_by_tanh(Z) if Z.dtype == np.float32 else _cdf_by_tails(Z)


def normal_density(Z):
    """φ(z) = e^(−z²/2) / √(2π), Φ's derivative."""
    density = np.asarray(-0.5 * Z)  # one new array, used at every step: on large ones that saves most of the time
    density *= Z
    np.exp(density, out=density)
    density *= 1 / sqrt(2 * pi)
    return density


def _chebyshev_points(n):
    return np.cos(pi * (np.arange(n) + 0.5) / n)


def _horner(coefficients, x):
    """The polynomial with these coefficients, highest first, at x."""
    P = np.full_like(x, coefficients[0])
    for c in coefficients[1:]:
        P *= x
        P += c
    return P


def _cdf_by_tanh(Z):
    """Φ(z) = ½ + ½ tanh(z Q(z²)): the form of GELU's usual approximation, with Q of degree 6 in place of 1."""
    square = np.asarray(Z * Z)
    P = _horner(_fit_Q(), np.minimum(square, _LARGEST_SQUARE, out=square))
    P *= Z
    np.tanh(P, out=P)
    P *= 0.5
    P += 0.5
    return P


_LARGEST_SQUARE = 28.0  # from there on Φ is 0 or 1 to seven digits


@cache
def _fit_Q(degree=6):
    """Q with tanh(z Q(z²)) = erf(z/√2), weighted by how much an error in Q moves Φ."""
    square = _LARGEST_SQUARE * (1 + _chebyshev_points(60)) / 2
    z = np.sqrt(square)
    tail = np.array([erfc(v * sqrt(0.5)) for v in z])
    Q = 0.5 * np.log((2 - tail) / tail) / z
    fit = np.polynomial.Polynomial.fit(square, Q, degree, w=tail * (2 - tail) * z)
    return [float(c) for c in fit.convert().coef[::-1]]


def _cdf_by_tails(Z):
    """Φ(−|z|) = ½ t e^(P(2t − 1) − x²) with x = |z|/√2, t = 1/(1 + x/2): even the far tail keeps its digits."""
    x = np.abs(Z) * sqrt(0.5)
    t = 1 / (1 + 0.5 * x)
    tail = 0.5 * t * np.exp(_horner(_fit_P(), 2 * t - 1) - x * x)
    return np.where(Z > 0, 1 - tail, tail)


@cache
def _fit_P(degree=24):
    """P with erfc(x) = t e^(P(2t − 1) − x²)."""
    points = _chebyshev_points(degree + 1)
    x = 4 / (points + 1) - 2
    P = [log(_scaled_erfc(v) * (1 + v / 2)) for v in x]
    fit = np.polynomial.Chebyshev.fit(points, P, degree, domain=[-1, 1]).convert(kind=np.polynomial.Polynomial)
    return [float(c) for c in fit.coef[::-1]]


def _scaled_erfc(x):
    """e^(x²) erfc(x); from 5 on by its continued fraction, for further out the two factors over- and underflow."""
    if x < 5:
        return exp(x * x) * erfc(x)
    fraction = x
    for k in range(60, 0, -1):
        fraction = x + k / 2 / fraction
    return 1 / (fraction * sqrt(pi))
