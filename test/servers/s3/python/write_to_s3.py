"""Writes activation files straight to S3 and the same bytes to a folder, with pyarrow alone."""

import random
import sys

import pyarrow as pa
import pyarrow.fs
import pyarrow.ipc

folder, bucket_and_prefix, endpoint = sys.argv[1:4]
SIZE, UNITS, IMAGES = 8, 5, 7
s3 = pyarrow.fs.S3FileSystem(endpoint_override=endpoint, scheme="http", region="us-east-1")
local = pyarrow.fs.LocalFileSystem()

numbers = random.Random(7)
for step in (10, 200):
    for index, layer in enumerate(("conv1", "conv2")):
        for category in ("cat", "dog"):
            rows = [(unit, f"{category}-{image}.png") for image in range(IMAGES) for unit in range(UNITS)]
            values = pa.array(
                [max(0.0, numbers.gauss(0, 1)) for _ in range(len(rows) * SIZE * SIZE)], pa.float32()
            )
            table = pa.table(
                {
                    "unit": pa.array([unit for unit, _ in rows], pa.int16()),
                    "image": pa.array([image for _, image in rows]).dictionary_encode(),
                    "map": pa.FixedSizeListArray.from_arrays(values, SIZE * SIZE),
                }
            ).replace_schema_metadata(
                {
                    "unitscope.schema": "activations/1",
                    "unitscope.height": str(SIZE),
                    "unitscope.width": str(SIZE),
                    "unitscope.checkpoint": f"step-{step}",
                    "unitscope.layer": layer,
                    "unitscope.layer_index": str(index),
                    "unitscope.category": category,
                }
            )
            name = f"{step}-{layer}-{category}.arrow"
            for system, root in ((local, folder), (s3, bucket_and_prefix)):
                with system.open_output_stream(f"{root}/{name}") as sink:
                    with pa.ipc.new_file(sink, table.schema) as writer:
                        writer.write_table(table, max_chunksize=11)
