"""Sweeps run from Python, by the command line that is installed."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any


class SweepError(RuntimeError):
    """A sweep that ended otherwise than well: its exit status, and its `result` where it came to one."""

    def __init__(self, message: str, status: int, result: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status, self.result = status, result


class SweepInputError(SweepError, ValueError):
    """What the caller can mend: a spec that is wrong, files that are not there."""


def run(
    spec: str | os.PathLike[str] | Mapping[str, Any],
    *,
    store: str | os.PathLike[str] | None = None,
    arguments: Sequence[str] = (),
    command: str | os.PathLike[str] | Sequence[str] | None = None,
    progress: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """
    Runs `unitscope sweep` over a spec, a file or its content, until it ends; gives its result: cells, checkpoints,
    maps, seconds, failures. Paths of a content are relative to the working folder. `command` is the command line: by
    default UNITSCOPE_COMMAND, `unitscope` of PATH, or npx. `progress` gets its lines; by default they go to stderr.
    Raises SweepInputError, a ValueError, for what the caller can mend, and SweepError where tasks failed. Ctrl-C stops
    the sweep in order; the same call goes on from there.
    """
    say = progress if progress is not None else _to_stderr
    with _spec_file(spec) as path:
        full = [*_command(command), "sweep", path, "--json", *arguments]
        if store is not None:
            full += ["--store", os.fspath(store)]
        status, output, said = _run(full, say)
    try:
        result: dict[str, Any] | None = json.loads(output)
    except ValueError:
        result = None
    if status == 0 and result is not None:
        return result
    message = _last_message(said) or "\n".join([f"{' '.join(full)}: ended with {status}", *said[-5:]])
    if status == 2:
        raise SweepInputError(message, status)
    if result is not None and result.get("failures"):
        first = result["failures"][0]
        message = f"{result['cells']['failed']} cells failed; the first: {first.get('message', first)}"
    raise SweepError(message, status, result)


def _run(command: Sequence[str], say: Callable[[str], None]) -> tuple[int, str, list[str]]:
    try:
        # A group of its own: a Ctrl-C of the terminal reaches it once, by this process.
        options: dict[str, Any] = {} if os.name == "nt" else {"start_new_session": True}
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", **options
        )
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"{command[0]}: not found. Give the command line as `command` or UNITSCOPE_COMMAND, "
            "or install Node 22.12 or later for npx"
        ) from error
    said: list[str] = []
    output: list[str] = []
    reader = threading.Thread(target=lambda: output.append(process.stdout.read() if process.stdout else ""))
    reader.start()
    try:
        for line in process.stderr or ():
            said.append(line.rstrip("\n"))
            say(said[-1])
        status = process.wait()
    except BaseException:
        process.send_signal(signal.SIGINT)
        process.wait()
        raise
    finally:
        reader.join()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()
    return status, output[0], said


def _command(given: str | os.PathLike[str] | Sequence[str] | None) -> list[str]:
    if given is None:
        given = os.environ.get("UNITSCOPE_COMMAND") or shutil.which("unitscope")
    if given is None:
        return [shutil.which("npx") or "npx", "--yes", "unitscope"]
    if not isinstance(given, (str, os.PathLike)):
        return list(given)
    path = os.fspath(given)
    # A script of the bundle needs its interpreter where it is not executable.
    return [shutil.which("node") or "node", path] if path.endswith((".js", ".mjs")) else [path]


@contextlib.contextmanager
def _spec_file(spec: str | os.PathLike[str] | Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(spec, Mapping):
        yield os.fspath(spec)
        return
    # Its paths are relative to where it lies.
    handle, path = tempfile.mkstemp(dir=Path.cwd(), prefix=".unitscope-", suffix=".json")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(spec, file)
        yield path
    finally:
        os.unlink(path)


def _last_message(said: Sequence[str]) -> str:
    """The message with which the command ended: from its last `unitscope:` on."""
    for at in range(len(said) - 1, -1, -1):
        if said[at].startswith("unitscope: "):
            return "\n".join([said[at].removeprefix("unitscope: "), *said[at + 1 :]])
    return ""


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr)
