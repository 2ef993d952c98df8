"""Piecewise linear interpolation on the Kuhn triangulation, as one writes it in NumPy and as one tunes it.

The values are near those of a continuous phi: these forms round at every step, `.evaluate` rounds once.
"""

import numpy as np


class Interpolation:
    """points: N x d in [0,1]^d, row-major; table: values at the (K+1)^d nodes, the first coordinate fastest."""

    def __init__(self, points, table, d, K):
        self.points = points.reshape(-1, d)
        self.table = table
        self.d, self.K = d, K
        self.nodes = np.arange(K + 1) / K
        self.places = (K + 1) ** np.arange(d)
        self.forms = {"sorted axes": self.sorted_axes, "sorted axes, 8192 points at a time": self.in_blocks}
        if d == 1:
            self.forms = {"np.interp": self.plain, "written out": self.line, **self.forms}
        if d == 2:
            self.forms["written out"] = self.plane

    def plain(self):
        return np.interp(self.points[:, 0], self.nodes, self.table) if self.d == 1 else self.sorted_axes()

    def corners(self, points):
        scaled = points * self.K
        k = np.minimum(scaled.astype(np.int64), self.K - 1)
        return k @ self.places, scaled - k

    def sorted_axes(self, points=None):
        """Any d: from the lower corner along the axes in the order of falling fractions."""
        node, t = self.corners(self.points if points is None else points)
        order = np.argsort(-t, axis=1)
        shares = np.take_along_axis(t, order, axis=1)
        before = self.table[node]
        values = before.copy()
        for i in range(self.d):
            node = node + self.places[order[:, i]]
            after = self.table[node]
            values += shares[:, i] * (after - before)
            before = after
        return values

    def in_blocks(self):
        N = len(self.points)
        return np.concatenate([self.sorted_axes(self.points[i : i + 8192]) for i in range(0, N, 8192)])

    def line(self):
        node, t = self.corners(self.points)
        before = self.table[node]
        return before + t[:, 0] * (self.table[node + 1] - before)

    def plane(self):
        node, t = self.corners(self.points)
        x, y = t[:, 0], t[:, 1]
        step = np.where(x >= y, 1, self.K + 1)
        first, middle, last = self.table[node], self.table[node + step], self.table[node + self.K + 2]
        return first + np.maximum(x, y) * (middle - first) + np.minimum(x, y) * (last - middle)
