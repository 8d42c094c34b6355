"""Recorder and its files, taken in by the command line of this clone."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import unitscope

RNG = np.random.default_rng(3)
IMAGES = {"cat": 6, "dog/pup": 5}


def made_maps() -> dict[tuple[str, str], Any]:
    return {
        (layer, category): np.maximum(RNG.standard_normal((images, units, size, size), dtype=np.float32), 0)
        for layer, units, size in (("conv1", 4, 14), ("conv2", 7, 8))
        for category, images in IMAGES.items()
    }


def record(maps: dict[tuple[str, str], Any], target: Path, checkpoint: str, **options: Any) -> unitscope.Recorder:
    with unitscope.Recorder(None, target, checkpoint=checkpoint, **options) as recorder:
        for category in IMAGES:
            for half in (slice(0, 3), slice(3, None)):
                with recorder.category(category):
                    for layer in ("conv1", "conv2"):
                        recorder.record(layer, maps[layer, category][half])
    return recorder


def write_activations(path: Path, maps: Any, **labels: Any) -> None:
    images, units, n, _ = maps.shape
    table = pa.table(
        {
            "unit": np.tile(np.arange(units, dtype=np.uint32), images),
            "image": np.repeat(np.arange(images), units),
            "map": pa.FixedSizeListArray.from_arrays(pa.array(maps.reshape(-1)), n * n),
        }
    ).replace_schema_metadata(
        {
            "unitscope.schema": "activations/1",
            "unitscope.height": str(n),
            "unitscope.width": str(n),
            **{f"unitscope.{key}": str(value) for key, value in labels.items()},
        }
    )
    with pa.ipc.new_file(str(path), table.schema) as writer:
        writer.write_table(table)


def read(path: Path) -> Any:
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()


def test_a_sweep_of_what_was_recorded_has_the_tables_of_one_over_the_maps(
    tmp_path: Path, command_line: list[str]
) -> None:
    maps = made_maps()
    record(maps, tmp_path / "measured", "step-1", meta={"step": 1})
    (tmp_path / "maps").mkdir()
    for i, ((layer, category), block) in enumerate(maps.items()):
        index = ("conv1", "conv2").index(layer)
        write_activations(
            tmp_path / f"maps/{i}.arrow", block, checkpoint="step-1", layer=layer, layer_index=index, category=category
        )
    for name, source in (("m", "measurements: ['measured/*.arrow']"), ("a", "activations: ['maps/*.arrow']")):
        (tmp_path / f"{name}.yaml").write_text(f"name: {name}\nsource: {{ {source} }}\n")
        subprocess.run([*command_line, "sweep", f"{name}.yaml"], cwd=tmp_path, check=True, capture_output=True)
    for table in ("units", "layers"):
        found, wanted = (
            read(tmp_path / f".unitscope/sweeps/{name}/results/{table}/step-1.arrow") for name in ("m", "a")
        )
        assert found.num_rows > 0 and found.equals(wanted), table
    checkpoints = read(tmp_path / ".unitscope/sweeps/m/results/checkpoints.arrow")
    assert checkpoints["meta_step"].to_pylist() == [1.0]


def test_parts_are_files_of_their_own(tmp_path: Path) -> None:
    for rank in (0, 1):
        record(made_maps(), tmp_path, "step-1", part=(rank, 2))
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["step-1.part-0-of-2.arrow", "step-1.part-1-of-2.arrow"]
    assert read(files[1]).schema.metadata[b"unitscope.part"] == b"1/2"


def test_a_nan_is_named_by_layer_unit_and_image_and_nothing_is_written(tmp_path: Path) -> None:
    maps = np.zeros((3, 2, 8, 8), np.float32)
    maps[2, 1, 0, 0] = np.nan
    with (
        pytest.raises(ValueError, match=r"layer 'conv', category 'cat', unit 1, image 2 \(c\.png\) holds nan"),
        unitscope.Recorder(None, tmp_path, checkpoint="a") as recorder,
        recorder.category("cat", ["a.png", "b.png", "c.png"]),
    ):
        recorder.record("conv", maps)
    assert list(tmp_path.iterdir()) == []


def test_maps_that_are_not_square_or_too_small_are_listed_with_the_reason(tmp_path: Path) -> None:
    with unitscope.Recorder(None, tmp_path, checkpoint="a") as recorder, recorder.category("cat"):
        recorder.record("flat", np.zeros((2, 10)))
        recorder.record("wide", np.zeros((2, 3, 8, 9)))
        recorder.record("tiny", np.zeros((2, 3, 3, 3)))
        recorder.record("conv", np.ones((2, 3, 8, 8)))
    assert list(recorder.left_out) == ["flat", "wide", "tiny"]
    assert "8×9: not square" in recorder.left_out["wide"]
    with pytest.raises(ValueError, match="nothing was measured"), unitscope.Recorder(None, tmp_path, checkpoint="b"):
        pass


def test_what_does_not_fit_is_refused(tmp_path: Path) -> None:
    first = unitscope.Recorder(None, tmp_path, checkpoint="a")
    with pytest.raises(RuntimeError, match="another recorder writes this checkpoint"):
        unitscope.Recorder(None, tmp_path, checkpoint="a")
    with pytest.raises(RuntimeError, match="outside a category"):
        first.record("conv", np.zeros((1, 1, 8, 8)))
    with first.category("cat"):
        first.record("conv", np.zeros((1, 1, 8, 8)))
        with pytest.raises(ValueError, match="one size"):
            first.record("conv", np.zeros((1, 1, 9, 9)))
    first.abandon()
    unitscope.Recorder(None, tmp_path, checkpoint="a").abandon()
    with pytest.raises(TypeError, match="meta"):
        unitscope.Recorder(None, tmp_path, checkpoint="a", meta={"lr": [1]})  # type: ignore[dict-item]
    with pytest.raises(ValueError, match="tap"):
        unitscope.Recorder(None, tmp_path, checkpoint="a", tap="somewhere")
    assert list(tmp_path.iterdir()) == []


def test_a_category_that_ended_by_an_error_does_not_count(tmp_path: Path) -> None:
    recorder = unitscope.Recorder(None, tmp_path, checkpoint="a")
    with recorder.category("cat"):
        recorder.record("conv", np.ones((2, 1, 8, 8)))
    with pytest.raises(KeyboardInterrupt), recorder.category("cat"):
        recorder.record("conv", np.ones((5, 1, 8, 8)))
        raise KeyboardInterrupt
    table = read(Path(recorder.close()))
    assert table["images"].to_pylist() == [2]


def test_a_disk_that_is_full_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = unitscope.Recorder(None, tmp_path, checkpoint="a")
    with recorder.category("cat"):
        recorder.record("conv", np.ones((2, 1, 8, 8)))

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        recorder.close()
    assert list(tmp_path.iterdir()) == []
