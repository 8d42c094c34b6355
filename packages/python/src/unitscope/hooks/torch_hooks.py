"""The maps of a torch network as it runs: modules by hooks, functional activations by a TorchFunctionMode."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Callable
from types import TracebackType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from .layer_calls import LayerCalls, OnMaps, named_for_an_activation

_NORMS = ("BatchNorm2d", "SyncBatchNorm", "InstanceNorm2d", "GroupNorm", "FrozenBatchNorm2d")


class TorchHooks:
    """
    Offers what leaves the taps of a network, in the order in which it runs. A tap is the output of each activation
    (tap = "after-activation"), of each convolution ("pre-activation"), or of any module that `layers` names.
    Functional activations (torch.relu, F.silu …) are named after the module that calls them.
    """

    def __init__(self, model: Any, tap: str, on_maps: OnMaps, wanted: Callable[[str, bool], bool]) -> None:
        model = _unwrapped(model)
        self._tap = tap
        self._calls = LayerCalls(on_maps, wanted)
        self._names = {module: name for name, module in model.named_modules()}
        self._activations = {module for module in self._names if _is_activation(module)}
        self._muted = 0
        self._mode = _Activations(self._functional)
        self._origins: dict[int, tuple[weakref.ref[Any], Any]] = {}
        self._norm_of: dict[str, Any] = {}
        self._handles: list[Any] = []
        for module in self._names:
            self._handles.append(module.register_forward_pre_hook(self._enter))
            self._handles.append(module.register_forward_hook(self._leave))
        self._is_open = False
        self._while_open = contextlib.ExitStack()

    def __enter__(self) -> TorchHooks:
        self._reset()
        self._is_open = True
        # A compiled model runs as it is written: the compiler would trace the hooks, and compile anew for each.
        if hasattr(torch.compiler, "set_stance"):
            self._while_open.enter_context(torch.compiler.set_stance("force_eager"))
        if self._tap == "after-activation":
            self._while_open.enter_context(self._mode)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_open = False
        self._while_open.close()
        self._reset()

    def remove(self) -> None:
        for handle in self._handles:
            handle.remove()

    def l1_norms(self) -> dict[str, NDArray[np.float64]]:
        """By layer: of the convolution itself, or of the one whose maps an activation had, through norms alone."""
        return {layer: _l1_norm(convolution) for layer, convolution in self._norm_of.items()}

    def _reset(self) -> None:
        self._calls.reset()
        self._origins.clear()
        self._muted = 0

    def _enter(self, module: Any, _inputs: Any) -> None:
        if not self._is_open:
            return
        name = self._names[module]
        if name == "" or self._calls.parent is None:
            self._reset()
        self._calls.enter(name)
        self._muted += module in self._activations

    def _leave(self, module: Any, inputs: Any, output: Any) -> None:
        if not self._is_open:
            return
        self._muted -= module in self._activations
        convolution = isinstance(module, (torch.nn.Conv2d, torch.nn.ConvTranspose2d))
        origin = module if convolution else self._origin(inputs[0]) if inputs else None
        by_default = convolution if self._tap == "pre-activation" else module in self._activations
        self._offer(self._names[module], output, by_default, origin)
        if convolution or type(module).__name__ in _NORMS:
            self._come_from(output, origin)
        self._calls.leave()

    def _functional(self, function: Any, args: Any, output: Any) -> None:
        parent = self._calls.parent
        if self._muted > 0 or parent is None:
            return
        name = getattr(function, "__name__", "activation").rstrip("_")
        origin = self._origin(args[0]) if args else None
        self._offer(f"{parent}.{name}" if parent else name, output, True, origin)

    def _offer(self, name: str, output: Any, by_default: bool, origin: Any) -> None:
        if not isinstance(output, torch.Tensor):
            return
        with torch.no_grad():
            layer = self._calls.offer(name, output.detach(), by_default)
        # A transposed convolution has its units along another axis, and no norm by this definition.
        if layer is not None and isinstance(origin, torch.nn.Conv2d):
            self._norm_of[layer] = origin

    def _come_from(self, output: Any, origin: Any) -> None:
        if origin is not None and isinstance(output, torch.Tensor):
            self._origins[id(output)] = (weakref.ref(output), origin)

    def _origin(self, tensor: Any) -> Any:
        known, origin = self._origins.get(id(tensor), (None, None))
        return origin if known is not None and known() is tensor else None


def _unwrapped(model: Any) -> Any:
    """The module inside a compiled or a distributed one: its names, and hooks that run."""
    while True:
        if hasattr(model, "_orig_mod"):
            model = model._orig_mod
        elif isinstance(model, (torch.nn.DataParallel, torch.nn.parallel.DistributedDataParallel)):
            model = model.module
        else:
            return model


def _is_activation(module: Any) -> bool:
    kind = type(module)
    if kind.__module__ == "torch.nn.modules.activation":
        return not hasattr(module, "embed_dim")  # attention is none
    return next(module.children(), None) is None and named_for_an_activation(kind.__name__)


_FUNCTIONS = (
    "relu", "relu_", "relu6", "leaky_relu", "leaky_relu_", "elu", "elu_", "selu", "selu_", "celu", "celu_", "gelu",
    "silu", "mish", "hardswish", "hardtanh", "hardtanh_", "hardsigmoid", "softplus", "sigmoid", "sigmoid_", "tanh",
    "tanh_", "prelu", "rrelu", "rrelu_",
)  # fmt: skip


class _Activations(torch.overrides.TorchFunctionMode):  # type: ignore[misc]
    def __init__(self, on_call: Callable[[Any, Any, Any], None]) -> None:
        super().__init__()
        self._on_call, self._depth = on_call, 0
        places = (torch, torch.nn.functional, torch.Tensor)
        self._functions = {
            getattr(place, name) for place in places for name in _FUNCTIONS if getattr(place, name, None) is not None
        }

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if function not in self._functions:
            return function(*args, **(kwargs or {}))
        # F.relu calls torch.relu: the outer call alone is a layer.
        self._depth += 1
        try:
            output = function(*args, **(kwargs or {}))
        finally:
            self._depth -= 1
        if self._depth == 0:
            self._on_call(function, args, output)
        return output


def _l1_norm(convolution: Any) -> NDArray[np.float64]:
    weights = convolution.weight.detach().float().cpu().numpy()
    # Rows are added one after another, as the command line adds them.
    rows = np.ascontiguousarray(np.abs(weights.reshape(len(weights), -1)).T, np.float64)
    summed: NDArray[np.float64] = rows.sum(axis=0)
    return summed
