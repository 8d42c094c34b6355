"""The callback of Keras 3."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import keras

from .watch import Watch


class Keras(keras.callbacks.Callback):  # type: ignore[misc]
    """
    `model.fit(…, callbacks=[Keras(images, target)])`: measures before the first step, at the steps of `Watch`, and
    after the last. The latest values are in the logs of each epoch: put it before the callbacks that are to see them
    (the history comes last by itself). Options are those of Watch.
    """

    def __init__(self, images: Iterable[Any], target: str | os.PathLike[str], **options: Any) -> None:
        super().__init__()
        self._images, self._target, self._options = images, target, options
        #: Made as the training begins.
        self.watch: Watch | None = None
        self._values: dict[str, float] = {}
        self._step = self._epoch = 0

    def on_train_begin(self, logs: Any = None) -> None:
        self.watch = Watch(self.model, self._images, self._target, **self._options)
        self._step = int(self.model.optimizer.iterations)
        self._at(always=self._step == 0)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self._step += 1
        self._at()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if logs is not None:
            logs.update(self._values)

    def on_train_end(self, logs: Any = None) -> None:
        self._at(always=True)

    def _at(self, *, always: bool = False) -> None:
        if self.watch is None or not (always or self.watch.due(self._step)):
            return
        # On jax the trainer holds the weights back until the epoch ends.
        getattr(self.model, "jax_state_sync", lambda: None)()
        values = self.watch(self._step, {"epoch": self._epoch}, always=always)
        if values is not None:
            self._values = values
