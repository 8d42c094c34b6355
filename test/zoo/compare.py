"""Holds what unitscope measures in the exports of the zoo against PyTorch's own tensors.

    python test/zoo/compare.py FOLDER [--only TEXT] [--again] [--delete]

For each export of FOLDER (see export.py): `unitscope layers --check`, then each tap's maps on three images against every
tensor that PyTorch makes, and the births of both. FOLDER/<library>/<name>/<exporter>/compared.json gets a row a layer.
"""

from __future__ import annotations

import argparse
import functools
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import torch

from networks import IMAGES, images, make
from recording import ACTIVATIONS, NORMS, Recording, forms_of

HERE = Path(__file__).parent
COMMAND_LINE = HERE.parent.parent / "apps" / "cli" / "dist" / "bin.js"
TOLERANCE = 1e-3
"""Of the largest value of a layer: exporters fold and reorder, and errors grow with depth."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--again", action="store_true", help="also those that were compared before")
    parser.add_argument("--delete", action="store_true", help="delete an export in which nothing is to be looked at")
    options = parser.parse_args()
    exports = [(json.loads(path.read_text()), path.parent) for path in options.folder.glob("*/*/*/export.json")]
    for facts, folder in sorted(exports, key=lambda one: (one[0].get("parameters", 0), str(one[1]))):
        target = folder / "compared.json"
        is_done = target.exists() and not options.again
        if options.only not in facts["network"] or "failed" in facts or is_done or not (folder / "model.onnx").exists():
            continue
        try:
            answer = compare(facts, folder)
        except Exception as error:  # noqa: BLE001 - one network must not cost the others
            answer = {"failed": f"{type(error).__name__}: {error}"[:400]}
        target.write_text(json.dumps(answer))
        print(facts["network"], facts["exporter"], said(answer), flush=True)
        if options.delete and is_right(answer):
            for file in folder.glob("model.onnx*"):
                file.unlink()


def is_right(answer: dict) -> bool:
    """Whether every convolution is listed, and every layer is equal or says why it is not measured."""
    if "failed" in answer or answer["check"] != 0:
        return False
    verdicts = {layer["verdict"] for layer in answer["layers"]}
    return verdicts <= {"equal", "not measured"} and len(answer["layers"]) + len(answer["unseen"]) == answer["convolutions"]


def said(answer: dict) -> str:
    if "failed" in answer:
        return answer["failed"]
    counts: dict[str, int] = {}
    for layer in answer["layers"]:
        counts[layer["verdict"]] = counts.get(layer["verdict"], 0) + 1
    check = "" if answer["check"] == 0 else f"; check ended with {answer['check']}: {answer['checked']}"
    return f"{answer['convolutions']} convolutions, " + ", ".join(f"{n} {verdict}" for verdict, n in counts.items()) + check


def compare(facts: dict, folder: Path) -> dict:
    torch.set_num_threads(1)
    model = folder / "model.onnx"
    check = run(["node", COMMAND_LINE, "layers", model, "--check", "--json"])
    with tempfile.TemporaryDirectory() as scratch:
        batch = images(facts["size"])
        given = Path(scratch) / f"images-{IMAGES}x{facts['size']}.f32"
        given.write_bytes(batch.permute(0, 2, 3, 1).contiguous().numpy().tobytes())
        taps = Path(scratch) / "taps"
        made = run(["node", HERE / "taps.mjs", model, given, taps])
        if made.returncode != 0:
            return {"failed": last_line(made.stderr)}
        found = json.loads(taps.with_suffix(".json").read_text())
        listed, unseen = found["layers"], found["unseen"]
        maps = np.fromfile(taps.with_suffix(".f32"), dtype=np.float32)
        recording = record(facts["network"], facts["size"], shapes_of(listed))
        rows = compare_layers(listed, maps, recording, Path(scratch))
    return {
        "convolutions": len(recording.convolutions()),
        "check": check.returncode,
        "checked": check_counts(check),
        "unseen": [entry["reason"] for entry in unseen],
        "layers": rows,
    }


def check_counts(check: subprocess.CompletedProcess) -> dict[str, int] | str:
    """How many layers `layers --check` gives each verdict, or what it said where it could not."""
    if not check.stdout.startswith("{"):
        return last_line(check.stderr)
    verdicts = [(layer["check"] or {}).get("verdict", "not measured") for layer in json.loads(check.stdout)["layers"]]
    return {verdict: verdicts.count(verdict) for verdict in sorted(set(verdicts))}


@functools.lru_cache(maxsize=1)
def record(name: str, size: int, shapes: frozenset[tuple[int, ...]]) -> Recording:
    """Kept for the other exporter of the same network."""
    network = make(name)
    batch = images(size)
    with torch.no_grad(), Recording(batch, shapes) as recording:
        network(batch)
    return recording


def shapes_of(listed: list[dict]) -> frozenset[tuple[int, ...]]:
    return frozenset((IMAGES, layer["units"], layer["height"], layer["width"]) for layer in listed)


def compare_layers(listed: list[dict], maps: np.ndarray, recording: Recording, scratch: Path) -> list[dict]:
    rows, sizes, pairs, first = [], [], [], 0
    for layer in listed:
        row = {"name": layer["name"], "units": layer["units"], "height": layer["height"], "width": layer["width"]}
        row |= {"kind": layer["kind"], "activation": layer["activation"]}
        rows.append(row)
        if not layer["measurable"]:
            row |= {"verdict": "not measured", "why": layer.get("reason", "")}
            continue
        shape = (IMAGES, layer["units"], layer["height"], layer["width"])
        ours = maps[first : first + int(np.prod(shape))].reshape(shape)
        first += ours.size
        row |= judge(ours, layer["activation"], recording)
        theirs = row.pop("maps", None)
        if theirs is not None:
            sizes.append({"row": len(rows) - 1, "size": layer["height"], "maps": shape[0] * shape[1]})
            pairs.append((ours, theirs))
    births(rows, sizes, pairs, scratch)
    return rows


def judge(ours: np.ndarray, activation: str | None, recording: Recording) -> dict:
    """Finds the tap among PyTorch's tensors, and sees whether an activation alone still follows it, or a norm before one."""
    scale = float(np.abs(ours).max()) or 1.0
    candidates = []
    for place, made in enumerate(recording.made):
        for value in layouts(made.value, ours.shape):
            candidates.append((float(np.abs(ours - value).max()) / scale, place, value))
    best = min((difference for difference, _, _ in candidates), default=np.inf)
    if not best <= TOLERANCE:
        return {"verdict": "differs", "difference": best if np.isfinite(best) else None}
    # The first that is it: what a residual block adds to its input may be next to nothing before any training.
    nearly = min(TOLERANCE, max(10 * best, 1e-5))
    difference, place, value = next(one for one in candidates if one[0] <= nearly)
    readers = recording.reading(place)
    is_normed = activation is None and readers <= NORMS
    followed = readers and (is_normed or readers <= ACTIVATIONS - {"sigmoid", "sigmoid_", "hardsigmoid", "tanh"})
    return {
        "verdict": "too early" if followed else "equal",
        "difference": difference,
        "operator": recording.made[place].operator,
        "readers": sorted(readers),
        "maps": value,
    }


