"""Every tensor that PyTorch makes in a forward pass, and what each was made of."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch.utils._python_dispatch import TorchDispatchMode

NORMS = {"native_batch_norm", "_native_batch_norm_legit_no_training", "cudnn_batch_norm", "native_group_norm", "native_layer_norm", "_batch_norm_no_update", "batch_norm"}
ACTIVATIONS = {
    "relu", "relu_", "hardtanh", "hardtanh_", "silu", "silu_", "gelu", "hardswish", "hardswish_", "leaky_relu",
    "leaky_relu_", "elu", "elu_", "mish", "mish_", "sigmoid", "sigmoid_", "tanh", "tanh_", "hardsigmoid",
    "hardsigmoid_", "clamp_min", "clamp_min_", "softplus", "_prelu_kernel", "clamp", "clamp_",
}
VIEWS = {"alias", "clone", "contiguous", "detach", "expand", "permute", "transpose", "view", "_unsafe_view", "_to_copy"}


@dataclass
class Made:
    """One tensor: the operator that made it, its value at that moment where it is kept, and the places of its inputs."""

    operator: str
    shape: tuple[int, ...]
    value: torch.Tensor | None
    inputs: list[int] = field(default_factory=list)
    of_images: bool = True
    """Whether it is computed from the images; else it is a constant, which an exporter folds."""


def forms_of(shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """How a network may hold maps: channels first or last, rows and columns in two axes or in one, as tokens."""
    images, units, height, width = shape
    pixels = height * width
    return [shape, (images, height, width, units), (images, units, pixels), (images, pixels, units)]


class Recording(TorchDispatchMode):
    """`with Recording(images, shapes) as recording: network(images)`; `made` then holds the tensors in their order.

    Values are kept of maps of these shapes, with channels first or last; without shapes, of all.
    """

    def __init__(self, images: torch.Tensor, shapes: frozenset[tuple[int, ...]] | None = None) -> None:
        super().__init__()
        self._of_images = {id(images)}
        forms = {form for shape in shapes or () for form in forms_of(shape)}
        self.shapes = None if shapes is None else forms
        self.made: list[Made] = []
        self._place: dict[int, int] = {}
        self._alive: list[torch.Tensor] = []

    def __torch_dispatch__(self, operator, types, args=(), kwargs=None):
        inputs = [self._place[id(t)] for t in _tensors(args) if id(t) in self._place]
        of_images = any(id(tensor) in self._of_images for tensor in _tensors(args))
        result = operator(*args, **(kwargs or {}))
        name = operator.overloadpacket.__name__
        results = _tensors((result,))
        self._alive.extend(results)
        if of_images:
            self._of_images.update(id(tensor) for tensor in results)
        for tensor in results[:1]:
            self._place[id(tensor)] = len(self.made)
            shape = tuple(tensor.shape)
            is_kept = tensor.is_floating_point() and (self.shapes is None or shape in self.shapes)
            value = tensor.detach().clone() if is_kept else None
            self.made.append(Made(name, shape, value, inputs, of_images))
        return result

    def reading(self, place: int) -> set[str]:
        """The operators that compute with the tensor at this place, or with a view of it."""
        found: set[str] = set()
        waiting = [place]
        while waiting:
            source = waiting.pop()
            for reader, made in enumerate(self.made):
                if source in made.inputs and made.operator in VIEWS:
                    waiting.append(reader)
                elif source in made.inputs:
                    found.add(made.operator)
        return found

    def convolutions(self) -> list[int]:
        """The places of the images' convolutions over two dimensions, in the order of the calls."""
        return [
            place
            for place, made in enumerate(self.made)
            if made.operator in ("convolution", "_convolution", "mkldnn_convolution") and len(made.shape) == 4 and made.of_images
        ]


def _tensors(values) -> list[torch.Tensor]:
    found: list[torch.Tensor] = []
    for value in values:
        if isinstance(value, torch.Tensor):
            found.append(value)
        elif isinstance(value, list | tuple):
            found.extend(_tensors(value))
    return found
