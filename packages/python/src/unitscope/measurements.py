"""measurements/1 and births/1 (docs/tables.md) of one checkpoint."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .counts import HISTOGRAM, Counts
from .kernel import kernel_digest

SEMANTICS_VERSION = 3

Scalar = str | int | float | bool
Cells = Mapping[tuple[int, str, str], Counts]
"""What was counted, by (layer index, layer, category)."""

_LABEL = pa.dictionary(pa.int32(), pa.string())

SCHEMA = pa.schema(
    [
        pa.field("layer", _LABEL, nullable=False),
        pa.field("layer_index", pa.int32(), nullable=False),
        pa.field("category", _LABEL, nullable=False),
        pa.field("unit", pa.uint32(), nullable=False),
        pa.field("map_size", pa.uint32(), nullable=False),
        pa.field("images", pa.uint32(), nullable=False),
        pa.field("birth_histogram", HISTOGRAM, nullable=False),
        pa.field("activation_sum", pa.float64(), nullable=False),
        pa.field("activation_zeros", pa.uint64(), nullable=False),
        pa.field("l1_norm", pa.float64()),
    ]
)

BIRTHS_SCHEMA = pa.schema(
    [
        pa.field("checkpoint", _LABEL, nullable=False),
        pa.field("checkpoint_index", pa.int32(), nullable=False),
        pa.field("layer", _LABEL, nullable=False),
        pa.field("layer_index", pa.int32(), nullable=False),
        pa.field("category", _LABEL, nullable=False),
        pa.field("unit", pa.uint32(), nullable=False),
        pa.field("image", pa.string(), nullable=False),
        pa.field("birth_rank", pa.uint32()),
    ]
)


def checked_meta(meta: Mapping[str, Any]) -> dict[str, Scalar]:
    """Texts, finite numbers and booleans, those of numpy as Python's. Raises TypeError, ValueError."""
    checked: dict[str, Scalar] = {}
    for key, given in meta.items():
        value = given.item() if isinstance(given, np.generic) else given
        if not isinstance(key, str) or not isinstance(value, (str, int, float, bool)):
            raise TypeError(f"meta[{key!r}] is {given!r}: expected a text, a number or a boolean")
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"meta[{key!r}] is {value!r}: expected a finite number")
        checked[key] = value
    return checked


def measurements_table(cells: Cells, norms: Mapping[str, NDArray[np.float64]], metadata: Mapping[str, str]) -> pa.Table:
    """`norms` are L1 norms of the units by layer."""
    blocks = [
        _block(
            {
                "layer": [layer] * counts.units,
                "layer_index": np.full(counts.units, index),
                "category": [category] * counts.units,
                "unit": np.arange(counts.units),
                "map_size": np.full(counts.units, counts.size),
                "images": np.full(counts.units, counts.images),
                "birth_histogram": counts.histograms(),
                "activation_sum": counts.sums,
                "activation_zeros": counts.zeros,
                "l1_norm": norms.get(layer, [None] * counts.units),
            },
            SCHEMA,
        )
        for (index, layer, category), counts in _in_order(cells)
    ]
    return _joined(blocks, SCHEMA, {"unitscope.schema": "measurements/1", **metadata})


def births_table(cells: Cells, checkpoint: str, metadata: Mapping[str, str]) -> pa.Table:
    """Birth ranks of single images; null = no birth."""
    blocks = []
    for (index, layer, category), counts in _in_order(cells):
        births = np.concatenate(counts.births)
        rows = births.size
        ranks = births.T.reshape(-1)
        blocks.append(
            _block(
                {
                    "checkpoint": [checkpoint] * rows,
                    "checkpoint_index": np.zeros(rows),
                    "layer": [layer] * rows,
                    "layer_index": np.full(rows, index),
                    "category": [category] * rows,
                    "unit": np.repeat(np.arange(counts.units), len(births)),
                    "image": counts.names * counts.units,
                    "birth_rank": pa.array(ranks, pa.uint32(), mask=ranks == 0),
                },
                BIRTHS_SCHEMA,
            )
        )
    return _joined(blocks, BIRTHS_SCHEMA, {"unitscope.schema": "births/1", **metadata})


def metadata_of(
    checkpoint: str,
    density: float,
    meta: Mapping[str, Scalar],
    part: tuple[int, int] | None,
    left_out: Mapping[str, str],
) -> dict[str, str]:
    metadata = {
        "unitscope.checkpoint": checkpoint,
        "unitscope.density": repr(float(density)),
        "unitscope.semantics_version": str(SEMANTICS_VERSION),
        "unitscope.meta": json.dumps(dict(meta), sort_keys=True, allow_nan=False),
        "unitscope.kernel": kernel_digest(),
    }
    if part is not None:
        metadata["unitscope.part"] = f"{part[0]}/{part[1]}"
    if left_out:
        metadata["unitscope.left_out"] = json.dumps(dict(left_out))
    return metadata


def _in_order(cells: Cells) -> list[tuple[tuple[int, str, str], Counts]]:
    return sorted(cells.items(), key=lambda cell: (cell[0][0], cell[0][1].encode(), cell[0][2].encode()))


def _block(columns: Mapping[str, Any], schema: pa.Schema) -> pa.Table:
    plain = [_plain(field) for field in schema]
    arrays = [
        values if isinstance(values, pa.Array) else pa.array(values, field.type)
        for field, values in zip(plain, columns.values(), strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=pa.schema(plain))


def _plain(field: pa.Field) -> pa.Field:
    return field.with_type(pa.string()) if pa.types.is_dictionary(field.type) else field


def _joined(blocks: list[pa.Table], schema: pa.Schema, metadata: Mapping[str, str]) -> pa.Table:
    table = pa.concat_tables(blocks).combine_chunks()
    columns = [
        column.combine_chunks().dictionary_encode() if pa.types.is_dictionary(field.type) else column
        for field, column in zip(schema, table.columns, strict=True)
    ]
    return pa.Table.from_arrays(columns, schema=schema.with_metadata(dict(metadata)))
