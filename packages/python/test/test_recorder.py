"""Recorder and its files, taken in by the command line of this clone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import unitscope
from unitscope.places import open_place

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


def test_images_of_several_categories_in_one_batch_are_told_apart(tmp_path: Path) -> None:
    maps = made_maps()
    record(maps, tmp_path / "apart", "a", births=True)
    order = RNG.permutation(sum(IMAGES.values()))
    categories = np.array([category for category, images in IMAGES.items() for _ in range(images)])
    numbers = np.concatenate([np.arange(images) for images in IMAGES.values()])
    # Within a category the images keep their order.
    order = order[np.argsort(numbers[order], kind="stable")]
    with unitscope.Recorder(None, tmp_path / "mixed", checkpoint="a", births=True) as recorder:
        for batch in np.array_split(order, 3):
            with recorder.category([str(category) for category in categories[batch]]):
                for layer in ("conv1", "conv2"):
                    together = np.concatenate([maps[layer, category] for category in IMAGES])
                    recorder.record(layer, together[batch])
    for file in ("a.arrow", "births/a.arrow"):
        found, wanted = read(tmp_path / "mixed" / file), read(tmp_path / "apart" / file)
        assert found.equals(wanted) and found.num_rows > 0


def test_births_of_single_images_are_kept_where_asked(tmp_path: Path) -> None:
    maps = RNG.standard_normal((4, 3, 8, 8), dtype=np.float32)
    maps[1, 2] = 0
    with unitscope.Recorder(None, tmp_path, checkpoint="a", births=True) as recorder:
        with recorder.category("cat", ["a.png", "b.png", "c.png"]):
            recorder.record("conv", maps[:3])
        with recorder.category("cat", ["d.png"]):
            recorder.record("conv", maps[3:])
    table = read(tmp_path / "births" / "a.arrow")
    assert table.schema.metadata[b"unitscope.schema"] == b"births/1"
    births = unitscope.birth_ranks(maps)
    assert births[1, 2] == 0
    for row in table.to_pylist():
        image = ["a.png", "b.png", "c.png", "d.png"].index(row["image"])
        assert row["birth_rank"] == (int(births[image, row["unit"]]) or None)
    assert table.num_rows == 12


def test_categories_and_names_are_one_an_image(tmp_path: Path) -> None:
    recorder = unitscope.Recorder(None, tmp_path, checkpoint="a")
    with pytest.raises(ValueError, match="one of the 2 categories for each image, found 3"):
        with recorder.category(["cat", "dog"]):
            recorder.record("conv", np.ones((3, 1, 8, 8)))
    with pytest.raises(ValueError, match="one of the 1 names for each image, found 3"), recorder.category("cat", ["a"]):
        recorder.record("conv", np.ones((3, 1, 8, 8)))
    with pytest.raises(ValueError, match="category is ''"), recorder.category(["cat", ""]):
        pass
    recorder.abandon()


def test_maps_that_change_after_they_were_recorded_do_not_change_what_was_counted(tmp_path: Path) -> None:
    maps = RNG.standard_normal((4, 3, 8, 8), dtype=np.float32)
    wanted = unitscope.birth_ranks(maps)
    with unitscope.Recorder(None, tmp_path, checkpoint="a", births=True) as recorder, recorder.category("cat"):
        recorder.record("conv", maps)
        maps[:] = 0
    ranks = read(tmp_path / "births" / "a.arrow")["birth_rank"].fill_null(0).to_pylist()
    np.testing.assert_array_equal(np.array(ranks).reshape(3, 4).T, wanted)


def test_ctrl_c_leaves_the_checkpoints_that_were_finished(tmp_path: Path) -> None:
    record(made_maps(), tmp_path, "step-1")
    with pytest.raises(KeyboardInterrupt), unitscope.Recorder(None, tmp_path, checkpoint="step-2") as recorder:
        with recorder.category("cat"):
            recorder.record("conv", np.ones((2, 1, 8, 8)))
        raise KeyboardInterrupt
    assert [file.name for file in tmp_path.iterdir()] == ["step-1.arrow"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_recorder_in_a_fork_is_refused_and_the_parents_goes_on(tmp_path: Path) -> None:
    recorder = unitscope.Recorder(None, tmp_path, checkpoint="a")
    child = os.fork()
    if child == 0:
        try:
            with recorder.category("cat"):
                pass
        except RuntimeError as error:
            recorder.abandon()
            os._exit(7 if "fork" in str(error) else 8)
        os._exit(9)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    with pytest.raises(RuntimeError, match="another recorder"):
        unitscope.Recorder(None, tmp_path, checkpoint="a")
    with recorder.category("cat"):
        recorder.record("conv", np.ones((2, 1, 8, 8)))
    assert Path(recorder.close()).exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits the size of files")
def test_a_disk_that_takes_no_more_leaves_nothing_half_written(tmp_path: Path) -> None:
    program = """
import resource, signal, sys, numpy as np, unitscope
recorder = unitscope.Recorder(None, sys.argv[1], checkpoint="a")
with recorder.category("cat"):
    recorder.record("conv", np.ones((2, 1, 8, 8)))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512))
try:
    recorder.close()
except OSError as error:
    print(error)
"""
    ran = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True, capture_output=True, text=True)
    assert "File too large" in ran.stdout
    assert list(tmp_path.iterdir()) == []


def test_an_address_of_s3_is_read_as_the_command_line_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    files, folder = open_place("s3://bucket/runs/1?endpoint=http://localhost:9000&region=eu-central-1")
    assert (folder, files.region) == ("bucket/runs/1", "eu-central-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://localhost:9001")
    assert open_place("s3://bucket")[1] == "bucket"
    for address, found in (
        ("s3://key:secret@bucket/a", "credentials are never part"),
        ("s3://bucket/a?colour=red", "found colour"),
        ("s3:///a", "found no bucket"),
        ("s3://bucket/a?endpoint=localhost:9000", "expected an endpoint such as"),
    ):
        with pytest.raises(ValueError, match=found):
            open_place(address)
    first = unitscope.Recorder(None, "s3://bucket/runs", checkpoint="a")
    with pytest.raises(RuntimeError, match="another recorder"):
        unitscope.Recorder(None, "s3://bucket/runs", checkpoint="a")
    first.abandon()
