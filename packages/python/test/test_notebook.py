"""examples/notebooks/training.ipynb, from its first cell to its last."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")

NOTEBOOK = Path(__file__).resolve().parents[3] / "examples/notebooks/training.ipynb"


def test_the_notebook_goes_from_a_network_to_a_figure(
    tmp_path: Path, command_line: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNITSCOPE_NOTEBOOK", str(tmp_path))
    monkeypatch.setenv("UNITSCOPE_COMMAND", command_line[-1])
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    client = nbclient.NotebookClient(notebook, timeout=240, resources={"metadata": {"path": str(NOTEBOOK.parent)}})
    client.execute(env=dict(os.environ))
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 1
    assert len(list((tmp_path / "measured").iterdir())) >= 7
