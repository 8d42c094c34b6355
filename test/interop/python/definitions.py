"""Both definitions of H and class selectivity with polars and NumPy, from birth histograms and mean activations: JSON.

usage: definitions.py RESULTS THRESHOLD
"""

import json
import sys
from pathlib import Path

import numpy as np
import polars as pl

results, threshold = Path(sys.argv[1]), int(sys.argv[2])
P = 0.1


def table(name: str) -> pl.DataFrame:
    found = pl.concat([pl.read_ipc(file) for file in sorted((results / name).glob("*.arrow"))])
    return found.with_columns(pl.col("checkpoint", "layer", "category").cast(pl.String))


def both(histogram: list[dict[str, int]], images: int) -> tuple[float, float]:
    """Eq. 9 to 12 of the paper over an explicit list of all its images; and births over births."""
    births = np.repeat([r["birth_rank"] - 1 for r in histogram], [r["images"] for r in histogram])
    births = births[(births > 0) & (births <= threshold)]
    if births.size == 0:
        return 0.0, 0.0
    b = np.unique_counts(births).counts
    share = b / images
    paper = -(share * np.log(share)).sum() if births.size / images >= P else births.size / images * np.log(images)
    return float(-(b / b.sum() * np.log(b / b.sum())).sum()), float(paper)


units = table("units")
h = [both(row["birth_histogram"], row["images"]) for row in units.select("birth_histogram", "images").to_dicts()]
units = units.with_columns(code=pl.Series([code for code, _ in h]), paper=pl.Series([paper for _, paper in h]))
place = ["checkpoint", "layer"]
means = (
    units.group_by([*place, "category"])
    .agg(pl.col("code").filter("sensitive").mean(), pl.col("paper").mean())
    .group_by(place)
    .agg(pl.col("code").mean(), pl.col("paper").mean())
)
layers = table("layers").filter(pl.col("scope").cast(pl.String) == "all").join(means, on=place)
mean = pl.col("mean_activation")
count = pl.len().over([*place, "unit"])
largest = mean.max().over([*place, "unit"])
rest = (mean.sum().over([*place, "unit"]) - largest) / (count - 1)
selectivity = (
    pl.when((count > 1) & (rest >= 0) & (largest > 0)).then((largest - rest) / (largest + rest)).otherwise(None)
)
units = units.with_columns(selectivity=selectivity)


def furthest(frame: pl.DataFrame, ours: str, theirs: str) -> float:
    assert (frame[ours].is_null() == frame[theirs].is_null()).all(), ours
    return frame.select((pl.col(ours) - pl.col(theirs)).abs().max()).item()


print(
    json.dumps(
        {
            "units": units.height,
            "low": units.filter((pl.col("births") > 0) & (pl.col("births") / pl.col("images") < P)).height,
            "none": units.filter(pl.col("births") == 0).height,
            "undefined": units["class_selectivity"].null_count(),
            "entropy": furthest(units, "entropy", "code"),
            "entropy_paper": furthest(units, "entropy_paper", "paper"),
            "class_selectivity": furthest(units, "class_selectivity", "selectivity"),
            "entropy_mean": furthest(layers, "entropy_mean", "code"),
            "entropy_paper_mean": furthest(layers, "entropy_paper_mean", "paper"),
        }
    )
)
