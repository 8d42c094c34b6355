"""With torch, where it is installed: `npm run test:torch -- --python PATH`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import unitscope

torch = pytest.importorskip("torch")
nn: Any = torch.nn


class Small(nn.Module):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 3, padding=1)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(6, 6, 3, padding=1)
        self.head = nn.Linear(6, 2)

    def forward(self, images: Any) -> Any:
        maps = self.relu(self.conv1(images))
        maps = self.relu(self.conv2(maps))
        maps = nn.functional.silu(self.conv2(maps))
        return self.head(torch.relu(maps.mean((2, 3))))


def network() -> Any:
    torch.manual_seed(0)
    return Small()


def read(path: str) -> Any:
    return pa.ipc.open_file(pa.memory_map(path)).read_all()


def test_half_and_bfloat16_tensors_give_the_births_of_their_values() -> None:
    maps = torch.randn(50, 3, 10, 10)
    for dtype in (torch.float16, torch.bfloat16, torch.float64):
        narrow = maps.to(dtype)
        wide = unitscope.birth_ranks(narrow.float().numpy())
        np.testing.assert_array_equal(unitscope.birth_ranks(narrow), wide)
    channels_last = maps.contiguous(memory_format=torch.channels_last)
    np.testing.assert_array_equal(unitscope.birth_ranks(channels_last), unitscope.birth_ranks(maps))
    np.testing.assert_array_equal(unitscope.birth_ranks(maps.requires_grad_()), unitscope.birth_ranks(maps.detach()))


def test_modules_called_twice_and_functional_activations_are_layers(tmp_path: Path) -> None:
    model = network().train()
    images = torch.randn(8, 3, 12, 12)
    loader = [(images, torch.tensor([0, 1] * 4))]
    path = unitscope.measure(model, loader, tmp_path, checkpoint="step-1", classes=["cat", "dog"])
    assert model.training and model.conv1.training
    table = read(path)
    layers = dict(zip(table["layer"].to_pylist(), table["layer_index"].to_pylist(), strict=True))
    assert layers == {"relu": 0, "relu#2": 1, "silu": 2}
    with torch.no_grad():
        maps = torch.relu(model.conv1(images[::2]))
    births = unitscope.birth_ranks(maps)
    rows = table.to_pylist()
    for unit in range(6):
        row = next(r for r in rows if (r["layer"], r["category"], r["unit"]) == ("relu", "cat", unit))
        ranks, counts = np.unique(births[:, unit], return_counts=True)
        wanted = [(int(r), int(c)) for r, c in zip(ranks, counts, strict=True) if r > 0]
        assert [(h["birth_rank"], h["images"]) for h in row["birth_histogram"]] == wanted


def test_globs_name_any_module_and_the_hooks_are_taken_off(tmp_path: Path) -> None:
    model = network()
    with (
        unitscope.Recorder(model, tmp_path, checkpoint="a", layers=["conv*", "!conv2"]) as recorder,
        recorder.category("cat"),
        torch.no_grad(),
    ):
        model(torch.randn(2, 3, 12, 12))
    table = read(str(tmp_path / "a.arrow"))
    assert set(table["layer"].to_pylist()) == {"conv1"}
    norms = model.conv1.weight.detach().double().abs().flatten(1).sum(1).tolist()
    assert table["l1_norm"].to_pylist() == norms
    assert not any(module._forward_hooks for module in model.modules())