def layouts(value: torch.Tensor | None, shape: tuple[int, ...]) -> list[np.ndarray]:
    """The tensor as (images, units, height, width), in every form that it may be of by its sizes."""
    if value is None:
        return []
    first, last, flat_first, flat_last = forms_of(shape)
    given = tuple(value.shape)
    found = []
    if given in (first, flat_first):
        found.append(value.reshape(first))
    if given in (last, flat_last):
        found.append(value.reshape(last).permute(0, 3, 1, 2))
    return [one.numpy() for one in found]


def births(rows: list[dict], sizes: list[dict], pairs: list[tuple[np.ndarray, np.ndarray]], scratch: Path) -> None:
    if not sizes:
        return
    (scratch / "layers.json").write_text(json.dumps(sizes))
    for name, place in (("ours", 0), ("theirs", 1)):
        with (scratch / name).open("wb") as file:
            for pair in pairs:
                file.write(np.ascontiguousarray(pair[place], dtype=np.float32).tobytes())
    done = run(["node", HERE / "births.mjs", scratch / "layers.json", scratch / "ours", scratch / "theirs"])
    if done.returncode != 0:
        raise RuntimeError(last_line(done.stderr))
    for size, answer in zip(sizes, json.loads(done.stdout), strict=True):
        rows[size["row"]] |= {"births": size["maps"], "equal_births": answer["same"]}


def run(command: list) -> subprocess.CompletedProcess:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, timeout=1800)


def last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:400] if lines else "ended without a word"


if __name__ == "__main__":
    main()
