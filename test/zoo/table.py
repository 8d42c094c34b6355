"""Writes docs/networks.md from what export.py and compare.py left in a folder.

    python test/zoo/table.py FOLDER > docs/networks.md
"""

from __future__ import annotations

import argparse
import datetime
import json
import re
from collections import Counter
from pathlib import Path

from networks import names

HEAD = """# Networks

Which networks unitscope reads, and how that was seen. Made by `test/zoo/table.py` on {date}, with torch {torch}, torchvision
{torchvision}, timm {timm} and onnxruntime {runtime}; not written by hand.

Each network has random weights and random statistics of its norms. It is exported to ONNX with default options, by
`torch.onnx.export` (`dynamo`) and by its older exporter (`legacy`), for the smallest images of {smallest} pixels and more that it
takes. Then

1. `unitscope layers --check` makes the maps of every layer again by another route and compares maps and births;
2. the maps of every tap, of three images, are looked for among all tensors that PyTorch makes in its own forward pass (a dispatch
   mode sees each operator): a layer is _equal_ where one of them is the tap to within {tolerance} of the layer's largest value, and
   where neither a norm before an activation nor an activation alone follows that tensor, which the tap would have missed;
3. the births of unitscope's maps and of PyTorch's are compared unit by unit. About one in a thousand differs: where a unit's values lie
   so close together that the last bits decide their order.

Columns: _convolutions_ that PyTorch runs over two dimensions; those that are _listed_ or named as not seen; _measured_; those whose
tap holds an _activation_; those _equal_ to PyTorch's tensors; _births_ that are the same in both; what {check} says. What is not
measured says why: maps below 4×4 (squeeze-and-excitation is 1×1), or not square. A network that PyTorch's exporter refuses is no
row of the figures.

"""

