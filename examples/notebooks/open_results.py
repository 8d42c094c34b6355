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

# polars reads all checkpoints at once.
units = pl.scan_ipc(results / "units" / "*.arrow")
by_polars = (
    units.filter("sensitive")
    .group_by("checkpoint_index", "layer")
    .agg(pl.mean("entropy"))
    .with_columns(pl.col("layer").cast(pl.String))
    .sort("checkpoint_index", "layer")
    .collect()
)

# pandas, through pyarrow; labels become categories.
files = sorted((results / "units").glob("*.arrow"))
frame = pd.concat([feather.read_table(file).to_pandas() for file in files])
by_pandas = (
    frame[frame.sensitive]
    .astype({"layer": str})
    .groupby(["checkpoint_index", "layer"])["entropy"]
    .mean()
    .reset_index()
)

# DuckDB asks the Arrow tables in place.
arrow_units = pa.concat_tables([feather.read_table(file) for file in files], promote_options="permissive")
by_duckdb = duckdb.sql(
    "SELECT checkpoint_index, layer, avg(entropy) AS entropy FROM arrow_units WHERE sensitive "
    "GROUP BY ALL ORDER BY checkpoint_index, layer"
).df()

assert abs(by_polars["entropy"].to_numpy() - by_pandas["entropy"].to_numpy()).max() < 1e-9
assert abs(by_polars["entropy"].to_numpy() - by_duckdb["entropy"].to_numpy()).max() < 1e-9

for (layer,), group in by_polars.group_by("layer", maintain_order=True):
    plt.plot(group["checkpoint_index"], group["entropy"], marker="o", label=layer)
plt.xlabel("checkpoint")
plt.ylabel("mean feature entropy H (nats)")
plt.legend()
plt.savefig(figure, dpi=150, bbox_inches="tight")
print(f"{by_polars.height} rows alike in polars, pandas and DuckDB; {figure}")
