"""Which layer a call is: by the name of its module, and its number where a module is called again."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

OnMaps = Callable[[str, Any], None]

_ACTIVATION = re.compile(r"relu|elu|selu|celu|gelu|silu|swish|mish|sigmoid|tanh|softplus|activation|act$")


def named_for_an_activation(kind: str) -> bool:
    return _ACTIVATION.search(kind.lower()) is not None


class LayerCalls:
    """Counts the calls of one pass; a second call of a layer is a layer of its own, `name#2`."""

    def __init__(self, on_maps: OnMaps, wanted: Callable[[str, bool], bool]) -> None:
        self._on_maps, self.is_wanted = on_maps, wanted
        self._calls: dict[str, int] = {}
        self._inside: list[str] = []

    @property
    def parent(self) -> str | None:
        """The module that runs; None outside the network."""
        return self._inside[-1] if self._inside else None

    def reset(self) -> None:
        self._calls.clear()
        self._inside.clear()

    def enter(self, name: str) -> None:
        # The outermost module begins a pass; what an error left open does not count.
        if name == "" or not self._inside:
            self.reset()
        self._inside.append(name)

    def leave(self) -> None:
        if self._inside:
            self._inside.pop()

    def offer(self, name: str, maps: Any, by_default: bool) -> str | None:
        """Hands maps on where the layer is wanted; gives the name of the layer then."""
        if not self.is_wanted(name, by_default):
            return None
        call = self._calls[name] = self._calls.get(name, 0) + 1
        layer = name if call == 1 else f"{name}#{call}"
        self._on_maps(layer, maps)
        return layer
