"""measurements/1 (docs/tables.md): what is counted of one checkpoint, written whole or not at all."""

from __future__ import annotations

import json
import math
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import fs

from .kernel import kernel_digest

SEMANTICS_VERSION = 3

Scalar = str | int | float | bool

SCHEMA = pa.schema(
    [
        pa.field("layer", pa.dictionary(pa.int32(), pa.string()), nullable=False),
        pa.field("layer_index", pa.int32(), nullable=False),
        pa.field("category", pa.dictionary(pa.int32(), pa.string()), nullable=False),
        pa.field("unit", pa.uint32(), nullable=False),
        pa.field("map_size", pa.uint32(), nullable=False),
        pa.field("images", pa.uint32(), nullable=False),
        pa.field(
            "birth_histogram",
            pa.list_(pa.struct([("birth_rank", pa.uint32()), ("images", pa.uint32())])),
            nullable=False,
        ),
        pa.field("activation_sum", pa.float64(), nullable=False),
        pa.field("activation_zeros", pa.uint64(), nullable=False),
        pa.field("l1_norm", pa.float64()),
    ]
)


@dataclass
class Cell:
    """What is counted of the units of one layer over the images of one category."""

    size: int
    images: int
    sums: NDArray[np.float64]
    zeros: NDArray[np.uint64]
    histograms: list[dict[int, int]] = field(default_factory=list)

    @classmethod
    def empty(cls, units: int, size: int) -> Cell:
        return cls(size, 0, np.zeros(units), np.zeros(units, np.uint64), [{} for _ in range(units)])

    def add(self, births: NDArray[np.uint32], sums: NDArray[np.float64], zeros: NDArray[np.uint32]) -> None:
        """Adds images: arrays of (images, units), added in the order of the images."""
        for image_sums in sums:
            self.sums += image_sums
        self.zeros += zeros.sum(axis=0, dtype=np.uint64)
        self.images += len(births)
        for unit, histogram in enumerate(self.histograms):
            ranks, counts = np.unique(births[:, unit], return_counts=True)
            for rank, count in zip(ranks.tolist(), counts.tolist(), strict=True):
                if rank > 0:
                    histogram[rank] = histogram.get(rank, 0) + count


def table_of(
    cells: Mapping[tuple[int, str, str], Cell],
    norms: Mapping[str, NDArray[np.float64]],
    *,
    checkpoint: str,
    density: float,
    meta: Mapping[str, Scalar],
    part: tuple[int, int] | None,
) -> pa.Table:
    """The table of cells by (layer index, layer, category); `norms` are L1 norms by layer."""
    rows: dict[str, list[Any]] = {name: [] for name in SCHEMA.names}
    for (index, layer, category), cell in sorted(cells.items(), key=lambda item: _order(item[0])):
        units = len(cell.histograms)
        known = norms.get(layer)
        rows["layer"] += [layer] * units
        rows["layer_index"] += [index] * units
        rows["category"] += [category] * units
        rows["unit"] += range(units)
        rows["map_size"] += [cell.size] * units
        rows["images"] += [cell.images] * units
        rows["birth_histogram"] += [
            [{"birth_rank": rank, "images": images} for rank, images in sorted(histogram.items())]
            for histogram in cell.histograms
        ]
        rows["activation_sum"] += cell.sums.tolist()
        rows["activation_zeros"] += cell.zeros.tolist()
        rows["l1_norm"] += [None] * units if known is None else known.tolist()
    metadata = {
        "unitscope.schema": "measurements/1",
        "unitscope.checkpoint": checkpoint,
        "unitscope.density": repr(float(density)),
        "unitscope.semantics_version": str(SEMANTICS_VERSION),
        "unitscope.meta": json.dumps(dict(meta), sort_keys=True, allow_nan=False),
        "unitscope.kernel": kernel_digest(),
    }
    if part is not None:
        metadata["unitscope.part"] = f"{part[0]}/{part[1]}"
    columns = [
        pa.array(rows[column.name], pa.string()).dictionary_encode()
        if pa.types.is_dictionary(column.type)
        else pa.array(rows[column.name], column.type)
        for column in SCHEMA
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA.with_metadata(metadata))


def _order(key: tuple[int, str, str]) -> tuple[int, bytes, bytes]:
    index, layer, category = key
    return index, layer.encode(), category.encode()


def refuse_meta(meta: Mapping[str, Scalar]) -> None:
    for key, value in meta.items():
        if not isinstance(key, str) or not isinstance(value, (str, int, float, bool)):
            raise TypeError(f"meta[{key!r}] is {value!r}: expected a text, a number or a boolean")
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"meta[{key!r}] is {value!r}: expected a finite number")


class Target:
    """A folder of this machine or below s3://bucket/, in which each checkpoint is a file."""

    def __init__(self, place: str | os.PathLike[str], filesystem: fs.FileSystem | None = None) -> None:
        text = os.fspath(place)
        if filesystem is not None:
            self._files, self._folder = filesystem, text.rstrip("/")
        elif "://" in text:
            self._files, folder = fs.FileSystem.from_uri(text)
            self._folder = folder.rstrip("/")
        else:
            self._files, self._folder = fs.LocalFileSystem(), str(Path(text).resolve())
        self._local = isinstance(self._files, fs.LocalFileSystem)

    def path_of(self, name: str) -> str:
        return f"{self._folder}/{quote(name, safe=' ')}.arrow"

    def write(self, name: str, table: pa.Table) -> str:
        """Writes a file that appears whole or not at all. Returns its path."""
        path = self.path_of(name)
        buffer = pa.BufferOutputStream()
        with pa.ipc.new_file(buffer, table.schema) as writer:
            writer.write_table(table)
        content = buffer.getvalue()
        if self._local:
            _write_whole(path, content)
        else:
            # An object appears when its upload ends, whole.
            with self._files.open_output_stream(path) as stream:
                stream.write(content)
        return path

    def take(self, name: str) -> Hold:
        """Refuses a second recorder of this checkpoint on this machine until the first ends."""
        return Hold(Path(f"{self.path_of(name)}.lock") if self._local else None)


class Hold:
    """The right to write one file: a lock of the system, which a process that ends gives back."""

    def __init__(self, path: Path | None) -> None:
        self._path, self._file = path, None
        if path is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        file: Any = open(path, "a")  # noqa: SIM115 (held until release)
        try:
            _lock(file)
        except OSError:
            file.close()
            raise RuntimeError(
                f"{path.with_suffix('')}: another recorder writes this checkpoint: "
                "give this one another `checkpoint` or `target`"
            ) from None
        self._file = file

    def release(self) -> None:
        if self._path is None or self._file is None:
            return
        self._path.unlink(missing_ok=True)
        self._file.close()
        self._file = None


def _lock(file: Any) -> None:
    try:
        import fcntl
    except ImportError:
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _write_whole(path: str, content: Any) -> None:
    folder = os.path.dirname(path)
    os.makedirs(folder, exist_ok=True)
    handle, partial = tempfile.mkstemp(dir=folder, prefix=".partial-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(partial, 0o666 & ~_umask())
        os.replace(partial, path)
    except BaseException:
        os.unlink(partial)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
