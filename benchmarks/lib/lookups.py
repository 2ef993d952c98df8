"""The table look-up of phi on the cubes, as one writes it in NumPy and as one tunes it.

Every form gives the same values as phi off the trifling region, which it knows nothing of.
"""

import numpy as np


class Lookup:
    """points: N x d in [0,1]^d, row-major; table: the values of the K^d cubes, the first coordinate fastest."""

    def __init__(self, points, table, d, K):
        self.points = points.reshape(-1, d)
        self.table = table
        self.d, self.K = d, K
        self.places = K ** np.arange(d)
        # x = 1 belongs to the last cube: a table with one more cube along each axis saves the minimum.
        cubes = table.reshape((K,) * d)
        self.padded = np.ascontiguousarray(np.pad(cubes, [(0, 1)] * d, mode="edge")).reshape(-1)
        self.padded_places = (K + 1) ** np.arange(d)
        self.values = np.empty(len(self.points))
        self.forms = {
            "columns": lambda: self.columns(len(self.points)),
            "columns, 8192 points at a time": lambda: self.columns(8192),
            "columns, 32768 points at a time": lambda: self.columns(32768),
            "matrix product, 8192 points at a time": lambda: self.product(8192),
        }

    def plain(self):
        k = np.minimum((self.points * self.K).astype(np.int64), self.K - 1)
        return self.table[(k * self.places).sum(axis=1)]

    def columns(self, chunk):
        """Integer columns into buffers that stay, table.take into the result."""
        N, d = self.points.shape
        chunk = min(chunk, N)
        scaled = np.empty(chunk)
        digit = np.empty(chunk, dtype=np.intp)
        index = np.empty(chunk, dtype=np.intp)
        for start in range(0, N, chunk):
            rows = self.points[start : start + chunk]
            m = len(rows)
            x, k, j = scaled[:m], digit[:m], index[:m]
            np.multiply(rows[:, 0], self.K, out=x)
            np.copyto(j, x, casting="unsafe")
            for i in range(1, d):
                np.multiply(rows[:, i], self.K, out=x)
                np.copyto(k, x, casting="unsafe")
                np.multiply(k, self.padded_places[i], out=k)
                np.add(j, k, out=j)
            # mode="clip" lets take write into `out` without a copy of its own.
            self.padded.take(j, out=self.values[start : start + m], mode="clip")
        return self.values

    def product(self, chunk):
        """Floors of whole blocks, one matrix product for the index."""
        N, d = self.points.shape
        chunk = min(chunk, N)
        scaled = np.empty((chunk, d))
        number = np.empty(chunk)
        index = np.empty(chunk, dtype=np.intp)
        places = self.padded_places.astype(np.float64)
        for start in range(0, N, chunk):
            rows = self.points[start : start + chunk]
            m = len(rows)
            np.multiply(rows, self.K, out=scaled[:m])
            np.floor(scaled[:m], out=scaled[:m])
            np.matmul(scaled[:m], places, out=number[:m])
            np.copyto(index[:m], number[:m], casting="unsafe")
            self.padded.take(index[:m], out=self.values[start : start + m], mode="clip")
        return self.values
