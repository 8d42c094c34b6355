"""What a network's layers do over the images of each category, counted while it runs."""

from __future__ import annotations

import contextlib
import fnmatch
import os
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import fs

from .arrays import shape_of
from .births import DEFAULT_DENSITY, measure_named
from .counts import Counts
from .hooks import Hooks, hooks_of, process_group
from .kernel import Measures
from .measurements import Scalar, births_table, checked_meta, measurements_table, metadata_of
from .target import Target

_TAPS = ("after-activation", "pre-activation")
_SMALLEST = 4


class Recorder:
    """
    Counts births while a network runs, and writes one measurements/1 file when it closes (docs/python.md).

    `model` is a torch module or a Keras 3 model, whose layers are found, or None: then `record(layer, maps)` is called
    by hand. `target` is a folder or an `s3://` address. `layers` are globs of layer names; `!glob` takes away. With
    `births` the births of single images are kept too, as births/1 in the folder `births` of the target. `part` =
    (rank, world) where each process has other images; by default the process group's, where torch runs distributed.
    `left_out` says which layers were not measured, and why.
    """

    def __init__(
        self,
        model: Any,
        target: str | os.PathLike[str],
        *,
        checkpoint: str,
        layers: Sequence[str] | None = None,
        tap: str = "after-activation",
        meta: Mapping[str, Scalar] | None = None,
        births: bool = False,
        density: float = DEFAULT_DENSITY,
        part: tuple[int, int] | None = None,
        filesystem: fs.FileSystem | None = None,
    ) -> None:
        if not isinstance(checkpoint, str) or not checkpoint:
            raise ValueError(f"checkpoint is {checkpoint!r}: expected its name in the results, such as 'step-100'")
        if tap not in _TAPS:
            raise ValueError(f"tap is {tap!r}: expected one of {', '.join(_TAPS)}")
        if not 0 < density <= 1:
            raise ValueError(f"density is {density}: expected a number above 0 and at most 1")
        part = process_group() if part is None else part
        if part is not None and not 0 <= part[0] < part[1]:
            raise ValueError(f"part is {part}: expected (rank, world), the rank from 0 and below the world")
        self._meta = checked_meta(meta or {})
        self.checkpoint, self._density, self._births = checkpoint, density, births
        self._part = None if part is None or part[1] == 1 else part
        self._globs = [layers] if isinstance(layers, str) else None if layers is None else list(layers)
        self._target = Target(target, filesystem)
        self._name = checkpoint
        if self._part is not None:
            self._name += f".part-{self._part[0]}-of-{self._part[1]}"
        #: Layers that were not measured, each with the reason.
        self.left_out: dict[str, str] = {}
        self._cells: dict[tuple[str, str], Counts] = {}
        self._indices: dict[str, int] = {}
        self._shapes: dict[str, tuple[int, ...]] = {}
        self._norms: dict[str, NDArray[np.float64]] = {}
        self._normed: set[str] = set()
        self._categories: str | list[str] | None = None
        self._names: list[str] | None = None
        self._pending: list[tuple[str, Measures]] = []
        self._process = os.getpid()
        self._hooks: Hooks | None = None
        self._hold = self._target.take(self._name)
        try:
            if model is not None:
                self._hooks = hooks_of(model, tap, self._on_maps, self._wanted)
        except BaseException:
            self._hold.release()
            raise

    @property
    def path(self) -> str:
        """Where the file is, once it is written."""
        return self._target.path_of(self._name)

    @contextlib.contextmanager
    def category(self, name: str | Sequence[str], names: Sequence[str] | None = None) -> Iterator[Recorder]:
        """
        What runs inside counts for this category; several names are one an image of the batch. `names` are the images',
        for births/1 and for what is said of a bad one. What ends by an error does not count.
        """
        self._refuse_fork()
        if self._categories is not None:
            raise RuntimeError(f"category {name!r} inside category {self._categories!r}: expected one at a time")
        categories = name if isinstance(name, str) else list(name)
        for one in [categories] if isinstance(categories, str) else categories:
            if not isinstance(one, str) or not one:
                raise ValueError(f"category is {one!r}: expected a text that is not empty")
        self._categories, self._names, self._pending = categories, None if names is None else list(names), []
        try:
            with self._hooks if self._hooks is not None else contextlib.nullcontext():
                yield self
            self._count()
        finally:
            self._categories, self._names, self._pending = None, None, []

    def record(self, layer: str, maps: Any) -> None:
        """Measures maps (images, units, N, N) of a layer for the category that is open."""
        if self._categories is None:
            raise RuntimeError(f"record({layer!r}, …) outside a category: expected `with recorder.category(name):`")
        self._on_maps(layer, maps)

    def table(self) -> pa.Table:
        """What was counted so far, as measurements/1."""
        if not self._cells:
            left = "; ".join(f"{layer}: {reason}" for layer, reason in self.left_out.items())
            why = f" ({left})" if left else ": run the model inside `with recorder.category(name):`"
            raise ValueError(f"checkpoint {self.checkpoint!r}: nothing was measured{why}")
        return measurements_table(self._by_index(), self._norms, self._metadata())

    def close(self) -> str:
        """Writes the file and returns its path."""
        self._refuse_fork()
        try:
            table = self.table()
            if self._births:
                births = births_table(self._by_index(), self.checkpoint, self._metadata())
                self._target.write(self._name, births, "births")
            return self._target.write(self._name, table)
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Takes the hooks off and writes nothing."""
        if self._hooks is not None:
            self._hooks.remove()
            self._hooks = None
        if self._process == os.getpid():
            self._hold.release()
        else:
            self._hold.forget()

    def __enter__(self) -> Recorder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abandon()

    def _on_maps(self, layer: str, maps: Any) -> None:
        shape = shape_of(maps)
        reason = _unsuitable(shape)
        if reason is not None:
            if layer in self._shapes:
                raise ValueError(f"layer {layer!r}: {reason}; its maps were measurable before")
            self.left_out.setdefault(layer, reason)
            return
        known = self._shapes.setdefault(layer, shape[1:])
        if known != shape[1:]:
            raise ValueError(
                f"layer {layer!r}: expected {known[0]} units of {known[1]}×{known[2]} as before, found {shape[1]} of "
                f"{shape[2]}×{shape[3]}: the images of one checkpoint have one size"
            )
        self._refuse_images(layer, shape[0])
        self._indices.setdefault(layer, len(self._indices))
        self._pending.append((layer, measure_named(maps, self._density, lambda index: self._place(layer, index))))

    def _refuse_images(self, layer: str, images: int) -> None:
        for what, given in (("categories", self._categories), ("names", self._names)):
            if isinstance(given, list) and len(given) != images:
                raise ValueError(
                    f"layer {layer!r}: expected one of the {len(given)} {what} for each image, found {images} images"
                )

    def _count(self) -> None:
        """Adds what the category has measured, now that it ran to its end."""
        for layer, measured in self._pending:
            if isinstance(self._categories, str):
                self._cell(layer, self._categories).add(measured, self._names)
                continue
            of_image = np.array(self._categories)
            for category in dict.fromkeys(self._categories or ()):
                own = np.flatnonzero(of_image == category)
                some = Measures(measured.births[own], measured.sums[own], measured.zeros[own])
                names = None if self._names is None else [self._names[i] for i in own]
                self._cell(layer, category).add(some, names)
        if self._hooks is not None and self._normed != set(self._shapes):
            # Once, as long as no other layer comes: the weights of a checkpoint are what they are.
            self._normed = set(self._shapes)
            units = {layer: shape[0] for layer, shape in self._shapes.items()}
            norms = self._hooks.l1_norms()
            self._norms = {name: norm for name, norm in norms.items() if len(norm) == units.get(name)}

    def _cell(self, layer: str, category: str) -> Counts:
        units, size, _ = self._shapes[layer]
        return self._cells.setdefault((layer, category), Counts(units, size, self._births))

    def _place(self, layer: str, index: Sequence[int]) -> str:
        image, unit = index
        category = self._categories if isinstance(self._categories, str) else (self._categories or [])[image]
        name = f" ({self._names[image]})" if self._names is not None else ""
        return f"layer {layer!r}, category {category!r}, unit {unit}, image {image}{name}"

    def _wanted(self, layer: str, by_default: bool) -> bool:
        if self._categories is None:
            return False
        if self._globs is None:
            return by_default
        # With globs alone of what to take away, the rest is as without.
        taken = [glob for glob in self._globs if not glob.startswith("!")]
        wanted = any(fnmatch.fnmatchcase(layer, glob) for glob in taken) if taken else by_default
        return wanted and not any(fnmatch.fnmatchcase(layer, glob[1:]) for glob in self._globs if glob.startswith("!"))

    def _by_index(self) -> dict[tuple[int, str, str], Counts]:
        return {(self._indices[layer], layer, category): cell for (layer, category), cell in self._cells.items()}

    def _metadata(self) -> dict[str, str]:
        return metadata_of(self.checkpoint, self._density, self._meta, self._part, self.left_out)

    def _refuse_fork(self) -> None:
        if self._process != os.getpid():
            raise RuntimeError(
                "this recorder was made before a fork of the process: make one in each process, "
                "each with its `part` = (rank, world)"
            )


def _unsuitable(shape: tuple[int, ...]) -> str | None:
    if len(shape) != 4:
        return f"its output has the shape {shape}: no maps of (images, units, N, N)"
    if shape[2] != shape[3]:
        return f"its maps are {shape[2]}×{shape[3]}: not square"
    if shape[2] < _SMALLEST:
        return f"its maps are {shape[2]}×{shape[3]}: below {_SMALLEST}×{_SMALLEST} there is no birth"
    return None
