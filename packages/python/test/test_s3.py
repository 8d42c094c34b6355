"""A training that writes to S3, followed by a sweep on S3, read back from there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import unitscope

MAPS = np.random.default_rng(17).standard_normal((2, 5, 4, 8, 8), dtype=np.float32)


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, Any]]:
    node = shutil.which("node")
    assert node is not None, "needs Node"
    command = [node, str(Path(__file__).parent / "s3-server.mjs")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None and process.stdout is not None
    said: dict[str, Any] = json.loads(process.stdout.readline())
    before = dict(os.environ)
    os.environ.update(said["env"])
    try:
        yield said
    finally:
        os.environ.clear()
        os.environ.update(before)
        process.stdin.close()
        process.wait(60)


def record(target: Any, step: int) -> str:
    with (
        unitscope.Recorder(None, target, checkpoint=f"step-{step}", meta={"step": step}, births=True) as recorder,
        recorder.category("cat"),
    ):
        recorder.record("conv", MAPS[step])
    return recorder.path


def test_a_sweep_follows_what_is_written_to_s3(
    server: dict[str, Any], tmp_path: Path, command_line: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The spec is written where the process works.
    monkeypatch.chdir(tmp_path)
    target, store = f"{server['address']}/run/measured", f"{server['address']}/store"
    assert record(target, 0).endswith("run/measured/step-0.arrow")
    later = [1]

    def write_the_next(line: str) -> None:
        # The second checkpoint comes while the sweep runs.
        if later and "1/1 checkpoint " in line:
            record(target, later.pop())

    spec = {"name": "live", "source": {"measurements": [f"{target}/*.arrow"]}}
    options: dict[str, Any] = {"command": command_line, "arguments": ["--follow", "--until", "2"]}
    result = unitscope.run(spec, store=store, progress=write_the_next, **options)
    assert later == [] and result["checkpoints"] == {"total": 2, "done": 2}

    for step in (0, 1):
        record(tmp_path / "measured", step)
    here = {"name": "live", "source": {"measurements": [str(tmp_path / "measured/*.arrow")]}}
    unitscope.run(here, store=tmp_path / "store", command=command_line, progress=lambda _: None)
    for table in ("units", "layers"):
        found, wanted = unitscope.read(store, "live", table), unitscope.read(tmp_path / "store", "live", table)
        assert found.equals(wanted) and found.num_rows > 0, table
    assert [one["name"] for one in unitscope.sweeps(store)] == ["live"]


def test_an_upload_that_fails_leaves_no_object(server: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    recorder = unitscope.Recorder(None, f"{server['address']}/refused", checkpoint="a")
    with recorder.category("cat"):
        recorder.record("conv", MAPS[0])
    with pytest.raises(OSError, match=r"ACCESS_DENIED|SIGNATURE|403|Forbidden|AccessDenied"):
        recorder.close()
    monkeypatch.undo()
    os.environ.update(server["env"])
    assert unitscope.sweeps(f"{server['address']}/refused") == []
