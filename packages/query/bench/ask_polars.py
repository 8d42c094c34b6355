"""The same question to Python polars: the seconds of each time, processor seconds, the largest memory of this process."""

import json
import resource
import sys
import time

import polars as pl


def processor():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


folder, sql, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
seconds = []
before = processor()
for i in range(times):
    started = time.perf_counter()
    answer = pl.SQLContext(units=pl.scan_ipc(folder + "/*.arrow")).execute(sql).collect()
    seconds.append(time.perf_counter() - started)
    if i == 0:
        before = processor()
report = {
    "seconds": seconds,
    "processor": (processor() - before) / max(1, times - 1),
    "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    "groups": answer.height,
    "sum": answer["h"].sum(),
}
print(json.dumps(report))
