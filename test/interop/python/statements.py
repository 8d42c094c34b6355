"""States with polars and SciPy, from the Arrow tables of a sweep alone, what unitscope says of its trainings: JSON.

usage: statements.py RESULTS
"""

import json
import sys
from pathlib import Path

import numpy as np
import polars as pl
from scipy import stats

results = Path(sys.argv[1])


def table(name: str) -> pl.DataFrame:
    return pl.concat([pl.read_ipc(file) for file in sorted((results / name).glob("*.arrow"))])


checkpoints = pl.read_ipc(results / "checkpoints.arrow")
placed = checkpoints.filter(pl.col("place").is_not_null()).sort("run", "place")
runs = {run: own for (run,), own in placed.group_by("run", maintain_order=True)}
labels = pl.col("checkpoint", "layer", "category").cast(pl.String)
layers = table("layers").with_columns(labels)
units = table("units").with_columns(labels)

stored = {
    (checkpoint, layer): h
    for checkpoint, layer, h in layers.filter(pl.col("scope").cast(pl.String) == "all")
    .select("checkpoint", "layer", "entropy_mean")
    .iter_rows()
}
by_hand = {
    (checkpoint, layer): h
    for checkpoint, layer, h in units.filter("sensitive")
    .group_by("checkpoint", "layer", "category")
    .agg(pl.mean("entropy"))
    .group_by("checkpoint", "layer")
    .agg(pl.mean("entropy"))
    .iter_rows()
}
alive = {
    checkpoint: set(own.select("layer", "unit").iter_rows())
    for (checkpoint,), own in units.filter("sensitive").group_by("checkpoint")
}
alive_cells = {
    checkpoint: set(own.select("layer", "category", "unit").iter_rows())
    for (checkpoint,), own in units.filter("sensitive").group_by("checkpoint")
}


def interval(values: list[float]) -> list[float]:
    return list(stats.t.interval(0.95, len(values) - 1, np.mean(values), stats.sem(values)))


def ends(layer: str, rate: float | None = None) -> dict[str, list[float]]:
    names = [
        own["checkpoint"].cast(pl.String).to_list()
        for own in runs.values()
        if rate is None or own["meta_lr"][0] == rate
    ]
    first = [stored[own[0], layer] for own in names]
    last = [stored[own[-1], layer] for own in names]
    return {"first": first, "last": last, "change": [b - a for a, b in zip(first, last, strict=True)]}


def correlation(own: pl.DataFrame, layer: str) -> dict[str, float]:
    h = [stored[checkpoint, layer] for checkpoint in own["checkpoint"].cast(pl.String)]
    loss = own["meta_loss"].to_list()
    found = stats.pearsonr(h, loss)
    bounds = found.confidence_interval()
    return {
        "pearson": found.statistic,
        "pearson_p": found.pvalue,
        "low": bounds.low,
        "high": bounds.high,
        "spearman": stats.spearmanr(h, loss).statistic,
        "spearman_p": stats.permutation_test(
            (h,), lambda x: stats.spearmanr(x, loss).statistic, permutation_type="pairings", n_resamples=np.inf
        ).pvalue,
    }


def groups(layer: str) -> dict[str, object]:
    """Learning rates against one another, and the last step against the first within each training."""
    means = {
        rate: [
            float(np.mean([stored[checkpoint, layer] for checkpoint in own["checkpoint"].cast(pl.String)]))
            for own in runs.values()
            if own["meta_lr"][0] == rate
        ]
        for rate in sorted({own["meta_lr"][0] for own in runs.values()})
    }
    a, b = means.values()
    welch = stats.ttest_ind(b, a, equal_var=False).confidence_interval()
    changes = ends(layer)["change"]
    return {
        "a": float(np.mean(a)),
        "b": float(np.mean(b)),
        "interval": [welch.low, welch.high],
        "p": stats.permutation_test((b, a), lambda x, y: np.mean(x) - np.mean(y), n_resamples=np.inf).pvalue,
        "paired": interval(changes),
        "paired_p": stats.permutation_test(
            (changes,), np.mean, permutation_type="samples", n_resamples=np.inf
        ).pvalue,
    }


def changes(own: pl.DataFrame) -> dict[str, int]:
    names = own["checkpoint"].cast(pl.String).to_list()
    first, last = alive.get(names[0], set()), alive.get(names[-1], set())
    ever = set().union(*(alive.get(name, set()) for name in names))
    first_cells, last_cells = alive_cells.get(names[0], set()), alive_cells.get(names[-1], set())
    ever_cells = set().union(*(alive_cells.get(name, set()) for name in names))
    return {
        "ever": len(ever),
        "died": len(ever - last),
        "awoke": len(last - first),
        "died_cells": len(ever_cells - last_cells),
        "awoke_cells": len(last_cells - first_cells),
    }


names = sorted({layer for _, layer in stored})
print(
    json.dumps(
        {
            "stored": [[*key, h] for key, h in stored.items()],
            "by_hand": [[*key, h] for key, h in by_hand.items()],
            "orders": {run: own["checkpoint"].cast(pl.String).to_list() for run, own in runs.items()},
            "unplaced": checkpoints.filter(pl.col("place").is_null())["checkpoint"].cast(pl.String).to_list(),
            "over": {
                layer: {
                    f"lr={rate}": {
                        what: [float(np.mean(values)), *interval(values)]
                        for what, values in ends(layer, rate).items()
                    }
                    for rate in sorted({own["meta_lr"][0] for own in runs.values()})
                }
                for layer in names
            },
            "correlations": {run: {layer: correlation(own, layer) for layer in names} for run, own in runs.items()},
            "groups": {layer: groups(layer) for layer in names},
            "changes": {run: changes(own) for run, own in runs.items()},
        }
    )
)
