"""What is counted of the units of one layer over the images of one category."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .kernel import Measures

HISTOGRAM = pa.list_(pa.struct([("birth_rank", pa.uint32()), ("images", pa.uint32())]))


class Counts:
    def __init__(self, units: int, size: int, keep_births: bool) -> None:
        self.units, self.size, self.images = units, size, 0
        self.sums = np.zeros(units, np.float64)
        self.zeros = np.zeros(units, np.uint64)
        #: Where births of single images are kept: blocks of (images, units), and what the images are called.
        self.births: list[NDArray[np.uint32]] = []
        self.names: list[str] = []
        self._keep_births = keep_births
        # unit · 2³² + rank, ascending, and in how many images.
        self._keys = np.empty(0, np.uint64)
        self._counts = np.empty(0, np.int64)

    def add(self, measured: Measures, names: Sequence[str] | None) -> None:
        """Adds images, arrays of (images, units), in their order."""
        for image_sums in measured.sums:
            self.sums += image_sums
        self.zeros += measured.zeros.sum(axis=0, dtype=np.uint64)
        if self._keep_births:
            self.births.append(measured.births)
            first = self.images
            self.names += [str(first + i) for i in range(len(measured.births))] if names is None else list(names)
        self.images += len(measured.births)
        keys = (np.arange(self.units, dtype=np.uint64) << np.uint64(32)) + measured.births
        found, counts = np.unique(keys[measured.births > 0], return_counts=True)
        self._keys, places = np.unique(np.concatenate([self._keys, found]), return_inverse=True)
        both = np.concatenate([self._counts, counts])
        self._counts = np.bincount(places, both, len(self._keys)).astype(np.int64)

    def histograms(self) -> pa.ListArray:
        """One list a unit: raw birth ranks, ascending, and the images of each."""
        ranks = (self._keys & np.uint64(0xFFFFFFFF)).astype(np.uint32)
        offsets = np.searchsorted(self._keys, np.arange(self.units + 1, dtype=np.uint64) << np.uint64(32))
        pairs = pa.StructArray.from_arrays(
            [pa.array(ranks), pa.array(self._counts.astype(np.uint32))], fields=list(HISTOGRAM.value_type)
        )
        return pa.ListArray.from_arrays(pa.array(offsets.astype(np.int32)), pairs, type=HISTOGRAM)
