"""Keras 3 models, where Keras is installed with the backend of KERAS_BACKEND."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import unitscope

os.environ.setdefault("KERAS_BACKEND", "jax")
keras = pytest.importorskip("keras")
layers: Any = keras.layers
RNG = np.random.default_rng(5)
IMAGES = RNG.standard_normal((6, 12, 12, 3)).astype(np.float32)


def network() -> Any:
    keras.utils.set_random_seed(0)
    image = keras.Input((12, 12, 3))
    maps = layers.Conv2D(4, 3, padding="same", activation="relu", name="conv1")(image)
    again = layers.ReLU(name="act")
    maps = again(layers.Conv2D(4, 3, padding="same", name="conv2")(maps))
    maps = again(layers.DepthwiseConv2D(3, padding="same", name="depthwise")(maps))
    return keras.Model(image, layers.Dense(2, activation="softmax", name="head")(layers.Flatten()(maps)))


def read(path: str) -> Any:
    return pa.ipc.open_file(pa.memory_map(path)).read_all()


def births_of(row: dict[str, Any]) -> dict[int, int]:
    return {pair["birth_rank"]: pair["images"] for pair in row["birth_histogram"]}


def counted(births: Any) -> dict[int, int]:
    ranks, counts = np.unique(births[births > 0], return_counts=True)
    return dict(zip(ranks.tolist(), counts.tolist(), strict=True))


def maps_of(model: Any, layer: str, images: Any) -> Any:
    """The output of a layer, by a model that ends there."""
    out = keras.Model(model.inputs, model.get_layer(layer).output)
    return np.moveaxis(np.asarray(keras.ops.convert_to_numpy(out(images))), -1, 1)


def test_activations_of_layers_and_activation_layers_are_measured_in_the_order_of_the_run(tmp_path: Path) -> None:
    model = network()
    path = unitscope.measure(model, [(IMAGES, [0, 1] * 3)], tmp_path, checkpoint="a", classes=["cat", "dog"])
    table = read(path)
    layers_ = dict(zip(table["layer"].to_pylist(), table["layer_index"].to_pylist(), strict=True))
    assert layers_ == {"conv1": 0, "act": 1, "act#2": 2}
    births = unitscope.birth_ranks(maps_of(model, "conv1", IMAGES[::2]))
    kernel = np.abs(np.asarray(keras.ops.convert_to_numpy(model.get_layer("conv1").kernel), np.float64))
    rows = [row for row in table.to_pylist() if (row["layer"], row["category"]) == ("conv1", "cat")]
    assert len(rows) == 4
    for row in rows:
        assert births_of(row) == counted(births[:, row["unit"]])
        assert row["l1_norm"] == pytest.approx(kernel[..., row["unit"]].sum(), rel=1e-12)
    assert "call" not in model.get_layer("conv1").__dict__


def test_arrays_of_jax_have_the_births_of_their_values() -> None:
    jax: Any = pytest.importorskip("jax")
    maps = jax.numpy.asarray(RNG.standard_normal((30, 2, 10, 10)), "float32")
    for kind in ("float32", "float16", "bfloat16"):
        narrow = maps.astype(kind)
        births = unitscope.birth_ranks(narrow)
        np.testing.assert_array_equal(births, unitscope.birth_ranks(np.asarray(narrow.astype("float32"))))


def test_the_tap_before_the_activation_is_what_the_convolution_makes(tmp_path: Path) -> None:
    model = network()
    recorder = unitscope.Recorder(model, tmp_path, checkpoint="a", tap="pre-activation", births=True)
    with recorder.category("cat"):
        model(IMAGES)
    table = read(recorder.close())
    assert table["layer"].unique().to_pylist() == ["conv1", "conv2", "depthwise"]
    conv = model.get_layer("conv1")
    plain = keras.ops.conv(IMAGES, conv.kernel, padding="same") + conv.bias
    births = unitscope.birth_ranks(np.moveaxis(np.asarray(keras.ops.convert_to_numpy(plain)), -1, 1))
    kept = read(str(tmp_path / "births/a.arrow"))
    own = kept.filter(pa.compute.equal(kept["layer"].cast(pa.string()), "conv1"))
    ranks = np.array(own["birth_rank"].fill_null(0).to_pylist()).reshape(4, 6).T
    np.testing.assert_array_equal(ranks, births)
    assert conv.activation is keras.activations.relu


def test_a_subclassed_model_with_layers_in_layers_has_their_names_by_path(tmp_path: Path) -> None:
    class Block(layers.Layer):  # type: ignore[misc]
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self.conv = layers.Conv2D(3, 3, padding="same", name="conv")
            self.act = layers.Activation("tanh", name="act")

        def call(self, maps: Any) -> Any:
            return self.act(self.conv(maps))

    class Net(keras.Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.blocks = [Block(name="one"), Block(name="two")]

        def call(self, maps: Any) -> Any:
            for block in self.blocks:
                maps = block(maps)
            return maps

    model = Net()
    with unitscope.Recorder(model, tmp_path, checkpoint="a") as recorder, recorder.category("cat"):
        model(IMAGES)
    table = read(recorder.path)
    assert table["layer"].unique().to_pylist() == ["one/act", "two/act"]
    # Not what a backend makes of made-up images as the model builds itself.
    assert table["images"].unique().to_pylist() == [6]
    births = unitscope.birth_ranks(np.moveaxis(np.asarray(keras.ops.convert_to_numpy(model.blocks[0](IMAGES))), -1, 1))
    for row in table.to_pylist():
        if row["layer"] == "one/act":
            assert births_of(row) == counted(births[:, row["unit"]])


def test_a_compiled_run_is_refused_with_the_way_that_works(tmp_path: Path) -> None:
    model = network()
    recorder = unitscope.Recorder(model, tmp_path, checkpoint="a")
    if keras.backend.backend() == "jax":
        with pytest.raises(RuntimeError, match=r"call it as `model\(images\)`"), recorder.category("cat"):
            model.predict(IMAGES, verbose=0)
    with recorder.category("cat"):
        model(IMAGES)
    model.predict(IMAGES, verbose=0)
    assert read(recorder.close())["images"].unique().to_pylist() == [6]
