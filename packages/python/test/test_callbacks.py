"""Callbacks of the trainers that are installed: `npm run test:torch`."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import unitscope
from unitscope.callbacks import Watch
from unitscope.callbacks.watch import is_spaced
from unitscope.summary import layer_means


def read(path: Path) -> Any:
    return pa.ipc.open_file(str(path)).read_all()


def test_steps_are_spaced_like_a_logarithm() -> None:
    assert [step for step in range(100) if is_spaced(step)] == [0, 1, 2, 3, 4, 6, 8, 11, 16, 23, 32, 45, 64, 91]
    assert sum(is_spaced(step) for step in range(10_000)) == 27


def files_of(target: Path) -> list[int]:
    return sorted(int(file.stem.removeprefix("step-")) for file in target.glob("*.arrow"))


class _Trained:
    """A torch network with dropout and a norm, and the batches it is trained on."""

    def __init__(self) -> None:
        self.torch: Any = pytest.importorskip("torch")
        nn = self.torch.nn
        self.torch.manual_seed(0)
        self.model = nn.Sequential(
            nn.Conv2d(1, 4, 3, padding=1),
            nn.BatchNorm2d(4),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Flatten(),
            nn.Linear(256, 2),
        )
        self.images = self.torch.randn(12, 1, 8, 8)
        self.labels = self.torch.tensor([0, 1] * 6)
        fixed = self.torch.utils.data.TensorDataset(self.images[:6], self.labels[:6])
        self.fixed = self.torch.utils.data.DataLoader(fixed, 4, shuffle=True)

    def train(self, watch: Any, steps: int = 6) -> Any:
        optimizer = self.torch.optim.SGD(self.model.parameters(), 0.1, momentum=0.9)
        self.model.train()
        seen = [watch(0)] if watch else []
        for step in range(1, steps + 1):
            loss = self.torch.nn.functional.cross_entropy(self.model(self.images), self.labels)
            optimizer.zero_grad()
            loss.backward()
            if watch:
                # Between the gradients and the step, where a measurement could spoil most.
                seen.append(watch(step, {"loss": loss.item()}))
            optimizer.step()
        state = {name: value.clone() for name, value in self.model.state_dict().items()}
        return state, self.torch.rand(1).item(), np.random.rand(), random.random(), seen


def test_a_training_that_is_watched_ends_as_one_that_is_not(tmp_path: Path) -> None:
    np.random.seed(1)
    random.seed(1)
    state, *drawn, _ = _Trained().train(None)
    np.random.seed(1)
    random.seed(1)
    watched = _Trained()
    watch = Watch(watched.model, watched.fixed, tmp_path, meta={"run": "a"})
    found, *again, seen = watched.train(watch)
    assert drawn == again
    assert all(watched.torch.equal(found[name], state[name]) for name in state)
    assert watched.model.training and all(module.training for module in watched.model.modules())
    assert all(parameter.grad is not None for parameter in watched.model.parameters())
    assert files_of(tmp_path) == [0, 1, 2, 3, 4, 6]
    table = read(tmp_path / "step-6.arrow")
    assert set(table["category"].to_pylist()) == {"0", "1"} and table["images"].to_pylist() == [3] * 8
    meta = table.schema.metadata[b"unitscope.meta"].decode()
    assert '"run": "a"' in meta and '"step": 6' in meta and '"loss"' in meta
    means = layer_means(table)["2"]
    assert seen[-1]["unitscope/2/entropy"] == means.entropy
    assert seen[-1]["unitscope/2/entropy_paper"] == means.entropy_paper
    assert seen[-1]["unitscope/2/selective_rate"] == means.selective_rate
    assert seen[5] is None and 0 < seen[-1]["unitscope/share"] <= 1
    assert 0 < seen[-1]["unitscope/seconds"] <= watch.seconds


def test_every_k_steps_and_what_goes_wrong_is_a_warning(tmp_path: Path) -> None:
    trained = _Trained()
    with pytest.raises(ValueError, match="every is 0"):
        Watch(trained.model, trained.fixed, tmp_path, every=0)
    trained.train(Watch(trained.model, trained.fixed, tmp_path, every=4))
    assert files_of(tmp_path) == [0, 4]
    with trained.torch.no_grad():
        trained.model[0].weight[0] = float("nan")
    watch = Watch(trained.model, trained.fixed, tmp_path, every=1)
    with pytest.warns(RuntimeWarning, match=r"step 7 was not measured: layer '2', category '\d', unit 0, image 0"):
        assert watch(7) is None
    with pytest.raises(ValueError, match="holds nan"):
        Watch(trained.model, trained.fixed, tmp_path, every=1, strict=True)(7)
    assert files_of(tmp_path) == [0, 4]


def test_a_model_that_is_spread_over_processes_is_refused(tmp_path: Path) -> None:
    trained = _Trained()
    fully = type("FullyShardedDataParallel", (trained.torch.nn.Sequential,), {})
    with pytest.raises(TypeError, match="spread over processes"):
        Watch(fully(trained.model), trained.fixed, tmp_path)


def test_lightning_measures_and_logs(tmp_path: Path) -> None:
    lightning: Any = pytest.importorskip("lightning.pytorch")
    from lightning.pytorch.loggers import CSVLogger

    from unitscope.callbacks import Lightning

    trained = _Trained()
    torch = trained.torch

    class Module(lightning.LightningModule):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.net = trained.model

        def training_step(self, batch: Any, _index: int) -> Any:
            return torch.nn.functional.cross_entropy(self.net(batch[0]), batch[1])

        def configure_optimizers(self) -> Any:
            return torch.optim.SGD(self.parameters(), 0.1)

    data = torch.utils.data.TensorDataset(trained.images, trained.labels)
    callback = Lightning(trained.fixed, tmp_path / "measured", module="net")
    logger = CSVLogger(tmp_path, "log")
    trainer = lightning.Trainer(
        max_epochs=3, accelerator="cpu", logger=logger, callbacks=[callback], enable_progress_bar=False,
        enable_model_summary=False, enable_checkpointing=False, log_every_n_steps=1,
    )  # fmt: skip
    trainer.fit(Module(), torch.utils.data.DataLoader(data, 6))
    assert files_of(tmp_path / "measured") == [0, 1, 2, 3, 4, 6]
    assert '"epoch": 2' in read(tmp_path / "measured" / "step-6.arrow").schema.metadata[b"unitscope.meta"].decode()
    logged = next((tmp_path / "log").rglob("metrics.csv")).read_text()
    assert "unitscope/2/entropy" in logged and "unitscope/share" in logged


def test_hugging_faces_trainer_measures_and_logs(tmp_path: Path) -> None:
    transformers: Any = pytest.importorskip("transformers")
    pytest.importorskip("accelerate")
    from unitscope.callbacks import HuggingFace

    trained = _Trained()
    torch = trained.torch

    class Classifier(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.net = trained.model

        def forward(self, pixel_values: Any, labels: Any = None) -> Any:
            logits = self.net(pixel_values)
            if labels is None:
                return {"logits": logits}
            return {"loss": torch.nn.functional.cross_entropy(logits, labels), "logits": logits}

    rows = [
        {"pixel_values": image, "labels": label} for image, label in zip(trained.images, trained.labels, strict=True)
    ]
    arguments = transformers.TrainingArguments(
        str(tmp_path / "out"), num_train_epochs=3, per_device_train_batch_size=6, report_to=[], use_cpu=True,
        disable_tqdm=True, save_strategy="no",
    )  # fmt: skip
    trainer = transformers.Trainer(Classifier(), arguments, train_dataset=rows)
    callback = HuggingFace(trainer, trained.fixed, tmp_path / "measured", every=2)
    trainer.train()
    assert files_of(tmp_path / "measured") == [0, 2, 4, 6]
    logged = [entry for entry in trainer.state.log_history if "unitscope/net.2/entropy" in entry]
    assert [entry["step"] for entry in logged] == [0, 2, 4, 6]
    assert callback.watch.seconds > 0


def test_keras_measures_the_weights_of_the_step_and_logs(tmp_path: Path) -> None:
    os.environ.setdefault("KERAS_BACKEND", "jax")
    keras: Any = pytest.importorskip("keras")
    from unitscope.callbacks import Keras

    if keras.backend.backend() == "numpy":
        pytest.skip("this backend does not train")
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)), keras.layers.Conv2D(4, 3, padding="same", activation="relu", name="conv"),
            keras.layers.Dropout(0.5), keras.layers.Flatten(), keras.layers.Dense(2),
        ]
    )  # fmt: skip
    rng = np.random.default_rng(0)
    images, labels = rng.standard_normal((12, 8, 8, 1)).astype(np.float32), np.array([0, 1] * 6)
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    callback = Keras([(images[:6], labels[:6])], tmp_path / "measured", births=True)
    history = model.fit(images, labels, batch_size=6, epochs=3, verbose=0, callbacks=[callback])
    assert files_of(tmp_path / "measured") == [0, 1, 2, 3, 4, 6]
    assert len(history.history["unitscope/conv/entropy"]) == 3
    sums = [read(tmp_path / f"measured/step-{step}.arrow")["activation_sum"].to_pylist() for step in (0, 1, 2)]
    assert sums[0] != sums[1] != sums[2]
    with unitscope.Recorder(model, tmp_path / "again", checkpoint="a") as recorder:
        with recorder.category([str(label) for label in labels[:6]]):
            model(images[:6])
    found, wanted = read(tmp_path / "measured/step-6.arrow"), read(tmp_path / "again/a.arrow")
    assert found.equals(wanted)
