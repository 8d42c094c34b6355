"""Ties that the kernel leaves open, decided exactly: packages/topology's rank-cocycles in Python."""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np
from numpy.typing import NDArray


def has_hole(map_: NDArray[np.float32], rank: int) -> bool:
    """Whether β₁ ≠ 0 at the end of a rank, given that it was 0 at the end of the rank before."""
    size = len(map_)
    weights = np.maximum(map_, map_.T)
    tails, heads = np.triu_indices(size, 1)
    levels = weights[tails, heads] + np.float32(0)  # −0 and 0 are one weight
    distinct = np.unique(levels)[::-1]
    enters = levels >= distinct[rank - 1]
    order = np.argsort(-levels[enters], kind="stable")
    tails, heads, levels = tails[enters][order], heads[enters][order], levels[enters][order]
    degree = np.bincount(np.concatenate([tails, heads]), minlength=size)
    if degree.max() == size - 1:
        return False  # a cone over that vertex
    edges = list(zip(tails.tolist(), heads.tolist(), strict=True))
    closing = _closing_edges(size, edges)
    cohomology = _Cohomology(size, edges)
    last = levels == distinct[rank - 1]
    # Cycles of earlier ranks are filled by now: the new edges alone can hold one open.
    return any(
        closing[edge] and cohomology.first_triangle[edge] < 0 and cohomology.stays_open(edge)
        for edge in reversed(np.flatnonzero(last).tolist())
    )


def _closing_edges(size: int, edges: list[tuple[int, int]]) -> list[bool]:
    """Which edges join vertices that were connected before."""
    parent = list(range(size))

    def root(vertex: int) -> int:
        while parent[vertex] != vertex:
            parent[vertex] = parent[parent[vertex]]
            vertex = parent[vertex]
        return vertex

    closing = []
    for u, v in edges:
        a, b = root(u), root(v)
        closing.append(a == b)
        parent[a] = b
    return closing


class _Cohomology:
    """Columns are edges, latest first; rows are triangles, keyed by (place of the last edge, opposite vertex)."""

    def __init__(self, size: int, edges: list[tuple[int, int]]) -> None:
        self._size, self._edges = size, edges
        self._owners: dict[int, list[int]] = {}
        place = np.full((size, size), -1, np.int64)
        #: For each edge the smallest vertex that closes a triangle with it as it enters, or −1.
        self.first_triangle: list[int] = []
        for edge, (u, v) in enumerate(edges):
            common = np.flatnonzero((place[u] >= 0) & (place[v] >= 0))
            self.first_triangle.append(int(common[0]) if common.size else -1)
            place[u, v] = place[v, u] = edge
        self._place = place

    def stays_open(self, edge: int) -> bool:
        """Whether no triangle fills the cycle that `edge` closed. Call for late edges first."""
        generators = [edge]
        column: list[int] = self._coboundary(edge)
        heapq.heapify(column)
        while (triangle := _pivot(column)) is not None:
            last, opposite = divmod(triangle, self._size)
            if self.first_triangle[last] == opposite:
                added = [last]
            elif triangle in self._owners:
                added = self._owners[triangle]
            else:
                self._owners[triangle] = _odd_ones(generators)
                return False
            for generator in added:
                generators.append(generator)
                for key in self._coboundary(generator):
                    heapq.heappush(column, key)
        return True

    def _coboundary(self, edge: int) -> list[int]:
        tail, head = self._edges[edge]
        a, b = self._place[tail], self._place[head]
        opposite = np.flatnonzero((a >= 0) & (b >= 0))
        a, b = a[opposite], b[opposite]
        keys: Any = np.where(
            (edge > a) & (edge > b),
            edge * self._size + opposite,
            np.where(a > b, a * self._size + head, b * self._size + tail),
        )
        return [int(key) for key in keys]


def _pivot(column: list[int]) -> int | None:
    """The smallest key of odd count, left in the column; None where the column is zero."""
    while column:
        key = heapq.heappop(column)
        if not column or column[0] != key:
            heapq.heappush(column, key)
            return key
        heapq.heappop(column)
    return None


def _odd_ones(generators: list[int]) -> list[int]:
    odd: set[int] = set()
    for generator in generators:
        odd ^= {generator}
    return list(odd)
