"""The null: what the births of noise would give (docs/method.md, section 2), equal to packages/entropy's."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from .births import DEFAULT_DENSITY
from .kernel import MAX_MAP_SIZE, Kernel, rank_limit
from .statistics import DEFAULT_THRESHOLD

_TRIALS = 65_536


def null_entropy(size: int, births: int, threshold: int = DEFAULT_THRESHOLD, density: float = DEFAULT_DENSITY) -> float:
    """
    The expected entropy, in nats, of `births` births of N×N noise (N = `size`): `entropy_null` of a unit. 0 for fewer
    than two births.
    """
    if not (1 <= size <= MAX_MAP_SIZE and int(size) == size):
        raise ValueError(f"size is {size}: expected a whole number from 1 to {MAX_MAP_SIZE}")
    if births < 0 or int(births) != births:
        raise ValueError(f"births is {births}: expected a whole number from 0")
    if threshold < 0 or int(threshold) != threshold:
        raise ValueError(f"threshold is {threshold}: expected a whole number from 0")
    if not 0 < density <= 1:
        raise ValueError(f"density is {density}: expected a number above 0 and at most 1")
    if births < 2:
        return 0.0
    max_rank = min(int(threshold) + 1, rank_limit(int(size), density))
    chances = _noise_births(int(size), max_rank)[2:]
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
def _noise_births(size: int, max_rank: int) -> NDArray[np.float64]:
    """Element r is the chance that a noise map has its birth at the raw rank r (packages/topology, noise-births)."""
    return Kernel().noise_births(size, max_rank, _TRIALS)
