"""Folders of this machine and below s3://bucket/, by the addresses that the command line takes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from pyarrow import fs

_EXPECTED = "expected s3://bucket/prefix, with ?endpoint=URL&region=NAME&pathStyle=true|false where it is needed"

# As the command line waits: Arrow's own three seconds end an upload while a busy server thinks.
_CONNECT_SECONDS = 5
_SILENT_SECONDS = 60
_ATTEMPTS = 8


def open_place(address: str | os.PathLike[str]) -> tuple[Any, str]:
    """The file system and the folder in it of a path, a file:// or an s3:// address."""
    text = os.fspath(address)
    if text.startswith("s3://"):
        return _open_s3(text)
    if text.startswith("file://"):
        text = unquote(urlsplit(text).path)
    elif "://" in text:
        files, folder = fs.FileSystem.from_uri(text)
        return files, folder.rstrip("/")
    return fs.LocalFileSystem(), str(Path(text).expanduser().resolve())


def _open_s3(address: str) -> tuple[Any, str]:
    before, _, query = address.partition("?")
    bucket, _, prefix = before.removeprefix("s3://").partition("/")
    if "@" in before:
        raise ValueError(
            f"{_EXPECTED}; found a user before '@': credentials are never part of the address: "
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
        )
    given = dict(parse_qsl(query))
    unknown = set(given) - {"endpoint", "region", "pathStyle", "checksums"}
    if not bucket or unknown:
        raise ValueError(f"s3://{bucket}: {_EXPECTED}; found {', '.join(sorted(unknown)) or 'no bucket'}")
    endpoint = given.get("endpoint") or os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    region = given.get("region") or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    options: dict[str, Any] = {}
    if endpoint:
        url = urlsplit(endpoint)
        if url.scheme not in ("http", "https") or not url.hostname:
            raise ValueError(f"s3://{bucket}: expected an endpoint such as https://host:port, found {endpoint!r}")
        options = {
            "endpoint_override": f"{url.netloc}{url.path.rstrip('/')}",
            "scheme": url.scheme,
            "force_virtual_addressing": given.get("pathStyle") == "false",
        }
        region = region or "us-east-1"
    attempts = os.environ.get("AWS_MAX_ATTEMPTS") or str(_ATTEMPTS)
    if not attempts.isdecimal() or int(attempts) < 1:
        raise ValueError(f"AWS_MAX_ATTEMPTS: expected a whole number from 1, found {attempts!r}")
    files = fs.S3FileSystem(
        region=region,
        connect_timeout=_CONNECT_SECONDS,
        request_timeout=_SILENT_SECONDS,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=int(attempts)),
        **options,
    )
    return files, f"{bucket}/{prefix}".rstrip("/")
