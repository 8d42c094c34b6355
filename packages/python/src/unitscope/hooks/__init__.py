"""The maps of a network as it runs, by the library that it is of."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .layer_calls import OnMaps


class Hooks(Protocol):
    """While it is entered, each tap's maps are offered as the network makes them."""

    def __enter__(self) -> Any: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def remove(self) -> None: ...
    def l1_norms(self) -> dict[str, NDArray[np.float64]]: ...


def hooks_of(model: Any, tap: str, on_maps: OnMaps, wanted: Callable[[str, bool], bool]) -> Hooks:
    """Hooks of a torch module or a Keras 3 model. Throws TypeError for anything else."""
    keras = sys.modules.get("keras")
    if keras is not None and isinstance(model, keras.layers.Layer):
        from .keras_hooks import KerasHooks

        return KerasHooks(model, tap, on_maps, wanted)
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(model, torch.nn.Module):
        from .torch_hooks import TorchHooks

        return TorchHooks(model, tap, on_maps, wanted)
    raise TypeError(
        f"model is a {type(model).__name__}: expected a torch.nn.Module or a Keras 3 model; "
        "for everything else give None and call record(layer, maps)"
    )


def process_group() -> tuple[int, int] | None:
    """(rank, world) where torch runs distributed in this process."""
    torch = sys.modules.get("torch")
    if torch is None or not torch.distributed.is_available() or not torch.distributed.is_initialized():
        return None
    world = torch.distributed.get_world_size()
    return (torch.distributed.get_rank(), world) if world > 1 else None
