"""The callback of Lightning."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import Any

from .watch import Watch

if "pytorch_lightning" in sys.modules and "lightning.pytorch" not in sys.modules:
    from pytorch_lightning import Callback
else:
    from lightning.pytorch import Callback


class Lightning(Callback):  # type: ignore[misc]
    """
    `Trainer(callbacks=[Lightning(images, target)])`: measures before the first step, at the steps of `Watch`, and
    after the last. The values go to the trainer's loggers. `module` names the part of the LightningModule that takes
    the images, where it is not the whole. Options are those of Watch. Of several processes the first measures.
    """

    def __init__(
        self, images: Iterable[Any], target: str | os.PathLike[str], *, module: str | None = None, **options: Any
    ) -> None:
        super().__init__()
        self._images, self._target, self._module, self._options = images, target, module, options
        #: Made as the training begins.
        self.watch: Watch | None = None

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        if trainer.is_global_zero:
            model = pl_module if self._module is None else pl_module.get_submodule(self._module)
            self.watch = Watch(model, self._images, self._target, **self._options)
            self._at(trainer, always=trainer.global_step == 0)

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        self._at(trainer)

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:
        self._at(trainer, always=True)

    def _at(self, trainer: Any, *, always: bool = False) -> None:
        if self.watch is None:
            return
        values = self.watch(trainer.global_step, {"epoch": trainer.current_epoch}, always=always)
        if values is not None:
            for logger in trainer.loggers:
                logger.log_metrics(values, step=trainer.global_step)
