"""One line for a whole loader."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .recorder import Recorder


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
    Runs a torch or Keras model over a loader of (images, labels[, names]) and writes what its layers do; the category
    is the label. `classes` names the labels 0, 1 …; by default the loader's dataset does, as torchvision's have them.
    In eval mode and without gradients; the modes of all modules are put back. Options are those of Recorder.
    """
    with Recorder(model, target, checkpoint=checkpoint, **options) as recorder:
        record_loader(recorder, model, loader, classes)
    return recorder.path


def record_loader(recorder: Recorder, model: Any, loader: Iterable[Any], classes: Sequence[str] | None = None) -> None:
    """Runs a model over a loader inside a recorder."""
    known = classes if classes is not None else getattr(getattr(loader, "dataset", None), "classes", None)
    with inference(model) as run:
        for number, batch in enumerate(loader):
            if not isinstance(batch, (tuple, list)) or len(batch) < 2:
                raise TypeError(f"batch {number} is a {type(batch).__name__}: expected (images, labels[, names])")
            images, labels, *rest = batch
            names = [str(name) for name in rest[0]] if rest else None
            with recorder.category([_category(label, known) for label in _listed(labels)], names):
                run(images)


def _listed(labels: Any) -> list[Any]:
    listed = labels.tolist() if hasattr(labels, "tolist") else list(labels)
    if any(isinstance(label, (list, tuple)) for label in listed):
        raise TypeError(f"labels are {listed[0]!r} …: expected one label an image")
    return listed


def _category(label: Any, classes: Sequence[str] | None) -> str:
    if isinstance(label, str):
        return label
    if classes is None:
        return str(label)
    if not 0 <= label < len(classes):
        raise ValueError(f"label {label}: expected one of the {len(classes)} classes, 0 to {len(classes) - 1}")
    return str(classes[label])


@contextlib.contextmanager
def inference(model: Any) -> Iterator[Any]:
    """A way to run a model that leaves it as it was: eval mode, no gradients, the images on its device."""
    keras = sys.modules.get("keras")
    if keras is not None and isinstance(model, keras.layers.Layer):
        yield lambda images: model(images, training=False)
        return
    torch: Any = sys.modules["torch"]
    parameter = next(model.parameters(), None)
    modes = {module: module.training for module in model.modules()}
    model.eval()
    try:
        with torch.no_grad():
            yield lambda images: model(images if parameter is None else images.to(parameter.device))
    finally:
        for module, mode in modes.items():
            module.training = mode
