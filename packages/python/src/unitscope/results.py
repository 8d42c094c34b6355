"""The result tables of sweeps, read where they are."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from pyarrow import fs

from .label_segment import label_segment
from .places import open_place

_BY_CHECKPOINT = ("units", "layers", "births")
_WHOLE = ("checkpoints", "objects", "failures")

Store = str | os.PathLike[str]


def read(store: Store, sweep: str, table: str = "units", checkpoints: Sequence[str] | None = None) -> pa.Table:
    """
    A table of a sweep (docs/tables.md): units, layers, births, checkpoints, objects or failures. `store` is a folder or
    an s3:// address, as the command line takes it; `checkpoints` are labels, by default all that have results, in their
    order. `.to_pandas()` and `polars.from_arrow` take it from there. Raises FileNotFoundError where it is not there.
    """
    files, folder = open_place(store)
    root = f"{folder}/sweeps/{label_segment(sweep)}"
    manifest = _manifest(files, root)
    if manifest is None:
        known = ", ".join(repr(one["name"]) for one in sweeps(store)) or "none"
        raise FileNotFoundError(f"{os.fspath(store)}: expected the sweep {sweep!r}, found {known}")
    if table in _WHOLE:
        path = f"{root}/failures.arrow" if table == "failures" else f"{root}/results/{table}.arrow"
        found = _table(files, path)
        if found is None:
            why = "nothing failed" if table == "failures" else "it is written as the sweep ends"
            raise FileNotFoundError(f"sweep {sweep!r} has no table {table}: {why}")
        return found
    if table not in _BY_CHECKPOINT:
        raise ValueError(f"table is {table!r}: expected one of {', '.join((*_BY_CHECKPOINT, *_WHOLE))}")
    labels = [checkpoint["label"] for checkpoint in manifest["checkpoints"]]
    if checkpoints is not None and (unknown := set(checkpoints) - set(labels)):
        raise ValueError(f"sweep {sweep!r} has no checkpoint {', '.join(sorted(map(repr, unknown)))}")
    wanted = [label for label in labels if checkpoints is None or label in checkpoints]
    paths = [f"{root}/results/{table}/{label_segment(label)}.arrow" for label in wanted]
    tables = [found for found in (_table(files, path) for path in paths) if found is not None]
    if not tables:
        why = "`births: true` in the spec keeps them" if table == "births" else "no checkpoint has results yet"
        raise FileNotFoundError(f"sweep {sweep!r} has no table {table}: {why}")
    return _together(tables)


def sweeps(store: Store) -> list[dict[str, Any]]:
    """
    The sweeps of a store: name, labels of the checkpoints, kind of source, and, once the sweep has ended, how many
    cells its tables hold of those planned (None before). `unitscope sweeps` tells how far a sweep that runs is.
    """
    files, folder = open_place(store)
    found = files.get_file_info(fs.FileSelector(f"{folder}/sweeps", allow_not_found=True))
    listed = []
    for one in sorted(found, key=lambda info: info.path):
        manifest = _manifest(files, one.path) if one.type == fs.FileType.Directory else None
        if manifest is None:
            continue
        ended = _table(files, f"{one.path}/results/checkpoints.arrow")
        listed.append(
            {
                "name": manifest["sweep"],
                "checkpoints": [checkpoint["label"] for checkpoint in manifest["checkpoints"]],
                "source": manifest["source"]["kind"],
                "cells": _sum(ended, "cells"),
                "cells_planned": _sum(ended, "cells_planned"),
            }
        )
    return listed


def _sum(table: pa.Table | None, column: str) -> int | None:
    if table is None or table[column].null_count > 0:
        return None
    return int(sum(table[column].to_pylist()))


def _manifest(files: Any, root: str) -> dict[str, Any] | None:
    try:
        with files.open_input_stream(f"{root}/manifest.json") as stream:
            manifest: dict[str, Any] = json.loads(stream.read())
            return manifest
    except FileNotFoundError:
        return None


def _table(files: Any, path: str) -> pa.Table | None:
    try:
        with files.open_input_file(path) as source:
            return pa.ipc.open_file(source).read_all()
    except FileNotFoundError:
        return None


def _together(tables: Sequence[pa.Table]) -> pa.Table:
    """One table, with the metadata that all have alike. A column that tables of earlier versions lack is null there."""
    metadata = [dict(table.schema.metadata or {}) for table in tables]
    common = {key: value for key, value in metadata[0].items() if all(one.get(key) == value for one in metadata)}
    joined = pa.concat_tables([table.replace_schema_metadata(common) for table in tables], promote_options="default")
    return joined.unify_dictionaries()
