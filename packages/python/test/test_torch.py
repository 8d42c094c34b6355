"""With torch, where it is installed: `npm run test:torch -- --python PATH`."""

from __future__ import annotations

import subprocess
import sys
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
    assert table["l1_norm"].to_pylist() == pytest.approx(norms, rel=1e-12)
    assert not any(module._forward_hooks for module in model.modules())


def test_an_activation_has_the_norm_of_the_convolution_whose_maps_it_had(tmp_path: Path) -> None:
    class Residual(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.norm, self.act = nn.Conv2d(3, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU(inplace=True)

        def forward(self, images: Any) -> Any:
            maps = self.act(self.norm(self.conv(images)))
            return self.act(self.conv(maps) + images)

    model = Residual().eval()
    with unitscope.Recorder(model, tmp_path, checkpoint="a") as recorder, recorder.category("cat"):
        model(torch.randn(2, 3, 8, 8))
    rows = read(recorder.path).to_pylist()
    norms = model.conv.weight.detach().double().abs().flatten(1).sum(1).tolist()
    assert [row["l1_norm"] for row in rows if row["layer"] == "act"] == pytest.approx(norms, rel=1e-12)
    # A sum has maps of two: of neither.
    assert [row["l1_norm"] for row in rows if row["layer"] == "act#2"] == [None] * 3


def test_each_batch_begins_anew_also_where_a_part_of_the_network_is_called(tmp_path: Path) -> None:
    model = network()
    with unitscope.Recorder(model, tmp_path, checkpoint="a") as recorder, recorder.category("cat"):
        for _ in range(3):
            model.relu(model.conv1(torch.randn(2, 3, 12, 12)))
    assert recorder.left_out == {}
    table = read(recorder.path)
    assert set(table["layer"].to_pylist()) == {"relu"} and set(table["images"].to_pylist()) == {6}


def test_what_an_error_left_open_does_not_count(tmp_path: Path) -> None:
    model = network()
    recorder = unitscope.Recorder(model, tmp_path, checkpoint="a")
    with recorder.category("cat"):
        with pytest.raises(RuntimeError):
            model(torch.randn(2, 4, 12, 12))
        model(torch.randn(2, 3, 12, 12))
    table = read(recorder.close())
    assert table["layer"].unique().to_pylist() == ["relu", "relu#2", "silu"]
    assert list(recorder.left_out) == ["relu#3"] and "no maps" in recorder.left_out["relu#3"]


def test_a_model_that_changes_its_shapes_and_a_nan_in_it_are_named(tmp_path: Path) -> None:
    model = network()
    recorder = unitscope.Recorder(model, tmp_path, checkpoint="a")
    with recorder.category("cat"):
        model(torch.randn(2, 3, 12, 12))
    with pytest.raises(ValueError, match=r"layer 'relu': expected 6 units of 12×12 as before, found 6 of 16×16"):
        with recorder.category("cat"):
            model(torch.randn(2, 3, 16, 16))
    images = torch.randn(2, 3, 12, 12)
    images[1, 0, 3, 3] = float("nan")
    with pytest.raises(ValueError, match=r"layer 'relu', category 'dog', unit 0, image 1 \(b\.png\) holds nan"):
        with recorder.category("dog", ["a.png", "b.png"]):
            model(images)
    assert read(recorder.close())["category"].unique().to_pylist() == ["cat"]


def test_a_compiled_and_a_wrapped_model_have_the_names_of_the_module_inside(tmp_path: Path) -> None:
    model = network()
    wrapped = nn.DataParallel(model)
    with unitscope.Recorder(wrapped, tmp_path, checkpoint="a") as recorder, recorder.category("cat"):
        wrapped(torch.randn(2, 3, 12, 12))
    assert read(recorder.path)["layer"].unique().to_pylist() == ["relu", "relu#2", "silu"]
    # No compiler for C++ is needed for this backend. A call before has traced the model without hooks.
    compiled, images = torch.compile(model, backend="eager"), torch.randn(2, 3, 12, 12)
    with torch.no_grad():
        compiled(images)
        frames = torch._dynamo.utils.counters["frames"]["total"]
        for name, run in (("plain", model), ("compiled", compiled)):
            with unitscope.Recorder(run, tmp_path, checkpoint="b" + name) as recorder, recorder.category("cat"):
                run(images)
    assert torch._dynamo.utils.counters["frames"]["total"] == frames
    found, wanted = (read(str(tmp_path / f"b{name}.arrow")) for name in ("compiled", "plain"))
    assert found.equals(wanted)


def test_processes_of_a_group_write_parts_that_a_sweep_joins(tmp_path: Path, command_line: list[str]) -> None:
    program = """
import sys, torch, unitscope
from test_torch import network
rank, world, target = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
if world > 1:
    torch.distributed.init_process_group("gloo", init_method=f"file://{target}-group", rank=rank, world_size=world)
torch.manual_seed(1)
images, labels = torch.randn(8, 3, 12, 12), torch.tensor([0, 1] * 4)
own = slice(rank * 8 // world, (rank + 1) * 8 // world)
unitscope.measure(network(), [(images[own], labels[own])], target, checkpoint="a")
"""

    def start(rank: int, world: int, target: str) -> Any:
        command = [sys.executable, "-c", program, str(rank), str(world), str(tmp_path / target)]
        return subprocess.Popen(command, cwd=Path(__file__).parent)

    runs = [start(0, 2, "parts"), start(1, 2, "parts"), start(0, 1, "whole")]
    assert [run.wait(120) for run in runs] == [0, 0, 0]
    assert sorted(file.name for file in (tmp_path / "parts").iterdir()) == [
        "a.part-0-of-2.arrow",
        "a.part-1-of-2.arrow",
    ]
    for name in ("parts", "whole"):
        (tmp_path / f"{name}.yaml").write_text(f"name: {name}\nsource: {{ measurements: ['{name}/*.arrow'] }}\n")
        subprocess.run([*command_line, "sweep", f"{name}.yaml"], cwd=tmp_path, check=True, capture_output=True)
    joined, whole = (
        read(str(tmp_path / f".unitscope/sweeps/{name}/results/units/a.arrow")) for name in ("parts", "whole")
    )
    # Sums of parts are added in another order.
    kept = [name for name in whole.column_names if name != "mean_activation"]
    assert joined.select(kept).equals(whole.select(kept)) and whole.num_rows > 0
    assert joined["mean_activation"].to_pylist() == pytest.approx(whole["mean_activation"].to_pylist(), rel=1e-12)


class Whole(nn.Module):  # type: ignore[misc]
    """A network of whole numbers, so that every sum is exact whatever its order: each runtime has the same maps."""

    def __init__(self) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(3)
        self.conv1, self.conv2 = nn.Conv2d(3, 6, 3, padding=1), nn.Conv2d(6, 5, 3, stride=2, padding=1, groups=1)
        self.relu1, self.relu2 = nn.ReLU(), nn.ReLU()
        self.head = nn.Linear(5, 2)
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.copy_(torch.randint(-3, 4, parameter.shape, generator=generator).float())

    def forward(self, images: Any) -> Any:
        maps = self.relu2(self.conv2(self.relu1(self.conv1(images))))
        return self.head(maps.mean((2, 3)))


def test_recorder_hook_and_onnx_give_one_table(tmp_path: Path, command_line: list[str]) -> None:
    pytest.importorskip("onnxscript")
    image: Any = pytest.importorskip("PIL.Image")
    pixels = np.random.default_rng(4).integers(0, 256, (2, 7, 16, 16, 3), dtype=np.uint8)
    names = [f"{i}.png" for i in range(7)]
    for category, block in zip(("cat", "dog"), pixels, strict=True):
        (tmp_path / "images" / category).mkdir(parents=True)
        for name, one in zip(names, block, strict=True):
            image.fromarray(one).save(tmp_path / "images" / category / name)
    model = Whole().eval()
    example = (torch.zeros(2, 3, 16, 16),)
    torch.onnx.export(
        model, example, str(tmp_path / "net.onnx"), dynamo=True, external_data=False,
        dynamic_shapes=({0: torch.export.Dim("batch")},),
    )  # fmt: skip

    sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "examples/pytorch"))
    from hook import ActivationHook, named

    taps = named(model, nn.ReLU)
    with unitscope.Recorder(model, tmp_path / "measured", checkpoint="net") as recorder:
        for category, block in zip(("cat", "dog"), pixels, strict=True):
            batch = torch.from_numpy(block).permute(0, 3, 1, 2).float()
            (tmp_path / "maps" / category).mkdir(parents=True)
            with ActivationHook(taps, str(tmp_path / "maps" / category), checkpoint="net", category=category) as hook:
                hook.run(model, batch, names)
            with recorder.category(category, names), torch.no_grad():
                model(batch)

    sources = {
        "measured": "{ measurements: ['measured/*.arrow'] }",
        "hooked": "{ activations: ['maps/*/*.arrow'] }",
        # Pixels as they are: 0 to 255.
        "onnx": "{ models: { checkpoints: ['net.onnx'], images: { from: folder, path: images, perCategory: 7 }, "
        "preprocess: { preset: unit, scale: 1 } } }",
    }
    tables = {}
    for name, source in sources.items():
        (tmp_path / f"{name}.yaml").write_text(f"name: {name}\nsource: {source}\n")
        subprocess.run([*command_line, "sweep", f"{name}.yaml"], cwd=tmp_path, check=True, capture_output=True)
        units = unitscope.read(tmp_path / ".unitscope", name)
        # Layers have the name of the module, or of the convolution in the graph; a hook knows no weights.
        tables[name] = units.drop_columns(["layer", "l1_norm"])
        if name != "hooked":
            tables[f"{name} norms"] = units.select(["layer_index", "category", "unit", "l1_norm"])
    assert tables["measured"].num_rows == 2 * (6 + 5)
    assert tables["measured"].equals(tables["hooked"])
    assert tables["measured"].equals(tables["onnx"])
    assert tables["measured norms"].equals(tables["onnx norms"])


