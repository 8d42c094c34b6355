"""The birth kernel, packages/topology's WebAssembly, in this process."""

from __future__ import annotations

import ctypes
import functools
import hashlib
import math
import threading
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
import wasmtime
from numpy.typing import NDArray

from .ties import has_hole

Float32s = NDArray[np.float32]

MAX_MAP_SIZE = 512
"""Rows of the kernel's graph are bit sets of at most so many vertices."""

CHUNK_FLOATS = 262_144
"""Floats copied in at a time, at least one map: 1 MiB stays in a core's cache."""

_PAGE_BYTES = 65_536
_SLACK_BYTES = 16_384
"""The kernel reads whole 4×4 blocks, and so up to three rows past the last map."""
_NOT_FINITE = 1


class NotFiniteError(ValueError):
    """A map holds a NaN or an infinity; `index` is its place in the block."""

    def __init__(self, index: int, row: int, column: int) -> None:
        super().__init__(index, row, column)
        self.index, self.row, self.column = index, row, column


@dataclass(frozen=True)
class Measures:
    """What is measured of each map."""

    births: NDArray[np.uint32]
    sums: NDArray[np.float64]
    zeros: NDArray[np.uint32]

    @classmethod
    def empty(cls, maps: int) -> Measures:
        return cls(np.empty(maps, np.uint32), np.empty(maps, np.float64), np.empty(maps, np.uint32))


def kernel_bytes() -> bytes:
    """The WebAssembly module that this package carries."""
    return resources.files(__package__).joinpath("kernel.wasm").read_bytes()


def rank_limit(size: int, density: float) -> int:
    """R of docs/method.md: the last rank that may enter."""
    return math.ceil(size * (size - 1) / 2 * density)


class _Module:
    """The compiled kernel, shared by the threads of a process."""

    def __init__(self) -> None:
        config = wasmtime.Config()
        config.wasm_simd = True
        config.parallel_compilation = False  # a fork lacks the threads that it would wait for
        self.engine = wasmtime.Engine(config)
        self.module = wasmtime.Module(self.engine, kernel_bytes())


_compiling = threading.Lock()
_compiled: _Module | None = None


def _module() -> _Module:
    global _compiled
    with _compiling:
        if _compiled is None:
            _compiled = _Module()
        return _compiled


def after_fork() -> None:
    """In a fork: the parent may have held the lock. What it compiled serves on."""
    global _compiling
    _compiling = threading.Lock()


class Kernel:
    """One instance with memory of its own, for one thread: about 5 MB and a chunk of maps."""

    def __init__(self) -> None:
        compiled = _module()
        self._store = wasmtime.Store(compiled.engine)
        maps_address = _maps_address(compiled)
        pages = math.ceil((maps_address + 4 * CHUNK_FLOATS + _SLACK_BYTES) / _PAGE_BYTES)
        memory = wasmtime.Memory(self._store, wasmtime.MemoryType(wasmtime.Limits(pages, pages)))
        exports = wasmtime.Instance(self._store, compiled.module, [memory]).exports(self._store)
        self._measure: Any = exports["measure"]
        self._noise_births: Any = exports["noiseBirths"]
        self._globals: Any = exports
        length = memory.data_len(self._store)
        pointer = ctypes.cast(memory.data_ptr(self._store), ctypes.POINTER(ctypes.c_uint8))
        self._memory = memory
        bytes_ = np.ctypeslib.as_array(pointer, (length,))
        self._bytes: Any = bytes_
        self._maps_address = maps_address
        self._maps: Float32s = bytes_[maps_address : maps_address + 4 * CHUNK_FLOATS].view(np.float32)
        most = self._read("mapsACall")
        self.most_maps = most
        self._births = self._results(bytes_, "birthRanks", most, np.uint32)
        self._sums = self._results(bytes_, "sums", most, np.float64)
        self._zeros = self._results(bytes_, "zeroCounts", most, np.uint32)

    def _read(self, name: str) -> int:
        return int(self._globals[name].value(self._store))

    def _results(self, memory: Any, name: str, count: int, dtype: Any) -> Any:
        at = self._read(name)
        return memory[at : at + count * np.dtype(dtype).itemsize].view(dtype)

    def noise_births(self, size: int, max_rank: int, trials: int) -> NDArray[np.float64]:
        """The chance of a birth of N×N noise (N = `size`) at each raw rank up to `max_rank`, by so many trials."""
        at = self._noise_births(self._store, size, max_rank, trials)
        # What it writes lies where `measure` has its tables of maps.
        self._measure = None
        sums: NDArray[np.float64] = self._bytes[at : at + 8 * (max_rank + 1)].view(np.float64)
        return sums / trials

    def without(self, bits: int) -> None:
        """Switches optimisations off (src/optimisation.ts); the numbers stay the same."""
        self._globals["switchedOff"].set_value(self._store, wasmtime.Val.i32(bits))

    def measure(self, maps: Any, density: float, out: Measures, offset: int = 0) -> None:
        """
        Measures a block (maps, N, N) of at most CHUNK_FLOATS floats and `most_maps` maps. Raises NotFiniteError.
        """
        count, size, _ = maps.shape
        inside = self._maps[: count * size * size].reshape(count, size, size)
        with np.errstate(over="ignore"):
            inside[...] = maps
        limit = rank_limit(size, density)
        done = known = 0
        while done < count:
            asked = count - done
            address = self._maps_address + 4 * done * size * size
            measured = self._measure(self._store, address, size, asked, limit, known)
            place = slice(offset + done, offset + done + measured)
            out.births[place] = self._births[:measured]
            out.sums[place] = self._sums[:measured]
            out.zeros[place] = self._zeros[:measured]
            done += measured
            if measured == asked:
                return
            stopped_at = inside[done]
            if self._read("stopped") == _NOT_FINITE:
                row, column = np.argwhere(~np.isfinite(stopped_at))[0].tolist()
                raise NotFiniteError(done, row, column)
            # A tie of too many unknowns for the kernel is decided here, and the map goes through again.
            rank = self._read("rankInDoubt")
            known = -rank if has_hole(stopped_at, rank) else rank


def _maps_address(compiled: _Module) -> int:
    """Where the maps begin: the module says so itself, once it has a memory."""
    store = wasmtime.Store(compiled.engine)
    memory = wasmtime.Memory(store, wasmtime.MemoryType(wasmtime.Limits(2, None)))
    exports: Any = wasmtime.Instance(store, compiled.module, [memory]).exports(store)
    return int(exports["maps"].value(store))


_PROOF_SIZES = (4, 5, 8, 14, 28, 56)


@functools.cache
def kernel_digest() -> str:
    """
    SHA-256 of what this process's kernel makes of fixed maps: the same on every machine, and what
    the command line has too (packages/tasks, kernel-proof).
    """
    kernel, digest, state = Kernel(), hashlib.sha256(), 1
    for size in _PROOF_SIZES:
        for kind in range(3):
            bits = np.empty(4 * size * size, np.uint32)
            for i in range(bits.size):
                state = (state * 1_664_525 + 1_013_904_223) & 0xFFFFFFFF
                bits[i] = state >> 16
            values = (
                bits / 65_536 - 0.5,
                np.maximum(0, bits.astype(int) - 32_768) / 32_768,
                (bits >> 13) / 8,
            )
            out = Measures.empty(4)
            kernel.measure(values[kind].reshape(4, size, size), 0.8, out)
            for part in (out.births, out.sums, out.zeros):
                digest.update(part.tobytes())
    return digest.hexdigest()
