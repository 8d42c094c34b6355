"""
birth_ranks beside Node's kernel, one thread each, in turns on the same maps: python bench/births.py [SECONDS]

Prints microseconds a map and their ratio at N = 14, 28, 56: at most 1.6. Needs Node and a built clone.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from unitscope.kernel import CHUNK_FLOATS, Kernel, Measures

HERE = Path(__file__).resolve().parent
ROUNDS = 9


def node(path: str, size: int, count: int) -> float:
    """Seconds that Node's kernel takes for the maps of a file."""
    said = subprocess.run(
        ["node", str(HERE / "births.mjs"), path, str(size), str(count)], check=True, capture_output=True, text=True
    )
    return float(said.stdout)


def python(kernel: Kernel, maps: np.ndarray) -> float:
    step = min(kernel.most_maps, max(1, CHUNK_FLOATS // maps[0].size))
    out = Measures.empty(len(maps))
    begin = time.process_time()
    for first in range(0, len(maps), step):
        kernel.measure(maps[first : first + step], 0.8, out, first)
    return time.process_time() - begin


def main() -> None:
    worst = 0.0
    kernel = Kernel()
    for size, count in ((14, 60_000), (28, 15_000), (56, 3_000)):
        maps = np.maximum(np.random.default_rng(size).standard_normal((count, size, size), dtype=np.float32), 0)
        with tempfile.NamedTemporaryFile() as file:
            maps.tofile(file.name)
            python(kernel, maps[: count // 10])
            pairs = [(python(kernel, maps), node(file.name, size, count)) for _ in range(ROUNDS)]
        ratio = sorted(own / other for own, other in pairs)[ROUNDS // 2]
        own, other = (min(pair[i] for pair in pairs) for i in (0, 1))
        print(f"{size}×{size}: {1e6 * own / count:.2f} µs a map, Node {1e6 * other / count:.2f}, ratio {ratio:.2f}")
        worst = max(worst, ratio)
    print(f"worst ratio {worst:.2f}, limit 1.6")
    sys.exit(worst > 1.6)


if __name__ == "__main__":
    main()
