"""The null: what the births of noise would give (docs/method.md, section 2), equal to packages/entropy's."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .births import DEFAULT_DENSITY
from .kernel import rank_limit
from .statistics import DEFAULT_THRESHOLD

_TRIALS = 4096
_STATES_AT_ONCE = 1 << 25
"""Trials run side by side, as many as have their pairs of vertices in 32 MB."""
_NEGLIGIBLE = 1e-5
_APART, _COVERED, _ADJACENT = 0, 1, 2


def null_entropy(size: int, births: int, threshold: int = DEFAULT_THRESHOLD, density: float = DEFAULT_DENSITY) -> float:
    """
    The expected entropy, in nats, of `births` births of N×N noise (N = `size`): `entropy_null` of a unit. 0 for fewer
    than two births.
    """
    if not (1 <= size <= 4096 and int(size) == size):
        raise ValueError(f"size is {size}: expected a whole number from 1 to 4096")
    if births < 0 or int(births) != births:
        raise ValueError(f"births is {births}: expected a whole number from 0")
    if threshold < 0 or int(threshold) != threshold:
        raise ValueError(f"threshold is {threshold}: expected a whole number from 0")
    if not 0 < density <= 1:
        raise ValueError(f"density is {density}: expected a number above 0 and at most 1")
    if births < 2:
        return 0.0
    max_rank = min(int(threshold) + 1, rank_limit(int(size), density))
    chances = _null_births(int(size), max_rank)[2:]
    kept = chances[chances > 0]
    return float(sum(_expected_surprise(chance, int(births)) for chance in kept / kept.sum())) if kept.size else 0.0


def _expected_surprise(chance: float, births: int) -> float:
    """Σ_x Binomial(x; n, p) · −(x/n) ln(x/n), by weights relative to that of the mode."""
    if chance >= 1:
        return 0.0
    odds = chance / (1 - chance)
    mode = min(births, int((births + 1) * chance))
    above = np.arange(mode + 1, births + 1, dtype=np.float64)
    below = np.arange(mode - 1, -1, -1, dtype=np.float64)
    x = np.concatenate([[mode], above, below])
    weights = np.concatenate(
        [
            [1.0],
            np.cumprod((births - above + 1) / above * odds),
            np.cumprod((below + 1) / (births - below) / odds),
        ]
    )
    share = x / births
    surprise = -share * np.log(np.where(share > 0, share, 1))
    return float((weights * surprise).sum() / weights.sum())


@functools.lru_cache(maxsize=64)
def _null_births(size: int, max_rank: int) -> NDArray[np.float64]:
    """Element r is the chance that a noise map has its birth at the raw rank r (packages/entropy, null-births)."""
    births = np.zeros(max_rank + 1)
    edges = size * (size - 1) // 2
    for trials in _batches(max(1, _STATES_AT_ONCE // size**2)):
        graphs = _HolelessGraphs(size, trials)
        alive = np.ones(len(trials))
        for rank in range(1, max_rank + 1):
            going = np.flatnonzero(alive > _NEGLIGIBLE)
            if going.size == 0:
                break
            hazard = graphs.holes[going] / (edges - rank + 1)
            births[rank] += (alive[going] * hazard).sum()
            alive[going] *= 1 - hazard
            graphs.grow(going[hazard < 1])
    return births / _TRIALS


def _batches(most: int) -> Iterator[range]:
    for first in range(0, _TRIALS, most):
        yield range(first, min(first + most, _TRIALS))


class _HolelessGraphs:
    """Random graphs, one a trial, that grow by edges that make no hole."""

    def __init__(self, size: int, trials: range) -> None:
        count = len(trials)
        self._size = size
        self._random = _Randoms([f"null births {size} {trial}" for trial in trials])
        self._component = np.tile(np.arange(size), (count, 1))
        self._state = np.zeros((count, size, size), np.uint8)
        #: The pairs of each trial that are connected and that nothing covers: an edge there would make a hole.
        self.holes = np.zeros(count, np.int64)

    def grow(self, trials: NDArray[np.int64]) -> None:
        while trials.size:
            u = self._random.below(trials, self._size)
            other = self._random.below(trials, self._size - 1)
            v = np.where(other < u, other, other + 1)
            state = self._state[trials, u, v]
            connected = self._component[trials, u] == self._component[trials, v]
            refused = (state == _ADJACENT) | ((state == _APART) & connected)
            grown = ~refused
            self._add(trials[grown], u[grown], v[grown])
            trials = trials[refused]

    def _add(self, trials: Any, u: Any, v: Any) -> None:
        a, b = self._component[trials, u], self._component[trials, v]
        of_a, of_b = (self._component[trials] == root[:, None] for root in (a, b))
        joined = a != b
        self.holes[trials] += np.where(joined, of_a.sum(1) * of_b.sum(1), 0)
        self._component[trials] = np.where(of_a, b[:, None], self._component[trials])
        self.holes[trials] -= self._state[trials, u, v] == _APART
        near_u, near_v = (self._state[trials, end] == _ADJACENT for end in (u, v))
        self._state[trials, u, v] = self._state[trials, v, u] = _ADJACENT
        for near, end in ((near_u, v), (near_v, u)):
            newly = near & (self._state[trials, end] == _APART)
            self.holes[trials] -= newly.sum(1)
            at, vertex = np.nonzero(newly)
            self._state[trials[at], end[at], vertex] = _COVERED
            self._state[trials[at], vertex, end[at]] = _COVERED


class _Randoms:
    """xoshiro128** 1.1, a generator a text, its state filled by SplitMix32 from the text's FNV-1a hash."""

    def __init__(self, identities: list[str]) -> None:
        state = np.array([_seed_of(identity) for identity in identities], np.uint32)
        self._states = np.empty((4, len(identities)), np.uint32)
        for part in self._states:
            state = state + np.uint32(0x9E3779B9)
            z = (state ^ (state >> np.uint32(16))) * np.uint32(0x85EBCA6B)
            z = (z ^ (z >> np.uint32(13))) * np.uint32(0xC2B2AE35)
            part[:] = z ^ (z >> np.uint32(16))

    def below(self, which: NDArray[np.int64], bound: int) -> NDArray[np.int64]:
        """A whole number in [0, bound) from each of the generators."""
        a, b, c, d = self._states[:, which]
        scrambled = _rotated(b * np.uint32(5), 7) * np.uint32(9)
        shifted = b << np.uint32(9)
        c = c ^ a
        d = d ^ b
        b = b ^ c
        a = a ^ d
        c = c ^ shifted
        self._states[:, which] = a, b, c, _rotated(d, 11)
        return ((scrambled.astype(np.uint64) * np.uint64(bound)) >> np.uint64(32)).astype(np.int64)


def _rotated(words: NDArray[np.uint32], by: int) -> NDArray[np.uint32]:
    return (words << np.uint32(by)) | (words >> np.uint32(32 - by))


def _seed_of(identity: str) -> int:
    hashed = 0x811C9DC5
    for byte in identity.encode("utf-16-le"):
        hashed = ((hashed ^ byte) * 0x01000193) & 0xFFFFFFFF
    return hashed
