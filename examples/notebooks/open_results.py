"""Opens the results of a sweep with polars, pandas and DuckDB, and draws one figure.

    python open_results.py [RESULTS] [FIGURE.png]

RESULTS is a sweep's results folder, by default .unitscope/sweeps/demo/results (`npm run demo` makes it).
Needs: pip install polars pandas pyarrow duckdb matplotlib
"""

import sys
from pathlib import Path

import duckdb
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.feather as feather

results = Path(sys.argv[1] if len(sys.argv) > 1 else ".unitscope/sweeps/demo/results")
figure = Path(sys.argv[2] if len(sys.argv) > 2 else "entropy.png")

# H of a layer is `entropy_mean` of its row over all categories; `run` and `place` say of which training a checkpoint is, and where
# in it. polars reads all checkpoints at once.
by_polars = (
    pl.scan_ipc(results / "layers" / "*.arrow")
    .filter(pl.col("scope").cast(pl.String) == "all")
    .select("checkpoint_index", pl.col("layer").cast(pl.String), "entropy_mean")
    .join(pl.scan_ipc(results / "checkpoints.arrow").select("checkpoint_index", "run", "place"), on="checkpoint_index")
    .sort("run", "place", "layer")
    .collect()
)

# pandas, through pyarrow; labels become categories.
files = sorted((results / "layers").glob("*.arrow"))
frame = pd.concat([feather.read_table(file).to_pandas() for file in files]).astype({"layer": str, "scope": str})
checkpoints = feather.read_table(results / "checkpoints.arrow")
places = checkpoints.select(["checkpoint_index", "run", "place"]).to_pandas()
by_pandas = frame[frame.scope == "all"].merge(places, on="checkpoint_index").sort_values(["run", "place", "layer"])

# DuckDB asks the Arrow tables in place.
layers = pa.concat_tables([feather.read_table(file) for file in files], promote_options="permissive")
by_duckdb = duckdb.sql(
    "SELECT layer, entropy_mean FROM layers JOIN checkpoints USING (checkpoint_index) WHERE scope = 'all' "
    "ORDER BY run, place, layer"
).df()

assert abs(by_polars["entropy_mean"].to_numpy() - by_pandas["entropy_mean"].to_numpy()).max() == 0
assert abs(by_polars["entropy_mean"].to_numpy() - by_duckdb["entropy_mean"].to_numpy()).max() == 0

for (run, layer), group in by_polars.group_by("run", "layer", maintain_order=True):
    plt.plot(group["place"], group["entropy_mean"], marker="o", label=layer if run is None else f"{layer}, {run}")
plt.xlabel("step")
plt.ylabel("mean feature entropy H (nats)")
plt.legend()
plt.savefig(figure, dpi=150, bbox_inches="tight")
print(f"{by_polars.height} rows alike in polars, pandas and DuckDB; {figure}")
