"""Maps to births, on all cores."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import kernel
from .arrays import numpy_pieces, shape_of
from .kernel import CHUNK_FLOATS, MAX_MAP_SIZE, Kernel, Measures, NotFiniteError

DEFAULT_DENSITY = 0.8


def birth_ranks(maps: Any, density: float = DEFAULT_DENSITY) -> NDArray[np.uint32]:
    """
    The birth rank of each feature map (docs/method.md, section 1): raw, before any threshold; 0 = no birth.

    `maps` is (…, N, N): an array of numpy, torch, jax or of anything else that has `__dlpack__`; float16 and bfloat16
    are widened, float64 is rounded to the float32 that networks have. Uses all cores and a few MB a core, whatever
    the number of maps. Raises ValueError for a shape that is not square and for a NaN or an infinity, whose index it
    names.
    """
    return measure(maps, density).births


def measure(maps: Any, density: float = DEFAULT_DENSITY) -> Measures:
    """As `birth_ranks`, with the sum of each map's values and its number of zeros."""
    return measure_named(maps, density, lambda index: f"maps[{', '.join(map(str, index)) or '...'}]")


def measure_named(maps: Any, density: float, name: Callable[[Sequence[int]], str]) -> Measures:
    """As `measure`; `name` says which map the one at an index is."""
    shape = shape_of(maps)
    size = _map_size(shape)
    if not 0 < density <= 1:
        raise ValueError(f"density is {density}: expected a number above 0 and at most 1")
    leading = shape[:-2]
    out = Measures.empty(int(np.prod(leading, dtype=np.int64)))
    done = 0
    for piece in numpy_pieces(maps):
        chunks = _Chunks(piece, size)
        try:
            _measure_piece(chunks, density, out, done)
        except NotFiniteError as error:
            index = np.unravel_index(done + error.index, leading) if leading else ()
            value = chunks.map(error.index)[error.row, error.column]
            raise ValueError(
                f"{name([int(i) for i in index])} holds {value} at row {error.row}, column {error.column}: "
                "a feature map is made of finite numbers"
            ) from None
        done += chunks.count
    return Measures(out.births.reshape(leading), out.sums.reshape(leading), out.zeros.reshape(leading))


def _map_size(shape: tuple[int, ...]) -> int:
    if len(shape) < 2 or shape[-1] != shape[-2]:
        raise ValueError(f"maps have the shape {shape}: expected (…, N, N), square maps")
    if not 1 <= shape[-1] <= MAX_MAP_SIZE:
        raise ValueError(f"maps have the shape {shape}: expected maps of 1×1 to {MAX_MAP_SIZE}×{MAX_MAP_SIZE}")
    return shape[-1]


class _Chunks:
    """Maps by number, a few at a time, without a copy of them all."""

    def __init__(self, maps: NDArray[Any], size: int) -> None:
        self.count = int(np.prod(maps.shape[:-2], dtype=np.int64))
        self.step = max(1, CHUNK_FLOATS // (size * size))
        self._maps = maps
        # Where axes do not lie in order, the maps of a chunk are picked one by one.
        self._flat = maps.reshape(self.count, size, size) if maps.flags.c_contiguous else None

    def __getitem__(self, first: int) -> NDArray[Any]:
        last = min(first + self.step, self.count)
        if self._flat is not None:
            return self._flat[first:last]
        picked: NDArray[Any] = self._maps[np.unravel_index(np.arange(first, last), self._maps.shape[:-2])]
        return picked

    def map(self, index: int) -> NDArray[Any]:
        found: NDArray[Any] = self._maps[np.unravel_index(index, self._maps.shape[:-2])]
        return found


class _Workers:
    """The threads of this process, a kernel each; made at first use."""

    def __init__(self) -> None:
        self._kernels = threading.local()
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None
        self.count = _cores()

    def kernel(self) -> Kernel:
        kernel: Kernel | None = getattr(self._kernels, "kernel", None)
        if kernel is None:
            kernel = self._kernels.kernel = Kernel()
        return kernel

    def pool(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self.count, thread_name_prefix="unitscope")
            return self._pool


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_workers = _Workers()


def _after_fork() -> None:
    """A fork has none of its parent's threads, and must not use what they held."""
    global _workers
    kernel.after_fork()
    _workers = _Workers()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _measure_piece(chunks: _Chunks, density: float, out: Measures, offset: int) -> None:
    workers = _workers
    step = min(chunks.step, workers.kernel().most_maps)
    chunks.step = min(step, max(1, -(-chunks.count // workers.count)))
    firsts = _SharedRange(chunks.count, chunks.step)
    failures: list[NotFiniteError] = []

    def work() -> None:
        kernel = workers.kernel()
        for first in firsts:
            try:
                kernel.measure(chunks[first], density, out, offset + first)
            except NotFiniteError as error:
                failures.append(NotFiniteError(first + error.index, error.row, error.column))
                firsts.stop()

    if chunks.count <= chunks.step or workers.count == 1:
        work()
    else:
        try:
            pending = [workers.pool().submit(work) for _ in range(workers.count)]
            for future in pending:
                future.result()
        finally:
            firsts.stop()  # an interrupt ends the threads after the chunks that they have
    if failures:
        raise min(failures, key=lambda failure: failure.index)


class _SharedRange:
    """0, step, 2·step … below `end`, each given to one thread."""

    def __init__(self, end: int, step: int) -> None:
        self._next, self._end, self._step = 0, end, step
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[int]:
        while True:
            with self._lock:
                first = self._next
                self._next += self._step
            if first >= self._end:
                return
            yield first

    def stop(self) -> None:
        with self._lock:
            self._next = self._end
