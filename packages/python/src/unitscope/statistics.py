"""Births to the statistics of a unit (docs/method.md, section 2), equal to packages/entropy's to 1e-12."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

DEFAULT_THRESHOLD = 50

PAPER_LEAST_RATE = 0.1
"""p of the paper's Eq. 12: a unit with a smaller selective rate has the largest entropy that its births could have."""

Statistic = Callable[[NDArray[np.uint32]], float]
Definition = Literal["code", "paper"]


def feature_entropy(
    births: Any, threshold: int = DEFAULT_THRESHOLD, axis: int = 0, definition: Definition = "code"
) -> Any:
    """
    The entropy H of births over images, in nats. By the authors' code −Σ (n_b/n) ln(n_b/n), n the images that have a
    birth, and 0 without births: `entropy` of units/1. By the paper's text (`definition="paper"`) −Σ (n_b/m) ln(n_b/m),
    m all images, and ε ln m where ε < 0.1: `entropy_paper`.

    `births` are raw ranks as `birth_ranks` gives them; the images are along `axis`. A rank counts by the published
    rule: its index, rank − 1, is from 1 to `threshold`. One unit gives a float, several an array of the other axes.
    """
    if definition not in _ENTROPIES:
        raise ValueError(f"definition is {definition!r}: expected 'code' or 'paper'")
    return _along(births, axis, threshold, _ENTROPIES[definition])


def selective_rate(births: Any, threshold: int = DEFAULT_THRESHOLD, axis: int = 0) -> Any:
    """The selective rate ε: the share of images that have a birth. Arguments as of `feature_entropy`."""
    return _along(births, axis, threshold, _rate)


def ineffectiveness(births: Any, threshold: int = DEFAULT_THRESHOLD, axis: int = 0) -> Any:
    """H / ε, and H where ε is 0: high for a chaotic pattern. Arguments as of `feature_entropy`."""
    return _along(births, axis, threshold, _ineffectiveness)


def _entropy(counted: NDArray[np.uint32]) -> float:
    counts = np.unique(counted[counted > 0], return_counts=True)[1]
    if counts.size < 2:
        return 0.0
    shares = counts / counts.sum()
    return float(-(shares * np.log(shares)).sum())


def _paper_entropy(counted: NDArray[np.uint32]) -> float:
    rate = _rate(counted)
    if rate < PAPER_LEAST_RATE:
        return rate * math.log(counted.size)
    shares = np.unique(counted[counted > 0], return_counts=True)[1] / counted.size
    return abs(float(-(shares * np.log(shares)).sum()))


_ENTROPIES: dict[str, Statistic] = {"code": _entropy, "paper": _paper_entropy}


def _rate(counted: NDArray[np.uint32]) -> float:
    return float(np.count_nonzero(counted) / counted.size)


def _ineffectiveness(counted: NDArray[np.uint32]) -> float:
    rate = _rate(counted)
    return _entropy(counted) / rate if rate > 0 else 0.0


def _along(births: Any, axis: int, threshold: int, statistic: Statistic) -> Any:
    if isinstance(threshold, bool) or int(threshold) != threshold or threshold < 0:
        raise ValueError(f"threshold is {threshold}: expected a whole number from 0")
    ranks = np.asarray(births)
    if ranks.dtype.kind not in "iu" or (ranks.size and ranks.min() < 0):
        raise ValueError("births: expected raw birth ranks, whole numbers from 0, as birth_ranks gives them")
    if ranks.ndim == 0 or ranks.shape[axis] == 0:
        raise ValueError(f"births have the shape {ranks.shape}: expected at least one image along axis {axis}")
    counted = np.where((ranks >= 2) & (ranks - 1 <= threshold), ranks, 0)
    images_last = np.moveaxis(counted, axis, -1)
    if images_last.ndim == 1:
        return statistic(images_last)
    units = images_last.reshape(-1, images_last.shape[-1])
    return np.array([statistic(unit) for unit in units], np.float64).reshape(images_last.shape[:-1])
