"""From maps to a sweep and back into Python, by the command line of this clone."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import unitscope
from unitscope.label_segment import label_segment
from unitscope.summary import layer_means

RNG = np.random.default_rng(11)
LABELS = ["step-2", "Step 10/β"]


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory, command_line: list[str]) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("swept")
    for label in LABELS:
        with unitscope.Recorder(None, folder / "measured", checkpoint=label) as recorder:
            for category, images in (("cat", 9), ("dog", 7)):
                with recorder.category(category):
                    # Some units have no birth at all.
                    maps = np.maximum(RNG.standard_normal((images, 5, 10, 10)), 0)
                    maps[:, 3] = 0
                    recorder.record("conv1", maps)
                    recorder.record("conv2", RNG.integers(0, 4, (images, 3, 6, 6)))
    said: list[str] = []
    spec = {"name": "one", "source": {"measurements": ["measured/*.arrow"]}}
    with pytest.MonkeyPatch.context() as here:
        here.chdir(folder)
        result = unitscope.run(spec, store="store", command=command_line, progress=said.append)
    return {"folder": folder, "store": folder / "store", "result": result, "said": said}


def test_a_sweep_runs_from_python_with_its_progress(swept: dict[str, Any]) -> None:
    assert swept["result"]["cells"] == {"total": 8, "done": 8, "cached": 0, "failed": 0}
    assert any("2 checkpoints" in line for line in swept["said"])
    assert sorted(file.name for file in swept["folder"].iterdir()) == ["measured", "store"]


def test_tables_come_back_in_the_order_of_the_checkpoints(swept: dict[str, Any]) -> None:
    units = unitscope.read(swept["store"], "one", "units")
    assert units["checkpoint"].unique().to_pylist() == unitscope.sweeps(swept["store"])[0]["checkpoints"]
    assert units.num_rows == 2 * 2 * (5 + 3)
    assert units.schema.metadata[b"unitscope.schema"] == b"units/1"
    one = unitscope.read(str(swept["store"]), "one", "units", ["step-2"])
    assert set(one["checkpoint"].to_pylist()) == {"step-2"}
    assert unitscope.read(swept["store"], "one", "checkpoints").num_rows == 2
    listed = unitscope.sweeps(swept["store"])
    assert [(one["name"], one["source"], one["cells"], one["cells_planned"]) for one in listed] == [
        ("one", "measurements", 8, 8)
    ]
    assert sorted(listed[0]["checkpoints"]) == sorted(LABELS)


def test_tables_of_an_earlier_version_stand_beside_newer_ones(swept: dict[str, Any], tmp_path: Path) -> None:
    shutil.copytree(swept["store"], tmp_path / "store")
    file = tmp_path / "store/sweeps/one/results/units" / f"{label_segment(LABELS[1])}.arrow"
    table = pa.ipc.open_file(file.read_bytes()).read_all().drop_columns(["entropy_paper", "class_selectivity"])
    with pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)
    units = unitscope.read(tmp_path / "store", "one", "units")
    assert units.num_rows == 2 * 2 * (5 + 3)
    assert units["entropy_paper"].null_count == 2 * (5 + 3)
    assert units["entropy"].null_count == 0
    objects = unitscope.read(tmp_path / "store", "one", "objects").to_pylist()
    assert len(objects) == 8 and all((tmp_path / "store" / row["units"]).is_file() for row in objects)


def test_polars_takes_a_table_without_a_copy(swept: dict[str, Any]) -> None:
    polars: Any = pytest.importorskip("polars")
    units = unitscope.read(swept["store"], "one", "units", ["step-2"])
    frame = polars.from_arrow(units)
    assert frame["entropy"].to_list() == units["entropy"].to_pylist()
    assert frame["entropy"].to_arrow().buffers()[1].address == units["entropy"].chunk(0).buffers()[1].address


def test_the_means_of_layers_are_those_of_the_sweep(swept: dict[str, Any]) -> None:
    layers = unitscope.read(swept["store"], "one", "layers", ["step-2"])
    file = pa.ipc.open_file(str(swept["folder"] / "measured" / "step-2.arrow")).read_all()
    means = layer_means(file)
    rows = [row for row in layers.to_pylist() if row["scope"] == "all"]
    assert [row["layer"] for row in rows] == list(means)
    for row in rows:
        assert means[row["layer"]].entropy == pytest.approx(row["entropy_mean"], rel=1e-12)
        assert means[row["layer"]].entropy_paper == pytest.approx(row["entropy_paper_mean"], rel=1e-12)
        assert means[row["layer"]].selective_rate == pytest.approx(row["selective_rate_mean"], rel=1e-12)


def test_what_is_not_there_is_said(swept: dict[str, Any]) -> None:
    store = swept["store"]
    for arguments, error, message in (
        ((store, "two"), FileNotFoundError, r"expected the sweep 'two', found 'one'"),
        ((store, "one", "births"), FileNotFoundError, r"no table births: `births: true`"),
        ((store, "one", "failures"), FileNotFoundError, "nothing failed"),
        ((store, "one", "unit"), ValueError, "expected one of units, layers"),
        ((store, "one", "units", ["step-3"]), ValueError, "no checkpoint 'step-3'"),
        ((swept["folder"] / "nowhere", "one"), FileNotFoundError, "found none"),
    ):
        with pytest.raises(error, match=message):
            unitscope.read(*arguments)
    assert unitscope.sweeps(swept["folder"] / "nowhere") == []


def test_errors_of_the_command_line_are_pythons(tmp_path: Path, command_line: list[str]) -> None:
    (tmp_path / "bad.yaml").write_text("name: bad\nsource: { measurements: ['nothing/*.arrow'] }\n")
    with pytest.raises(unitscope.SweepInputError, match=r"nothing/\*\.arrow matches nothing") as caught:
        unitscope.run(tmp_path / "bad.yaml", command=command_line, progress=lambda _: None)
    assert caught.value.status == 2 and isinstance(caught.value, ValueError)
    with pytest.raises(FileNotFoundError, match="UNITSCOPE_COMMAND"):
        unitscope.run(tmp_path / "bad.yaml", command=str(tmp_path / "no-such-command"))


def test_a_command_that_is_none_of_unitscopes_is_named_with_what_it_said(tmp_path: Path) -> None:
    code = "import sys; print('npm error 404 Not Found', file=sys.stderr); sys.exit(1)"
    other = [sys.executable, "-c", code]
    with pytest.raises(unitscope.SweepError, match=r"(?s) sweep .*: ended with 1.npm error 404 Not Found"):
        unitscope.run(tmp_path / "sweep.yaml", command=other, progress=lambda _: None)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_stops_the_sweep_in_order(swept: dict[str, Any], command_line: list[str], tmp_path: Path) -> None:
    program = """
import sys, unitscope
spec = {"name": "followed", "source": {"measurements": [sys.argv[1]]}}
try:
    unitscope.run(spec, store=sys.argv[2], arguments=["--follow"], command=sys.argv[3:],
                  progress=lambda line: print(line, flush=True))
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""
    pattern = str(swept["folder"] / "measured/*.arrow")
    arguments = [sys.executable, "-c", program, pattern, str(tmp_path / "store"), *command_line]
    child = subprocess.Popen(arguments, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    for line in child.stdout:
        if "2/2 checkpoints" in line:
            break
    child.send_signal(signal.SIGINT)
    assert child.communicate(timeout=120)[0].endswith("interrupted\n")
    assert unitscope.read(tmp_path / "store", "followed").num_rows == 32


def test_names_of_files_are_those_of_the_store(typescript: dict[str, Any]) -> None:
    assert len(typescript["segments"]) > 8
    for label, segment in typescript["segments"]:
        assert label_segment(label) == segment
