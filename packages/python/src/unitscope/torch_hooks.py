"""The maps of a torch network as it runs: modules by hooks, functional activations by a TorchFunctionMode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

OnMaps = Callable[[str, Any], None]

_AFTER = ("relu", "activation", "elu", "silu", "gelu", "mish", "swish", "sigmoid", "tanh", "softplus", "hardtanh")


def is_module(model: Any) -> bool:
    import sys

    torch = sys.modules.get("torch")
    return torch is not None and isinstance(model, torch.nn.Module)


class TorchHooks:
    """
    Calls `on_maps(layer, maps)` for what leaves the taps of a network, in the order in which it runs. A tap is the
    output of each activation module (tap = "after-activation"), of each convolution ("pre-activation"), or of any
    module that `layers` names. Functional activations (torch.relu, F.silu …) are named after the module that calls
    them. A second call of a layer is a layer of its own, `name#2`.
    """

    def __init__(self, model: Any, tap: str, on_maps: OnMaps, wanted: Callable[[str, bool], bool]) -> None:
        import torch

        self._torch = torch
        self._on_maps, self._wanted = on_maps, wanted
        self._calls: dict[str, int] = {}
        self._inside: list[str] = []
        self._handles: list[Any] = []
        self._mode: Any = None
        self._muted = 0
        self._tap = tap
        self._names = {module: name for name, module in model.named_modules()}
        for module, name in self._names.items():
            self._handles.append(module.register_forward_pre_hook(self._enter))
            self._handles.append(module.register_forward_hook(self._leave))
            del name

    def start(self) -> None:
        """A forward pass begins."""
        self._calls.clear()

    def __enter__(self) -> TorchHooks:
        if self._tap == "after-activation":
            self._mode = _function_mode(self._torch, self._functional)
            self._mode.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        if self._mode is not None:
            self._mode.__exit__(*error)
            self._mode = None
        self._inside.clear()

    def remove(self) -> None:
        for handle in self._handles:
            handle.remove()

    def _enter(self, module: Any, _inputs: Any) -> None:
        name = self._names[module]
        if name == "":
            self.start()
        self._inside.append(name)
        self._muted += self._is_activation(module)

    def _leave(self, module: Any, _inputs: Any, output: Any) -> None:
        name = self._inside.pop() if self._inside else self._names[module]
        self._muted -= self._is_activation(module)
        nn = self._torch.nn
        convolution = isinstance(module, (nn.Conv2d, nn.ConvTranspose2d))
        by_default = convolution if self._tap == "pre-activation" else self._is_activation(module)
        self._offer(name, output, by_default)

    def _functional(self, function: Any, output: Any) -> None:
        if self._muted > 0:
            return
        parent = self._inside[-1] if self._inside else ""
        name = getattr(function, "__name__", "activation").rstrip("_")
        self._offer(f"{parent}.{name}" if parent else name, output, True)

    def _is_activation(self, module: Any) -> bool:
        return type(module).__module__ == "torch.nn.modules.activation" and not hasattr(module, "embed_dim")

    def _offer(self, name: str, output: Any, by_default: bool) -> None:
        if not isinstance(output, self._torch.Tensor) or not self._wanted(name, by_default):
            return
        call = self._calls[name] = self._calls.get(name, 0) + 1
        with self._torch.no_grad():
            self._on_maps(name if call == 1 else f"{name}#{call}", output.detach())


def _function_mode(torch: Any, on_call: Callable[[Any, Any], None]) -> Any:
    functional = torch.nn.functional
    names = (
        "relu", "relu_", "relu6", "leaky_relu", "leaky_relu_", "elu", "selu", "celu", "gelu", "silu", "mish",
        "hardswish", "hardtanh", "hardsigmoid", "softplus", "sigmoid", "tanh", "prelu", "rrelu",
    )  # fmt: skip
    activations = {
        getattr(where, name)
        for where in (torch, functional, torch.Tensor)
        for name in names
        if getattr(where, name, None) is not None
    }

    class Activations(torch.overrides.TorchFunctionMode):  # type: ignore[misc]
        depth = 0

        def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            found = function in activations
            Activations.depth += found
            try:
                output = function(*args, **(kwargs or {}))
            finally:
                Activations.depth -= found
            # F.relu calls torch.relu: the outer call alone is a layer.
            if found and Activations.depth == 0:
                on_call(function, output)
            return output

    return Activations()


def l1_norms(model: Any) -> dict[str, NDArray[np.float64]]:
    """The L1 norm of each unit's kernel, by the name of the convolution."""
    import torch

    return {
        name: module.weight.detach().double().abs().flatten(1).sum(1).cpu().numpy()
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Conv2d)
    }