def test_births_of_a_network_are_those_of_ripser(tmp_path: Path) -> None:
    ripser: Any = pytest.importorskip("ripser")
    model = Whole().eval()
    images = torch.randint(0, 256, (4, 3, 16, 16), generator=torch.Generator().manual_seed(5)).float()
    with unitscope.Recorder(model, tmp_path, checkpoint="a", births=True) as recorder:
        with recorder.category("cat"), torch.no_grad():
            model(images)
    with torch.no_grad():
        maps = model.relu1(model.conv1(images)).numpy()
    kept = read(str(tmp_path / "births/a.arrow")).to_pylist()
    seen = 0
    for row in kept:
        if row["layer"] != "relu1":
            continue
        map_ = maps[int(row["image"]), row["unit"]]
        assert row["birth_rank"] == rank_by_ripser(ripser, map_)
        seen += row["birth_rank"] is not None
    assert seen > 10


def rank_by_ripser(ripser: Any, map_: Any) -> int | None:
    """docs/method.md, section 1, by Ripser: distances are ranks, and a birth the first one that outlives its rank."""
    weights = np.maximum(map_, map_.T)
    edges = weights[np.triu_indices(len(map_), 1)]
    levels = np.unique(-edges)
    ranks = 1.0 + np.searchsorted(levels, -weights)
    np.fill_diagonal(ranks, 0)
    limit = float(np.ceil(len(edges) * 0.8))
    bars = ripser.ripser(ranks, distance_matrix=True, maxdim=1, thresh=limit)["dgms"][1]
    return int(bars[:, 0].min()) if len(bars) else None
