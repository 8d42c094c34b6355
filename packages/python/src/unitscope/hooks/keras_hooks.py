"""The maps of a Keras 3 model as it runs, on any backend: `call` of each layer is taken over for the while."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from .layer_calls import LayerCalls, OnMaps, named_for_an_activation

_CONVOLUTIONS = (
    keras.layers.Conv2D,
    keras.layers.Conv2DTranspose,
    keras.layers.DepthwiseConv2D,
    keras.layers.SeparableConv2D,
)


class KerasHooks:
    """
    Offers what leaves the taps of a model, in the order in which it runs: maps of each activation layer, and of each
    layer with an activation of its own (tap = "after-activation"), or what convolutions have before it
    ("pre-activation"). Maps whose units are the last axis are turned.
    """

    def __init__(self, model: Any, tap: str, on_maps: OnMaps, wanted: Callable[[str, bool], bool]) -> None:
        self._tap, self._model = tap, model
        self._calls = LayerCalls(on_maps, wanted)
        self._format = keras.config.image_data_format()
        self._taken: list[tuple[Any, str, Any]] = []
        self._norm_of: dict[str, Any] = {}
        self._offered = False
        self._without_values: Exception | None = None

    def __enter__(self) -> KerasHooks:
        self._calls.reset()
        self._offered, self._without_values = False, None
        # Found anew each time: a model may build its layers in its first call.
        named = list(_operations(self._model, ""))
        formats = {operation.data_format for _, operation in named if hasattr(operation, "data_format")}
        self._format = formats.pop() if len(formats) == 1 else keras.config.image_data_format()
        self._take(self._model, "call", functools.partial(self._through, "", self._model))
        for name, operation in named:
            self._take(operation, "call", functools.partial(self._through, name, operation))
            if self._tap == "pre-activation" and isinstance(operation, _CONVOLUTIONS) and not _is_linear(operation):
                self._take(operation, "activation", functools.partial(self._before, name, operation))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for operation, attribute, before in reversed(self._taken):
            if before is None:
                del operation.__dict__[attribute]
            else:
                operation.__dict__[attribute] = before
        self._taken.clear()
        self._calls.reset()
        # A model that builds itself runs without values first.
        if error is None and self._without_values is not None and not self._offered:
            raise RuntimeError(
                "the model runs compiled, and its maps have no values there: call it as `model(images)`, not "
                "`model.predict(images)`, or compile it with run_eagerly=True"
            ) from self._without_values

    def remove(self) -> None:
        """Nothing stays in the model outside a category."""

    def l1_norms(self) -> dict[str, NDArray[np.float64]]:
        norms = {}
        for layer, operation in self._norm_of.items():
            kernel = np.abs(np.asarray(keras.ops.convert_to_numpy(operation.kernel), np.float64))
            if isinstance(operation, keras.layers.DepthwiseConv2D):
                kernel = kernel.reshape(*kernel.shape[:2], 1, -1)
            norms[layer] = np.ascontiguousarray(kernel.reshape(-1, kernel.shape[-1])).sum(axis=0)
        return norms

    def _take(self, operation: Any, attribute: str, wrap: Callable[..., Any]) -> None:
        original = getattr(operation, attribute)
        self._taken.append((operation, attribute, operation.__dict__.get(attribute)))
        # Past __setattr__, which would track it.
        operation.__dict__[attribute] = functools.wraps(original)(functools.partial(wrap, original))

    def _through(self, name: str, operation: Any, original: Any, *args: Any, **options: Any) -> Any:
        self._calls.enter(name)
        try:
            output = original(*args, **options)
        finally:
            self._calls.leave()
        convolution = isinstance(operation, _CONVOLUTIONS)
        if self._tap == "pre-activation":
            by_default = convolution and _is_linear(operation)
            if convolution and not by_default:
                return output  # offered before its activation
        else:
            by_default = _is_activation(operation)
        self._offer(name, operation, output, by_default)
        return output

    def _before(self, name: str, operation: Any, original: Any, maps: Any, *args: Any, **options: Any) -> Any:
        self._offer(name, operation, maps, True)
        return original(maps, *args, **options)

    def _offer(self, name: str, operation: Any, output: Any, by_default: bool) -> None:
        if isinstance(output, keras.KerasTensor) or not hasattr(output, "shape") or _is_symbolic():
            return
        if not self._calls.is_wanted(name, by_default):
            return
        try:
            maps = np.asarray(keras.ops.convert_to_numpy(output))
        except Exception as error:
            self._without_values = error
            return
        self._offered = True
        if maps.ndim == 4 and getattr(operation, "data_format", self._format) == "channels_last":
            maps = np.moveaxis(maps, -1, 1)
        layer = self._calls.offer(name, maps, by_default)
        if layer is not None and isinstance(operation, (keras.layers.Conv2D, keras.layers.DepthwiseConv2D)):
            self._norm_of[layer] = operation


def _operations(owner: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    """The layers inside, those of layers too, by name; of functional models their operations as well."""
    layers = list(owner.layers) if isinstance(owner, keras.Model) else list(getattr(owner, "_layers", []))
    others = [operation for operation in getattr(owner, "operations", []) if operation not in layers]
    for operation in [*layers, *others]:
        name = f"{prefix}{operation.name}"
        yield name, operation
        if isinstance(operation, keras.layers.Layer):
            yield from _operations(operation, f"{name}/")


def _is_symbolic() -> bool:
    """Whether Keras asks for shapes alone, as it builds a model: numpy and torch run it on made-up values for that."""
    with keras.SymbolicScope() as scope:
        return scope.original_scope is not None


def _is_activation(operation: Any) -> bool:
    if getattr(operation, "activation", None) is not None:
        return not _is_linear(operation)
    return not getattr(operation, "_layers", []) and named_for_an_activation(type(operation).__name__)


def _is_linear(operation: Any) -> bool:
    activation = getattr(operation, "activation", None)
    return activation is None or activation is keras.activations.linear
