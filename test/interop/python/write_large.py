"""Writes one activations/1 file of more than 2 GiB: write_large.py PATH ROWS_PER_BATCH (0: one batch)"""

import sys

import numpy as np
import pyarrow as pa
import pyarrow.ipc as ipc

N, UNITS, IMAGES = 14, 100, 28_000
rows = UNITS * IMAGES
maps = np.zeros(rows * N * N, np.float32)
maps[:: N * N] = np.arange(rows) % 1000
image = pa.array([f"image-{i}" for i in range(IMAGES)]).take(pa.array(np.tile(np.arange(IMAGES), UNITS)))
table = pa.table(
    {
        "unit": pa.array(np.repeat(np.arange(UNITS), IMAGES)),
        "image": image,
        "map": pa.FixedSizeListArray.from_arrays(pa.array(maps), N * N),
    }
).replace_schema_metadata(
    {"unitscope.schema": "activations/1", "unitscope.height": str(N), "unitscope.width": str(N)}
)
with ipc.new_file(sys.argv[1], table.schema) as writer:
    writer.write_table(table, max_chunksize=int(sys.argv[2]) or None)
