"""The folder that files of measurements go to: each appears whole or not at all, and has one recorder."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import fs

from .label_segment import label_segment
from .places import open_place

ROWS_A_BATCH = 65_536

_held: set[str] = set()
"""What is written from this process to file systems that have no locks."""


class Target:
    """A folder of this machine or below s3://bucket/, in which each checkpoint is a file."""

    def __init__(self, place: str | os.PathLike[str], filesystem: fs.FileSystem | None = None) -> None:
        if filesystem is not None:
            self._files, self._folder = filesystem, os.fspath(place).rstrip("/")
        else:
            self._files, self._folder = open_place(place)
        self._local = isinstance(self._files, fs.LocalFileSystem)

    def path_of(self, name: str) -> str:
        return f"{self._folder}/{_file_name(name)}"

    def write(self, name: str, table: pa.Table, folder: str | None = None) -> str:
        """Writes a file that appears whole or not at all. Returns its path."""
        path = f"{self._folder}/{folder}/{_file_name(name)}" if folder else self.path_of(name)
        buffer = pa.BufferOutputStream()
        with pa.ipc.new_file(buffer, table.schema) as writer:
            writer.write_table(table, max_chunksize=ROWS_A_BATCH)
        content = buffer.getvalue()
        if self._local:
            _write_whole(path, content)
        else:
            # An object appears when its upload ends, whole.
            with self._files.open_output_stream(path) as stream:
                stream.write(content)
        return path

    def take(self, name: str) -> Hold:
        """Refuses a second recorder of this checkpoint until the first ends: on this machine, on S3 in this process."""
        return Hold(self.path_of(name), self._local)


def _file_name(name: str) -> str:
    return f"{label_segment(name)}.arrow"


class Hold:
    """The right to write one file: a lock of the system, which a process that ends gives back."""

    def __init__(self, path: str, local: bool) -> None:
        self._path, self._file = path, None
        if local:
            self._file = _take_lock(Path(f"{path}.lock"), self._refusal())
        elif path in _held:
            raise self._refusal()
        else:
            _held.add(path)

    def _refusal(self) -> RuntimeError:
        return RuntimeError(
            f"{self._path}: another recorder writes this checkpoint: give this one another `checkpoint` or `target`"
        )

    def release(self) -> None:
        _held.discard(self._path)
        if self._file is not None:
            Path(f"{self._path}.lock").unlink(missing_ok=True)
            self._file.close()
            self._file = None

    def forget(self) -> None:
        """In a fork: the parent holds on."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _take_lock(path: Path, refusal: Exception) -> Any:
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        file: Any = open(path, "a")  # noqa: SIM115 (held until release)
        try:
            _lock(file)
        except OSError:
            file.close()
            raise refusal from None
        # The one who held it may have removed the file since it was opened here.
        if path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat()):
            return file
        file.close()


def _lock(file: Any) -> None:
    try:
        import fcntl
    except ImportError:
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _write_whole(path: str, content: Any) -> None:
    folder = os.path.dirname(path)
    os.makedirs(folder, exist_ok=True)
    handle, partial = tempfile.mkstemp(dir=folder, prefix=".partial-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(partial, 0o666 & ~_umask())
        os.replace(partial, path)
    except BaseException:
        os.unlink(partial)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
