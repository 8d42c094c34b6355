"""What a network's layers do over the images of each category, counted while it runs."""

from __future__ import annotations

import contextlib
import fnmatch
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyarrow import fs

from .arrays import shape_of
from .births import DEFAULT_DENSITY, measure_named
from .measurements import Cell, Scalar, Target, refuse_meta, table_of
from .torch_hooks import TorchHooks, is_module, l1_norms

_TAPS = ("after-activation", "pre-activation")
_SMALLEST = 4


class Recorder:
    """
    Counts births while a network runs, and writes one measurements/1 file when it closes (docs/python.md).

    `model` is a torch module, whose layers are found, or None: then `record(layer, maps)` is called by hand. `target`
    is a folder or an `s3://` address. `layers` are globs of layer names; `!glob` takes away. `part` = (rank, world)
    where each process of a distributed run has other images. `left_out` says which layers were not measured, and why.
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
        density: float = DEFAULT_DENSITY,
        part: tuple[int, int] | None = None,
        filesystem: fs.FileSystem | None = None,
    ) -> None:
        if not checkpoint:
            raise ValueError("checkpoint is empty: expected its name in the results, such as step-100")
        if tap not in _TAPS:
            raise ValueError(f"tap is {tap!r}: expected one of {', '.join(_TAPS)}")
        if not 0 < density <= 1:
            raise ValueError(f"density is {density}: expected a number above 0 and at most 1")
        if part is not None and not 0 <= part[0] < part[1]:
            raise ValueError(f"part is {part}: expected (rank, world), the rank from 0 and below the world")
        self._meta = dict(meta or {})
        refuse_meta(self._meta)
        self.checkpoint, self._density, self._part = checkpoint, density, part
        self._globs = list(layers) if layers is not None else None
        self._target = Target(target, filesystem)
        self._name = checkpoint if part is None else f"{checkpoint}.part-{part[0]}-of-{part[1]}"
        #: Layers that were not measured, each with the reason.
        self.left_out: dict[str, str] = {}
        self._cells: dict[tuple[str, str], Cell] = {}
        self._indices: dict[str, int] = {}
        self._shapes: dict[str, tuple[int, ...]] = {}
        self._category: str | None = None
        self._names: Sequence[str] | None = None
        self._pending: list[tuple[str, Cell, Any]] = []
        self._model, self._hooks = model, None
        if model is not None and not is_module(model):
            raise TypeError(
                f"model is a {type(model).__name__}: expected a torch.nn.Module, or None "
                "and record(layer, maps) by hand"
            )
        self._hold = self._target.take(self._name)
        if model is not None:
            self._hooks = TorchHooks(model, tap, self._on_maps, self._wanted)

    @contextlib.contextmanager
    def category(self, name: str, names: Sequence[str] | None = None) -> Iterator[Recorder]:
        """What runs inside counts for this category; `names` are the images', for what is said of a bad one."""
        if self._category is not None:
            raise RuntimeError(f"category {name!r} inside category {self._category!r}: expected one at a time")
        if not isinstance(name, str) or not name:
            raise ValueError(f"category is {name!r}: expected a text that is not empty")
        self._category, self._names, self._pending = name, names, []
        try:
            with self._hooks if self._hooks is not None else contextlib.nullcontext():
                yield self
            # Only what ran to its end counts.
            for layer, cell, measures in self._pending:
                self._cells.setdefault((layer, name), cell).add(*measures)
        finally:
            self._category, self._names, self._pending = None, None, []

    def record(self, layer: str, maps: Any) -> None:
        """Measures maps (images, units, N, N) of a layer for the category that is open."""
        if self._category is None:
            raise RuntimeError(f"record({layer!r}, …) outside a category: expected `with recorder.category(name):`")
        self._on_maps(layer, maps)

    def _on_maps(self, layer: str, maps: Any) -> None:
        if self._category is None:
            return
        shape = shape_of(maps)
        reason = _unsuitable(shape)
        if reason is not None:
            if layer in self._indices:
                raise ValueError(f"layer {layer!r}: {reason}; its maps were measurable before")
            self.left_out.setdefault(layer, reason)
            return
        known = self._shapes.setdefault(layer, shape[1:])
        if known != shape[1:]:
            raise ValueError(
                f"layer {layer!r}: expected {known[0]} units of {known[1]}×{known[2]} as before, found {shape[1]} of "
                f"{shape[2]}×{shape[3]}: the images of one checkpoint have one size"
            )
        self._indices.setdefault(layer, len(self._indices))
        measured = measure_named(maps, self._density, lambda index: self._place(layer, index))
        cell = Cell.empty(shape[1], shape[2])
        self._pending.append((layer, cell, (measured.births, measured.sums, measured.zeros)))

    def _place(self, layer: str, index: Sequence[int]) -> str:
        image, unit = index
        name = f" ({self._names[image]})" if self._names is not None and image < len(self._names) else ""
        return f"layer {layer!r}, category {self._category!r}, unit {unit}, image {image}{name}"

    def _wanted(self, layer: str, by_default: bool) -> bool:
        if self._category is None:
            return False
        if self._globs is None:
            return by_default
        # With globs alone of what to take away, the rest is as without.
        taken = [glob for glob in self._globs if not glob.startswith("!")]
        wanted = any(fnmatch.fnmatchcase(layer, glob) for glob in taken) if taken else by_default
        return wanted and not any(fnmatch.fnmatchcase(layer, glob[1:]) for glob in self._globs if glob.startswith("!"))

    def close(self) -> str:
        """Writes the file and returns its path."""
        try:
            if not self._cells:
                left = "; ".join(f"{layer}: {reason}" for layer, reason in self.left_out.items())
                raise ValueError(f"checkpoint {self.checkpoint!r}: nothing was measured{f' ({left})' if left else ''}")
            norms: dict[str, NDArray[np.float64]] = l1_norms(self._model) if self._model is not None else {}
            cells = {(self._indices[layer], layer, category): cell for (layer, category), cell in self._cells.items()}
            table = table_of(
                cells,
                norms,
                checkpoint=self.checkpoint,
                density=self._density,
                meta=self._meta,
                part=self._part,
            )
            return self._target.write(self._name, table)
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Takes the hooks off and writes nothing."""
        if self._hooks is not None:
            self._hooks.remove()
            self._hooks = None
        self._hold.release()

    def __enter__(self) -> Recorder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abandon()


def _unsuitable(shape: tuple[int, ...]) -> str | None:
    if len(shape) != 4:
        return f"its output has the shape {shape}: no maps of (images, units, N, N)"
    if shape[2] != shape[3]:
        return f"its maps are {shape[2]}×{shape[3]}: not square"
    if shape[2] < _SMALLEST:
        return f"its maps are {shape[2]}×{shape[3]}: below {_SMALLEST}×{_SMALLEST} there is no birth"
    return None


def measure(
    model: Any,
    loader: Iterable[Any],
    target: str | os.PathLike[str],
    *,
    checkpoint: str,
    classes: Sequence[str] | None = None,
    **options: Any,
) -> str:
    """
    Runs a torch model over a loader of (images, labels[, names]) and writes what its layers do; the category is the
    label. `classes` names the labels 0, 1 …; by default the loader's dataset does, as torchvision's have `classes`.
    In eval mode and without gradients; the modes of all modules are put back. Options are those of Recorder.
    """
    import torch

    names = classes if classes is not None else getattr(getattr(loader, "dataset", None), "classes", None)
    parameter = next(model.parameters(), None)
    modes = {module: module.training for module in model.modules()}
    model.eval()
    try:
        with Recorder(model, target, checkpoint=checkpoint, **options) as recorder, torch.no_grad():
            for images, labels, *image_names in loader:
                labels = torch.as_tensor(labels)
                for label in labels.unique().tolist():
                    of_label = labels == label
                    own = images[of_label]
                    chosen = of_label.nonzero().flatten().tolist()
                    said = [image_names[0][i] for i in chosen] if image_names else None
                    with recorder.category(str(label if names is None else names[label]), said):
                        model(own if parameter is None else own.to(parameter.device))
        return recorder._target.path_of(recorder._name)
    finally:
        for module, mode in modes.items():
            module.training = mode
