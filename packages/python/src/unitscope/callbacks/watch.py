"""Measures a network now and then while it trains, and leaves the training as it was."""

from __future__ import annotations

import contextlib
import logging
import os
import random
import sys
import time
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..loaders import record_loader
from ..measurements import Scalar
from ..recorder import Recorder
from ..summary import layer_means

_log = logging.getLogger("unitscope")


class Watch:
    """
    A function of the step that measures where it is due: `watch(step)` in any training loop.

    `images` gives (images, labels[, names]); they are read once and kept, so that every step has the same. Steps are
    0, 1, 2, 3, 4, 6, 8, 11, 16 …, two to a doubling, or every `every`. Each measured step is a file `step-N` of the
    target, whose metadata are the step and `meta`. The random state, the modes of the modules and the gradients are
    left as they were. What goes wrong is a warning and the training goes on, but with `strict`. Other options are
    those of Recorder.
    """

    def __init__(
        self,
        model: Any,
        images: Iterable[Any],
        target: str | os.PathLike[str],
        *,
        every: int | None = None,
        classes: Sequence[str] | None = None,
        meta: Mapping[str, Scalar] | None = None,
        strict: bool = False,
        **options: Any,
    ) -> None:
        if every is not None and (isinstance(every, bool) or every != int(every) or every < 1):
            raise ValueError(f"every is {every}: expected a whole number of steps from 1")
        _refuse_spread(model)
        self.model = model
        self._given: Iterable[Any] | None = images
        self._batches: list[Any] = []
        self._classes = classes if classes is not None else getattr(getattr(images, "dataset", None), "classes", None)
        self._target, self._every, self._strict = target, every, strict
        self._meta, self._options = dict(meta or {}), {"part": (0, 1), **options}
        self._last: int | None = None
        self._begin: float | None = None
        #: Seconds that measuring took, all steps together.
        self.seconds = 0.0

    def due(self, step: int) -> bool:
        """Whether the step is one to be measured."""
        if self._every is not None:
            return step % self._every == 0
        return is_spaced(step)

    def __call__(
        self, step: int, meta: Mapping[str, Scalar] | None = None, *, always: bool = False
    ) -> dict[str, float] | None:
        """
        Measures the network where the step is due, or `always`. Gives what a logger takes: `unitscope/<layer>/entropy`
        (the mean H of sensitive units), `…/entropy_paper` (by the paper's text, of all units) and `…/selective_rate`,
        `unitscope/seconds` of this step, and `unitscope/share`, that of measuring in the time since the first call.
        None where nothing was measured.
        """
        begin = time.perf_counter()
        self._begin = begin if self._begin is None else self._begin
        if step == self._last or not (always or self.due(step)):
            return None
        self._last = step
        try:
            means = self._measured(step, {"step": step, **self._meta, **(meta or {})})
        except (ValueError, OSError, RuntimeError) as error:
            if self._strict:
                raise
            warnings.warn(f"unitscope: step {step} was not measured: {error}", RuntimeWarning, stacklevel=2)
            return None
        finally:
            took = time.perf_counter() - begin
            self.seconds += took
        share = self.share
        _log.info("step %d: measured in %.2f s; %.1f %% of the training so far", step, took, 100 * share)
        return {**means, "unitscope/seconds": took, "unitscope/share": share}

    @property
    def share(self) -> float:
        """The part that measuring has in the time since the first call, from 0 to 1."""
        if self._begin is None:
            return 0.0
        return min(1.0, self.seconds / max(time.perf_counter() - self._begin, 1e-9))

    def _measured(self, step: int, meta: Mapping[str, Scalar]) -> dict[str, float]:
        with random_state_kept():
            if self._given is not None:
                self._batches, self._given = list(self._given), None
            recorder = Recorder(self.model, self._target, checkpoint=f"step-{step}", meta=meta, **self._options)
            with recorder:
                record_loader(recorder, self.model, self._batches, self._classes)
                table = recorder.table()
        values = {}
        for layer, means in layer_means(table).items():
            if means.entropy is not None:
                values[f"unitscope/{layer}/entropy"] = means.entropy
            values[f"unitscope/{layer}/entropy_paper"] = means.entropy_paper
            values[f"unitscope/{layer}/selective_rate"] = means.selective_rate
        return values


def _refuse_spread(model: Any) -> None:
    modules = model.modules() if hasattr(model, "modules") else ()
    spread = next(
        (type(one).__name__ for one in modules if type(one).__name__.startswith(("FSDP", "FullySharded"))), None
    )
    if spread is not None:
        raise TypeError(
            f"model holds a {spread}, whose weights are spread over processes: one of them cannot run it. Measure the "
            "checkpoints that it saves, with unitscope.measure"
        )


def is_spaced(step: int) -> bool:
    """0, 1, 2, 3, 4, 6, 8, 11, 16, 23, 32 …: the powers of √2, rounded."""
    if step < 1:
        return step == 0
    exponent = round(2 * np.log2(step))
    return any(round(2.0 ** (near / 2)) == step for near in (exponent - 1, exponent, exponent + 1))


@contextlib.contextmanager
def random_state_kept() -> Iterator[None]:
    """Random numbers that are drawn inside, by Python, numpy or torch, are drawn again afterwards."""
    torch: Any = sys.modules.get("torch")
    python, numpy_ = random.getstate(), np.random.get_state()
    cpu = torch.get_rng_state() if torch is not None else None
    gpus = torch.cuda.get_rng_state_all() if torch is not None and torch.cuda.is_initialized() else None
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy_)
        if cpu is not None:
            torch.set_rng_state(cpu)
        if gpus is not None:
            torch.cuda.set_rng_state_all(gpus)
