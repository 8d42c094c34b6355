"""Looks with pyarrow at a file of `unitscope maps` and at where objects.arrow says its maps lie."""

import json
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa

path, store, sweep = sys.argv[1:]
results = Path(store) / "sweeps" / sweep / "results"


def table(file: Path) -> pa.Table:
    with pa.ipc.open_file(file) as found:
        return found.read_all()


maps = table(Path(path))
labels = {key.decode(): value.decode() for key, value in maps.schema.metadata.items()}
cell = [labels[f"unitscope.{name}"] for name in ("checkpoint", "layer", "category")]


def of_cell(rows: list[dict]) -> list[dict]:
    return [row for row in rows if [row["checkpoint"], row["layer"], row["category"]] == cell]


(listed,) = of_cell(table(results / "objects.arrow").to_pylist())
kept = table(Path(store) / listed["activations"])
floats = np.asarray(maps["map"].combine_chunks().flatten())
values = floats.reshape(len(maps), -1).astype(np.float64)
units = maps["unit"].to_numpy()
swept = of_cell(table(results / "units" / f"{cell[0]}.arrow").to_pylist())
means = [abs(values[units == row["unit"]].mean() - row["mean_activation"]) for row in swept]
print(
    json.dumps(
        {
            "cell": cell,
            "units": len(swept),
            "images": sorted(set(maps["image"].to_pylist())),
            "of the object": sorted(set(kept["image"].to_pylist())),
            "same maps": bool(np.array_equal(floats, np.asarray(kept["map"].combine_chunks().flatten()))),
            "mean activation": max(means),
        }
    )
)
