"""Writes activations/1 files of every kind into a folder, and beside each what it holds.

NAME.arrow; NAME.json (units, images); NAME.f32 (the maps as raw float32).
"""

import itertools
import json
import sys

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.ipc as ipc

FOLDER = sys.argv[1]
N, UNITS, PER_UNIT = 7, 23, 41
ROWS = UNITS * PER_UNIT
RNG = np.random.default_rng(3)

IMAGES = {
    "utf8": lambda i: pa.array([f"bilder/ü{k:03d}.png" for k in i]),
    "large_utf8": lambda i: pa.array([f"{k}" * (k % 5) + f"-{k}" for k in i], pa.large_string()),
    "int64": lambda i: pa.array(i - 7),
    "uint64": lambda i: pa.array(i.astype(np.uint64) + np.uint64(2**63), pa.uint64()),
    "int16": lambda i: pa.array(i - 20, pa.int16()),
    "dictionary": lambda i: pa.array([f"d{k}" for k in i]).dictionary_encode(),
    "dictionary_uint8": lambda i: pa.array([f"d{k}" for k in i]).cast(pa.dictionary(pa.uint8(), pa.string())),
}
WRITERS = {
    "plain": dict(),
    "chunks": dict(chunk=100),
    "single": dict(chunk=1),
    "lz4": dict(compression="lz4"),
    "lz4_chunks": dict(compression="lz4", chunk=64),
    "zstd": dict(compression="zstd"),
    "zstd_chunks": dict(compression="zstd", chunk=333),
}


def write(name, table, chunk=None, compression=None):
    options = ipc.IpcWriteOptions(compression=compression, unify_dictionaries=True)
    with ipc.new_file(f"{FOLDER}/{name}.arrow", table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=chunk)
    expect(name, table)


def expect(name, table):
    table = table.combine_chunks()
    image = table["image"].to_pylist()
    with open(f"{FOLDER}/{name}.json", "w") as out:
        json.dump({"units": table["unit"].to_pylist(), "images": [str(i) for i in image]}, out)
    floats = table["map"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    floats.astype(np.float32).tofile(f"{FOLDER}/{name}.f32")


def make(image, half=False):
    order = RNG.permutation(ROWS)
    unit = np.repeat(np.arange(UNITS), PER_UNIT)[order]
    maps = RNG.normal(size=(ROWS, N * N)).astype(np.float16 if half else np.float32)
    maps[maps < 0] = 0
    columns = {
        "map": pa.FixedSizeListArray.from_arrays(pa.array(maps.reshape(-1)), N * N),
        "unit": pa.array(unit, pa.uint16()),
        "note": pa.array(["x"] * ROWS),
        "image": IMAGES[image](np.tile(np.arange(PER_UNIT), UNITS)[order]),
    }
    meta = {"unitscope.schema": "activations/1", "unitscope.height": str(N), "unitscope.width": str(N)}
    return pa.table(columns).replace_schema_metadata(meta)


for image, writer in itertools.product(IMAGES, WRITERS):
    write(f"{image}-{writer}", make(image), **WRITERS[writer])
for writer in WRITERS:
    write(f"float16-{writer}", make("utf8", half=True), **WRITERS[writer])

# Slices of one table, and tables of several chunks that begin in the middle.
whole = make("utf8")
write("slice", whole.slice(500, 301))
write("slices", pa.concat_tables([whole.slice(700, 100), whole.slice(3, 50), whole.slice(801)]))
dictionaries = make("dictionary")
write("slices-dictionary-zstd", pa.concat_tables([dictionaries.slice(9, 90), dictionaries.slice(300, 7)]), compression="zstd")
feather.write_feather(whole, f"{FOLDER}/feather-default.arrow")
expect("feather-default", whole)
with pa.OSFile(f"{FOLDER}/options.arrow", "wb") as sink:
    with ipc.new_file(sink, whole.schema, options=ipc.IpcWriteOptions(allow_64bit=True, use_threads=False)) as w:
        for batch in whole.to_batches(max_chunksize=97):
            w.write_batch(batch, custom_metadata={"epoch": "1"})
expect("options", whole)
