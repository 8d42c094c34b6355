"""The callback of Hugging Face's Trainer."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from transformers import TrainerCallback

from .watch import Watch


class HuggingFace(TrainerCallback):  # type: ignore[misc]
    """
    `HuggingFace(trainer, images, target)` adds itself to the trainer: measures before the first step, at the steps of
    `Watch`, and after the last. The values go to `trainer.log`, and so to whatever it reports to. Options are those of
    Watch. Of several processes the first measures.
    """

    def __init__(self, trainer: Any, images: Iterable[Any], target: str | os.PathLike[str], **options: Any) -> None:
        self._log = trainer.log
        self.watch = Watch(trainer.model, images, target, **options)
        trainer.add_callback(self)

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._at(state, always=state.global_step == 0)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        # The last step here: as the training ends, those that log have closed already.
        self._at(state, always=control.should_training_stop)

    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._at(state, always=True)

    def _at(self, state: Any, *, always: bool = False) -> None:
        if not state.is_world_process_zero:
            return
        values = self.watch(state.global_step, {"epoch": float(state.epoch or 0)}, always=always)
        if values is not None:
            self._log(values)