PEER = """
## Beside TorchLens

[TorchLens](https://github.com/johnmarktaylor91/torchlens) logs every operation of a PyTorch network as it runs. 11,600
architectures are said of it; its page of August 2026 counts 8,500 entries of some 3,600 families. It needs the network's Python
code, its framework and its version, and is asked that every operation is recorded. unitscope reads an exported file without the code
that made it, from PyTorch, Keras and TensorFlow alike, and is asked that the tensor in which it looks at each convolution's units is
the right one. {count} architectures, each held against PyTorch tensor by tensor, are few beside that, and answer another question.
Whoever has the Python code and wants any tensor at all takes TorchLens, and can hand its maps to `unitscope entropy`.

## Make it again

{left} of the {all} architectures in `test/zoo/architectures.txt` have no row: {missing}. The others take some hours
of a processor core. Exports and rows that exist are not made again.

```sh
pip install torch torchvision timm onnx onnxscript
npm ci && npm run build
python test/zoo/export.py zoo
python test/zoo/compare.py zoo --delete
python test/zoo/table.py zoo > docs/networks.md
```

`test/zoo/fixtures.py` (with gudhi) makes the narrow networks that the ordinary tests hold against PyTorch and GUDHI.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    rows, refused = [], []
    for path in sorted(folder.glob("*/*/*/export.json")):
        facts = json.loads(path.read_text())
        compared = path.with_name("compared.json")
        if facts.get("failed", "").startswith("not done after"):
            continue
        if "failed" in facts:
            refused.append(facts)
        elif compared.exists():
            rows.append(row(facts, json.loads(compared.read_text())))
    print(head() + summary(rows) + table(rows) + exporters(refused) + peer(rows), end="")


def row(facts: dict, answer: dict) -> dict:
    network = {"network": facts["network"], "exporter": facts["exporter"], "opset": facts["opset"], "size": facts["size"]}
    if "failed" in answer:
        return network | {"failed": answer["failed"]}
    layers = answer["layers"]
    measured = [layer for layer in layers if layer["verdict"] != "not measured"]
    return network | {
        "convolutions": answer["convolutions"],
        "listed": len(layers) + sum("not of two dimensions" not in reason for reason in answer["unseen"]),
        "measured": len(measured),
        "activation": sum(layer["activation"] is not None for layer in measured),
        "equal": sum(layer["verdict"] == "equal" for layer in measured),
        "births": sum(layer.get("births", 0) for layer in measured),
        "equal births": sum(layer.get("equal_births", 0) for layer in measured),
        "check": check_text(answer),
        "left out otherwise": sum(
            layer["verdict"] == "not measured" and not re.match(r"maps (of|are)", layer["why"]) for layer in layers
        )
        + sum("not of two dimensions" not in reason for reason in answer["unseen"]),
        "why": why(layers, answer["unseen"]),
    }


def check_text(answer: dict) -> str:
    if answer["check"] == 0 and isinstance(answer["checked"], dict):
        return "none differs"
    return str(answer["checked"])


def why(layers: list[dict], unseen: list[str]) -> str:
    reasons = Counter(short(layer["why"]) for layer in layers if layer["verdict"] == "not measured")
    reasons.update(layer["verdict"] for layer in layers if layer["verdict"] not in ("equal", "not measured"))
    reasons.update(f"not seen: {reason}" for reason in unseen)
    return "; ".join(f"{count} {reason}" for reason, count in reasons.most_common())


def short(reason: str) -> str:
    return reason.split(": no hole")[0].removeprefix("maps of ") + (" maps" if reason.startswith("maps of") else "")


def is_right(row: dict) -> bool:
    return "failed" not in row and row["equal"] == row["measured"] and row["listed"] == row["convolutions"] and row["check"] == "none differs"


def measures_all_large(row: dict) -> bool:
    """Whether nothing is left out but maps in which there is no hole to be born."""
    return row["left out otherwise"] == 0


def summary(rows: list[dict]) -> str:
    networks = {row["network"] for row in rows}
    wrong = {row["network"] for row in rows if not is_right(row)}
    good = [row for row in rows if "failed" not in row]
    large = {row["network"] for row in good} - {row["network"] for row in good if not measures_all_large(row)}
    total = {key: sum(row[key] for row in good) for key in ("convolutions", "measured", "equal", "births", "equal births")}
    return (
        f"**{len(networks)} architectures, {len(rows)} exports; {len(networks - wrong)} are right in every layer.** "
        f"In {len(large)} of them ({100 * len(large) / len(networks):.1f} %) every convolution is measured whose maps are square and at least 4×4. "
        f"{total['convolutions']} convolutions, {total['measured']} measured, {total['equal']} equal to PyTorch's tensors; "
        f"{total['equal births']} of {total['births']} births are the same.\n\n"
    )


def table(rows: list[dict]) -> str:
    columns = ("convolutions", "listed", "measured", "activation", "equal", "births", "check")
    lines = [
        "| network | exporter | opset | image | " + " | ".join(columns) + " | not measured, or not equal |",
        "| --- | --- | " + "--: | " * (2 + len(columns) - 1) + "--- | --- |",
    ]
    for row in rows:
        begin = f"| {row['network']} | {row['exporter']} | {row['opset']} | {row['size']} | "
        if "failed" in row:
            lines.append(begin + " | " * len(columns) + f"{plain(row['failed'])} |")
            continue
        cells = row | {"births": f"{row['equal births']} of {row['births']}"}
        lines.append(begin + " | ".join(plain(str(cells[key])) for key in columns) + f" | {plain(row['why'])} |")
    return "\n".join(lines) + "\n"


def exporters(refused: list[dict]) -> str:
    if not refused:
        return ""
    lines = [f"- {one['network']}, {one['exporter']}: {plain(one['failed'])[:160]}" for one in refused]
    return "\n## What PyTorch's exporters refuse\n\n" + "\n".join(lines) + "\n"


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text).replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def head() -> str:
    import timm
    import torch
    import torchvision

    from compare import TOLERANCE
    from networks import SIZES

    packages = Path(__file__).parents[2] / "node_modules" / "onnxruntime-node" / "package.json"
    return HEAD.format(
        date=datetime.date.today().isoformat(),
        torch=torch.__version__.split("+")[0],
        torchvision=torchvision.__version__.split("+")[0],
        timm=timm.__version__,
        runtime=json.loads(packages.read_text())["version"],
        smallest=SIZES[0],
        tolerance=f"{TOLERANCE:g}",
        check="`layers --check`",
    )


def peer(rows: list[dict]) -> str:
    done = {row["network"] for row in rows}
    missing = [name for name in names() if name not in done]
    return PEER.format(count=len(done), left=len(missing), all=len(names()), missing=", ".join(missing) or "none")


if __name__ == "__main__":
    main()
