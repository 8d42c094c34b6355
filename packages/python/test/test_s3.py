"""A training that writes to S3, followed by a sweep on S3, read back from there."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import unitscope

MAPS = np.random.default_rng(17).standard_normal((2, 5, 4, 8, 8), dtype=np.float32)


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    node = shutil.which("node")
    assert node is not None, "needs Node"
    command = [node, str(Path(__file__).parent / "s3-server.mjs")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None and process.stdout is not None
    said: dict[str, Any] = json.loads(process.stdout.readline())
    before = dict(os.environ)
    os.environ.update(said["env"])
    try:
        failed = request.session.testsfailed
        yield said
        if request.session.testsfailed > failed:
            # Its folder goes with it.
            with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
                print("\nThe S3 server's last lines:", *log_of(said)[-40:], sep="\n")
    finally:
        os.environ.clear()
        os.environ.update(before)
        process.stdin.close()
        process.wait(60)


def log_of(said: dict[str, Any]) -> list[str]:
    return Path(said["logFile"]).read_text(errors="replace").splitlines()


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


def relay(source: socket.socket, target: socket.socket, seconds: float = 0) -> None:
    """Passes bytes on, the first of them after so many seconds."""
    with contextlib.suppress(OSError):
        while block := source.recv(65_536):
            time.sleep(seconds)
            seconds = 0
            target.sendall(block)
        target.shutdown(socket.SHUT_WR)


def slow_door(port: int, seconds: float) -> socket.socket:
    """A port before the server's: the first answer on each connection comes after so many seconds."""
    door = socket.create_server(("127.0.0.1", 0))

    def let_in() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = door.accept()
                server = socket.create_connection(("127.0.0.1", port))
                threading.Thread(target=relay, args=(client, server), daemon=True).start()
                threading.Thread(target=relay, args=(server, client, seconds), daemon=True).start()

    threading.Thread(target=let_in, daemon=True).start()
    return door


def test_a_server_that_is_silent_for_seconds_is_waited_for(
    server: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with slow_door(int(server["env"]["AWS_ENDPOINT_URL_S3"].rsplit(":", 1)[1]), 5) as door:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{door.getsockname()[1]}")
        assert record(f"{server['address']}/slow", 0).endswith("slow/step-0.arrow")


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
