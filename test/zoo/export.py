"""Exports the networks of the zoo to ONNX as people type it: default options, both exporters.

    python test/zoo/export.py FOLDER [--only TEXT] [--exporter dynamo|legacy] [--timeout SECONDS]

Each export is a process of its own, and one that exists is not made again. FOLDER/<library>/<name>/<exporter>/ gets
model.onnx and export.json: image size, opset, seconds, or why the exporter failed.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
import time
from pathlib import Path

import onnx
import onnxscript  # noqa: F401 - once for all exports
import timm  # noqa: F401
import torch
import torchvision  # noqa: F401

from networks import default_size, images, make, make_without_weights, names, smallest_size

FORK = multiprocessing.get_context("fork")
EXPORTERS = ("dynamo", "legacy")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="networks whose name holds this text")
    parser.add_argument("--exporter", choices=EXPORTERS, action="append")
    parser.add_argument("--timeout", type=int, default=600)
    parser.add_argument("--largest", type=int, help="leave out networks of more million parameters")
    options = parser.parse_args()
    torch.set_num_threads(1)
    for exporter in options.exporter or EXPORTERS:
        for name in names():
            folder = options.folder / name / exporter
            if options.only not in name or (folder / "export.json").exists():
                continue
            if not options.largest or millions(name) <= options.largest:
                start(name, exporter, folder, options.timeout)


def millions(name: str) -> float:
    try:
        return sum(p.numel() for p in make_without_weights(name).parameters()) / 1e6
    except NotImplementedError:  # networks that compute with their weights while they are made: none is large
        return 0


def start(name: str, exporter: str, folder: Path, timeout: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    done = FORK.Process(target=export, args=(name, exporter, folder))
    done.start()
    done.join(timeout)
    if done.is_alive():
        done.kill()
        tell(folder, {"network": name, "exporter": exporter, "failed": f"not done after {timeout} s"})
    elif not (folder / "export.json").exists():
        tell(folder, {"network": name, "exporter": exporter, "failed": f"ended with {done.exitcode}"})
    failed = json.loads((folder / "export.json").read_text()).get("failed")
    print(f"{name} {exporter}: {failed or 'exported'}", flush=True)


def tell(folder: Path, facts: dict) -> None:
    (folder / "export.json").write_text(json.dumps(facts))


def export(name: str, exporter: str, folder: Path) -> None:
    """In a process of its own: what an exporter leaves in memory ends with it."""
    try:
        tell(folder, exported(name, exporter, folder))
    except Exception as error:  # noqa: BLE001 - whatever an exporter raises is what the table says
        tell(folder, {"network": name, "exporter": exporter, "failed": reason(error)})


def reason(error: BaseException) -> str:
    """The first line of what lies at the bottom of an error."""
    while error.__cause__ is not None:
        error = error.__cause__
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line).strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0] if lines else ''}"[:300]


def exported(name: str, exporter: str, folder: Path) -> dict:
    network = make(name)
    started = time.time()
    size = smallest_size(network)
    try:
        write(network, size, exporter, folder)
    except Exception:  # noqa: BLE001
        # The older exporter refuses adaptive pooling at some small sizes; nobody would export at those.
        if size == default_size(network):
            raise
        size = default_size(network)
        write(network, size, exporter, folder)
    model = onnx.load(folder / "model.onnx", load_external_data=False)
    return {
        "network": name,
        "exporter": exporter,
        "size": size,
        "opset": next(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")),
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "seconds": round(time.time() - started, 1),
        "torch": torch.__version__,
    }


def write(network: torch.nn.Module, size: int, exporter: str, folder: Path) -> None:
    torch.onnx.export(network, (images(size)[:1],), str(folder / "model.onnx"), dynamo=exporter == "dynamo", verbose=False)


if __name__ == "__main__":
    main()
