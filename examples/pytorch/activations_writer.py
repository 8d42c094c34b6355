"""Writes activations/1, the Arrow file that `unitscope entropy` and a sweep's `source.activations` read.

Needs numpy and pyarrow alone: maps may come from PyTorch, JAX, Keras or anything else.
"""

import os

import numpy as np
import pyarrow as pa
from pyarrow import fs


class ActivationsWriter:
    """One checkpoint, layer and category. `target` is a path or an address such as s3://bucket/key.arrow."""

    def __init__(self, target, size, **labels):
        metadata = {"schema": "activations/1", "height": size, "width": size, **labels}
        # float32 whatever the network computes in: unitscope reads float32 and float16.
        self.schema = pa.schema(
            [("unit", pa.int32()), ("image", pa.string()), ("map", pa.list_(pa.float32(), size * size))],
            metadata={f"unitscope.{key}": str(value) for key, value in metadata.items() if value is not None},
        )
        if "://" in target:
            system, path = fs.FileSystem.from_uri(target)
        else:
            system, path = fs.LocalFileSystem(), target
            os.makedirs(os.path.dirname(target) or ".", exist_ok=True)
        self.sink = system.open_output_stream(path)
        self.writer = pa.ipc.new_file(self.sink, self.schema)

    def write(self, maps, images):
        """`maps` is [image, unit, size, size], `images` the name of each image, unique in the file."""
        maps = np.ascontiguousarray(maps, dtype=np.float32)
        count, units, height, width = maps.shape
        values = pa.FixedSizeListArray.from_arrays(pa.array(maps.reshape(-1)), height * width)
        unit = pa.array(np.tile(np.arange(units, dtype=np.int32), count))
        image = pa.array(np.repeat(np.asarray(images, dtype=object), units), pa.string())
        self.writer.write_batch(pa.record_batch([unit, image, values], schema=self.schema))

    def close(self):
        self.writer.close()
        self.sink.close()
