"""The means of layers, as layers/1 has them over all categories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .statistics import DEFAULT_THRESHOLD, PAPER_LEAST_RATE


@dataclass(frozen=True)
class LayerMeans:
    """Means over categories of what a layer's units have; None where no unit had a birth."""

    #: Of H over sensitive units, in nats: `entropy_mean` of layers/1.
    entropy: float | None
    #: Of H by the paper's text over all units: `entropy_paper_mean`.
    entropy_paper: float
    #: Of the selective rate over all units: `selective_rate_mean`.
    selective_rate: float


def layer_means(table: pa.Table, threshold: int = DEFAULT_THRESHOLD) -> dict[str, LayerMeans]:
    """Of a measurements/1 table, by layer in the order of the network."""
    entropy, paper, rate = _statistics(table, threshold)
    layers = np.asarray(table["layer"].cast(pa.string()).to_pylist(), object)
    categories = np.asarray(table["category"].cast(pa.string()).to_pylist(), object)
    means = {}
    for layer in dict.fromkeys(layers.tolist()):
        own = layers == layer
        of_category = [own & (categories == category) for category in dict.fromkeys(categories[own].tolist())]
        sensitive = [entropy[rows & (rate > 0)] for rows in of_category]
        present = [values.mean() for values in sensitive if values.size]
        papers, rates = ([values[rows].mean() for rows in of_category] for values in (paper, rate))
        mean = float(np.mean(present)) if present else None
        means[layer] = LayerMeans(mean, float(np.mean(papers)), float(np.mean(rates)))
    return means


def _statistics(
    table: pa.Table, threshold: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """H by the code, H by the paper and ε of each row."""
    histograms: Any = table["birth_histogram"].combine_chunks()
    rows = np.repeat(np.arange(len(histograms)), np.diff(histograms.offsets.to_numpy()))
    pairs = histograms.flatten()
    index = pairs.field("birth_rank").to_numpy().astype(np.int64) - 1
    counts = pairs.field("images").to_numpy().astype(np.float64)
    counted = (index >= 1) & (index <= threshold)
    rows, counts = rows[counted], counts[counted]
    births = np.bincount(rows, counts, len(histograms))
    images = table["images"].to_numpy()
    rate = births / images

    def entropy(of: Any) -> NDArray[np.float64]:
        shares = counts / of[rows]
        return np.abs(np.bincount(rows, -shares * np.log(shares), len(histograms)))

    paper = np.where(rate < PAPER_LEAST_RATE, rate * np.log(images), entropy(images))
    return entropy(births), paper, rate
