"""Exact forward passes through a network of format relu-network/1, layer by layer, and a hand-written loop.

A number is given and returned as (m, e), meaning m * 2^e, in lowest terms.
"""

from fractions import Fraction

import gmpy2
from gmpy2 import mpfr, mpz


def lowest(m, e):
    m = int(m)
    if m == 0:
        return [0, 0]
    zeros = (m & -m).bit_length() - 1
    return [m >> zeros, e + zeros]


def compile_rows(network, number, zero):
    """Per layer: whether it is ReLU, and per row what the sum starts from (a column, or the bias if -1), then
    the columns with weight 1, with -1, and the others."""
    layers = []
    for layer in network["layers"]:
        rows = [[-1, zero, [], [], []] for _ in range(layer["width"])]
        for row, m, e, *_ in layer["biases"]:
            rows[row][1] = number(m, e)
        for row, column, m, e, *_ in layer["weights"]:
            if e == 0 and m in ("1", "-1"):
                rows[row][2 if m == "1" else 3].append(column)
            else:
                rows[row][4].append((column, number(m, e)))
        for row in rows:
            if row[1] is zero and row[2]:
                row[0] = row[2].pop(0)
        layers.append((layer["activation"] == "relu", rows))
    return layers


def forward(layers, zero, x):
    """For any number type with +, -, * and >."""
    for relu, rows in layers:
        out = []
        for start, bias, plus, minus, others in rows:
            value = bias if start < 0 else x[start]
            for column in plus:
                value = value + x[column]
            for column in minus:
                value = value - x[column]
            for column, weight in others:
                value = value + weight * x[column]
            out.append(value if not relu or value > zero else zero)
        x = out
    return x


class Fractions:
    def __init__(self, network, points):
        self.layers = compile_rows(network, self.number, Fraction(0))
        self.points = [[self.number(m, e) for m, e in point] for point in points]

    @staticmethod
    def number(m, e):
        return Fraction(int(m)) * Fraction(2) ** e

    def run(self):
        return [forward(self.layers, Fraction(0), x) for x in self.points]

    @staticmethod
    def exact(x):
        return lowest(x.numerator, 1 - x.denominator.bit_length())


class Mpfr:
    """mpfr numbers of so many bits that nothing is rounded: an inexact result raises."""

    def __init__(self, network, points):
        bits = 64
        while True:
            self.context = gmpy2.context(precision=bits, trap_inexact=True)
            gmpy2.set_context(self.context)
            try:
                self.zero = mpfr(0, 2)
                self.layers = compile_rows(network, self.number, self.zero)
                self.points = [[self.number(m, e) for m, e in point] for point in points]
                self.run()
                return
            except gmpy2.InexactResultError:
                bits += max(64, bits // 8)

    @staticmethod
    def number(m, e):
        m = mpz(m)
        # No longer than it must be: products with short numbers are cheaper.
        with gmpy2.context(precision=max(2, m.bit_length())):
            return gmpy2.mul_2exp(mpfr(m), e) if e >= 0 else gmpy2.div_2exp(mpfr(m), -e)

    def run(self):
        gmpy2.set_context(self.context)
        return [forward(self.layers, self.zero, x) for x in self.points]

    @staticmethod
    def exact(x):
        m, e = x.as_mantissa_exp()
        return lowest(m, int(e))


class Mpz:
    """Pairs of an mpz mantissa and an exponent."""

    def __init__(self, network, points):
        self.layers = compile_rows(network, self.number, (mpz(0), 0))
        # The terms of a row by falling exponent of the weight: the sum is shifted, seldom the terms.
        for _, rows in self.layers:
            for row in rows:
                row[4].sort(key=lambda term: -term[1][1])
        self.points = [[self.number(m, e) for m, e in point] for point in points]

    @staticmethod
    def number(m, e):
        return (mpz(m), e)

    def run(self):
        return [self.forward(x) for x in self.points]

    def forward(self, x):
        zero = (mpz(0), 0)
        for relu, rows in self.layers:
            out = []
            for start, bias, plus, minus, others in rows:
                s, f = bias if start < 0 else x[start]
                for column, (m, e) in others:
                    t, g = x[column]
                    if not t:
                        continue
                    t = m * t
                    g = e + g
                    if not s:
                        s, f = t, g
                    elif g == f:
                        s = s + t
                    elif g < f:
                        s = (s << (f - g)) + t
                        f = g
                    else:
                        s = s + (t << (g - f))
                for column in plus:
                    t, g = x[column]
                    if not t:
                        continue
                    if not s:
                        s, f = t, g
                    elif g == f:
                        s = s + t
                    elif g < f:
                        s = (s << (f - g)) + t
                        f = g
                    else:
                        s = s + (t << (g - f))
                for column in minus:
                    t, g = x[column]
                    if not t:
                        continue
                    if not s:
                        s, f = -t, g
                    elif g == f:
                        s = s - t
                    elif g < f:
                        s = (s << (f - g)) - t
                        f = g
                    else:
                        s = s - (t << (g - f))
                out.append((s, f) if s and (not relu or s > 0) else zero)
            x = out
        return x

    @staticmethod
    def exact(x):
        return lowest(*x)


class Tents:
    """Theorem 2.1 for one point, written by hand in mpz: no network, only phi's formula with 2J + 1 tents.

    At index j + t: y = 4^j (1 + 3t) a, z = y / (2 * 4^J), z <- 1 - |1 - 2z| as often as the network does,
    the bit is min(max(3z - 1, 0), 1); all in fixed point.
    """

    def __init__(self, theorem, points):
        self.n, self.J, self.q = theorem["n"], theorem["J"], theorem["q"]
        self.a = [(mpz(m), e) for m, e in theorem["a"]]
        self.s = (mpz(theorem["s"][0]), theorem["s"][1])
        self.b = (mpz(theorem["b"][0]), theorem["b"][1])
        self.points = [[(mpz(m), e) for m, e in point] for point in points]

    def index(self, point):
        """rho * 2^f as an integer, and f."""
        n, q = self.n, self.q
        f = max(q + 1, *(-e for _, e in point)) + q
        one = mpz(1) << f
        rho = one
        for i, (m, e) in enumerate(point):
            x = m << (e + f)
            k = min((x << n) >> f, (1 << n) - 1)
            inside = x - ((k + 1) << (f - n)) + (one >> q)
            g = k * one
            if inside > 0 and k < (1 << n) - 1:
                g += inside << q
            rho += g << (n * i)
        return rho, f

    def run(self):
        return [[self.phi(point)] for point in self.points]

    def phi(self, point):
        rho, f = self.index(point)
        j = rho >> f
        t = rho - (j << f)
        J = self.J
        # As few places as hold every y exactly.
        total, places = mpz(0), f - 2 * int(j) - min(e for _, e in self.a) + 2 * J + 1
        one = mpz(1) << places
        two = one << 1
        for l, (m, e) in enumerate(self.a, 1):
            # z = y / 2^(2J+1) in units of 2^-places
            z = (m * ((mpz(1) << f) + 3 * t)) << (2 * int(j) + e - f + places - 2 * J - 1)
            for _ in range(2 * J + 1):
                z <<= 1
                if z > one:
                    z = two - z
            total += min(max(3 * z - one, 0), one) << (self.n - l)
        (s, se), (b, be) = self.s, self.b
        v, ve = s * total, se - places - self.n
        low = min(ve, be)
        return ((v << (ve - low)) + (b << (be - low)), low)

    @staticmethod
    def exact(x):
        return lowest(*x)


BACKENDS = {"fractions": Fractions, "mpfr": Mpfr, "mpz": Mpz}
