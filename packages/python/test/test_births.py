"""birth_ranks against the TypeScript kernel."""

from __future__ import annotations

import base64
import multiprocessing
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import unitscope
from unitscope.births import measure
from unitscope.kernel import Kernel, Measures, kernel_bytes, kernel_digest

RNG = np.random.default_rng(0)


def test_the_package_carries_the_kernel_of_packages_topology(typescript: dict[str, Any]) -> None:
    assert kernel_bytes() == base64.b64decode(typescript["kernel"])
    assert kernel_digest() == typescript["digest"]


def test_births_sums_and_zeros_of_100000_maps_of_every_kind_are_those_of_typescript(
    typescript: dict[str, Any],
) -> None:
    folder: Path = typescript["folder"]
    seen = 0
    for block in typescript["blocks"]:
        size, count = block["size"], block["count"]
        read = {
            name: np.fromfile(folder / f"{name}-{size}", dtype)
            for name, dtype in {
                "maps": np.float32,
                "births": np.uint32,
                "sums": np.float64,
                "zeros": np.uint32,
            }.items()
        }
        measured = measure(read["maps"].reshape(count, size, size))
        np.testing.assert_array_equal(measured.births, read["births"], err_msg=f"N = {size}")
        np.testing.assert_array_equal(measured.sums, read["sums"])
        np.testing.assert_array_equal(measured.zeros, read["zeros"])
        seen += count
    assert seen >= 100_000


def test_the_birth_vectors_of_topology_have_the_births_of_typescript(typescript: dict[str, Any]) -> None:
    for vector in typescript["fixtures"]:
        floats = np.frombuffer(base64.b64decode(vector["map"]), np.float32)
        map_ = floats.reshape(vector["size"], vector["size"])
        assert unitscope.birth_ranks(map_) == vector["birth"]


def test_ties_that_the_kernel_hands_back_are_decided_as_it_decides_them() -> None:
    kernel = Kernel()
    kernel.without(32)  # every tie is handed back
    for size in (4, 6, 9, 14):
        maps = RNG.integers(0, 5, (60, size, size)).astype(np.float32)
        out = Measures.empty(60)
        kernel.measure(maps, 0.8, out)
        np.testing.assert_array_equal(out.births, unitscope.birth_ranks(maps))


def test_any_leading_shape_and_any_strides_give_the_same_births() -> None:
    maps = RNG.standard_normal((6, 5, 9, 9), dtype=np.float32)
    births = unitscope.birth_ranks(maps)
    assert births.shape == (6, 5) and births.dtype == np.uint32
    np.testing.assert_array_equal(unitscope.birth_ranks(maps.transpose(1, 0, 2, 3)), births.T)
    np.testing.assert_array_equal(unitscope.birth_ranks(np.moveaxis(np.moveaxis(maps, 1, -1).copy(), -1, 1)), births)
    np.testing.assert_array_equal(unitscope.birth_ranks(maps[::2, ::-1]), births[::2, ::-1])
    assert unitscope.birth_ranks(maps[0, 0]) == births[0, 0]
    assert unitscope.birth_ranks(maps[:0]).shape == (0, 5)


def test_other_types_are_widened_or_rounded_to_float32() -> None:
    maps = RNG.standard_normal((40, 8, 8)).astype(np.float16)
    wide = unitscope.birth_ranks(maps.astype(np.float32))
    np.testing.assert_array_equal(unitscope.birth_ranks(maps), wide)
    np.testing.assert_array_equal(unitscope.birth_ranks(maps.astype(np.float64)), wide)
    levels = RNG.integers(0, 9, (40, 8, 8))
    np.testing.assert_array_equal(unitscope.birth_ranks(levels), unitscope.birth_ranks(levels.astype(np.float32)))
    with pytest.raises(TypeError, match="complex"):
        unitscope.birth_ranks(maps.astype(np.complex64))


class _OfAnotherLibrary:
    def __init__(self, array: Any) -> None:
        self._array, self.shape = array, array.shape

    def __dlpack__(self, **options: Any) -> Any:
        return self._array.__dlpack__(**options)

    def __dlpack_device__(self) -> Any:
        return self._array.__dlpack_device__()


def test_whatever_has_dlpack_is_read() -> None:
    maps = RNG.standard_normal((12, 3, 8, 8), dtype=np.float32)
    np.testing.assert_array_equal(unitscope.birth_ranks(_OfAnotherLibrary(maps)), unitscope.birth_ranks(maps))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_not_finite_is_named_by_its_first_index(value: float) -> None:
    maps = np.zeros((400, 70, 14, 14), np.float32)
    maps[399, 69, 0, 0] = value
    maps[200, 3, 5, 6] = value
    with pytest.raises(ValueError, match=rf"maps\[200, 3\] holds {value} at row 5, column 6"):
        unitscope.birth_ranks(maps)


@pytest.mark.parametrize("shape", [(3, 4), (2, 4, 5), (7,), (), (2, 0, 0), (1, 513, 513)])
def test_shapes_that_are_no_square_maps_are_refused_by_name(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="shape"):
        unitscope.birth_ranks(np.zeros(shape, np.float32))


@pytest.mark.parametrize("density", [0, -1, 1.5, float("nan")])
def test_a_density_out_of_range_is_refused(density: float) -> None:
    with pytest.raises(ValueError, match="density"):
        unitscope.birth_ranks(np.zeros((4, 4)), density)


def test_the_largest_map_is_measured() -> None:
    map_ = RNG.standard_normal((512, 512), dtype=np.float32)
    assert unitscope.birth_ranks(map_) > 0


def test_several_threads_measure_at_once() -> None:
    maps = RNG.standard_normal((2000, 14, 14), dtype=np.float32)
    wanted = unitscope.birth_ranks(maps)
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(unitscope.birth_ranks(maps))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4 and all((births == wanted).all() for births in found)


def test_the_interpreters_lock_is_free_while_maps_are_measured() -> None:
    maps = RNG.standard_normal((600, 112, 112), dtype=np.float32)
    turns = 0
    thread = threading.Thread(target=unitscope.birth_ranks, args=(maps,))
    thread.start()
    while thread.is_alive():
        turns += 1
        time.sleep(0)
    assert turns > 10


def _in_child(maps: Any, queue: Any) -> None:
    queue.put(unitscope.birth_ranks(maps))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_fork_of_the_process_measures_too() -> None:
    maps = RNG.standard_normal((20_000, 8, 8), dtype=np.float32)
    wanted = unitscope.birth_ranks(maps)
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_in_child, args=(maps, queue))
    child.start()
    np.testing.assert_array_equal(queue.get(timeout=120), wanted)
    child.join()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_million_maps_need_less_than_400_mb_above_the_start() -> None:
    program = """
import numpy as np, unitscope
def peak():
    return int(next(l for l in open('/proc/self/status') if l.startswith('VmHWM')).split()[1]) // 1024
block = np.maximum(np.random.default_rng(0).standard_normal((1000, 14, 14), dtype=np.float32), 0)
maps = np.broadcast_to(block, (1000, 1000, 14, 14))
start = peak()
births = unitscope.birth_ranks(maps)
assert (births == births[0]).all()
print(peak() - start)
"""
    import subprocess

    printed = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert int(printed.stdout) < 400
