"""Feature maps of any library as numpy arrays, copied only where they are not in this machine's memory."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

_PIECE_FLOATS = 1 << 24
"""Maps of an accelerator come over in pieces of 64 MiB."""


def shape_of(maps: Any) -> tuple[int, ...]:
    shape = getattr(maps, "shape", None)
    return np.shape(maps) if shape is None else tuple(int(side) for side in shape)


def numpy_pieces(maps: Any) -> Iterator[NDArray[Any]]:
    """The maps in order along their first axis: in one piece where they are in this machine's memory."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(maps, torch.Tensor):
        yield from _torch_pieces(torch, maps.detach())
    else:
        yield _numbers(_to_numpy(maps))


def _torch_pieces(torch: Any, tensor: Any) -> Iterator[NDArray[Any]]:
    if tensor.device.type != "cpu" and tensor.ndim > 2:
        rows = max(1, _PIECE_FLOATS // max(1, tensor[:1].numel()))
        # Each copy is waited for, so that the tensor may be freed or changed afterwards.
        for first in range(0, len(tensor), rows):
            yield from _torch_pieces(torch, tensor[first : first + rows].to("cpu"))
        return
    tensor = tensor.to("cpu").resolve_conj().resolve_neg()
    if tensor.dtype == torch.bfloat16:
        yield _widened(tensor.view(torch.int16).numpy())
    else:
        yield _numbers(tensor.numpy())


def _widened(halves: NDArray[Any]) -> NDArray[np.float32]:
    """bfloat16, which numpy does not have: the upper half of a float32."""
    return (halves.view(np.uint16).astype(np.uint32) << 16).view(np.float32)


def _to_numpy(maps: Any) -> NDArray[Any]:
    if isinstance(maps, np.ndarray) or not hasattr(maps, "__dlpack__"):
        return np.asarray(maps)
    try:
        return np.from_dlpack(maps)
    except (BufferError, RuntimeError, TypeError, ValueError):
        pass  # on an accelerator, or of a type that DLPack or numpy does not know
    try:
        return np.from_dlpack(maps, device="cpu", copy=True)  # numpy 2.1 and later
    except (BufferError, RuntimeError, TypeError, ValueError):
        return np.asarray(maps)


def _numbers(array: NDArray[Any]) -> NDArray[Any]:
    if not np.can_cast(array.dtype, np.float32, "same_kind"):
        raise TypeError(f"expected maps of real numbers, found the type {array.dtype}")
    return array
