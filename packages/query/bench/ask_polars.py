"""The same question to Python polars: prints the best time and the largest memory of this process."""

import json
import resource
import sys
import time

import polars as pl

folder, times = sys.argv[1], int(sys.argv[2])
best = float("inf")
for _ in range(times):
    started = time.perf_counter()
    context = pl.SQLContext(units=pl.scan_ipc(folder + "/*.arrow"))
    answer = context.execute(
        "SELECT checkpoint, layer, avg(entropy) AS h, count(*) AS n FROM units WHERE sensitive GROUP BY checkpoint, layer"
    ).collect()
    best = min(best, time.perf_counter() - started)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": best, "peak_mb": peak, "groups": answer.height, "sum": answer["h"].sum()}))
