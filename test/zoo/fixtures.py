"""Makes the fixtures of packages/models/test/graph/zoo.test.ts: networks of torchvision and timm of a few units each.

    python test/zoo/fixtures.py FOLDER [--only TEXT]

FOLDER gets image.f32 (float32, [y][x][channel]), NAME.dynamo.onnx, NAME.legacy.onnx and NAME.json: of each convolution whose
maps are square and not too small, in the order of PyTorch's calls, the operator whose output is the tap, its units' means, and
their births by GUDHI. An export that exists is not made again.
"""

from __future__ import annotations

import argparse
import functools
import json
import math
import random
from pathlib import Path

import gudhi
import numpy as np
import onnx
import timm.models as timm
import torch
import torchvision.models as vision

from networks import _draw_norms
from recording import ACTIVATIONS, NORMS, VIEWS, Made, Recording

SIZE = 24
IMAGES = 2
SMALLEST = 4
DENSITY = 0.8
POOLS = {"max_pool2d_with_indices", "avg_pool2d", "constant_pad_nd"}
REDUCTIONS = ("mean", "_adaptive_avg_pool2d", "adaptive_avg_pool2d")


def networks() -> dict[str, functools.partial]:
    """Real classes of both libraries, as narrow as they allow."""
    from timm.layers import GroupNormAct
    from timm.models.byobnet import ByoBlockCfg, ByoModelCfg
    from timm.models.nfnet import NfCfg
    from torchvision.models.convnext import CNBlockConfig
    from torchvision.models.efficientnet import MBConvConfig
    from torchvision.models.mobilenetv3 import InvertedResidualConfig
    from torchvision.models.regnet import BlockParams

    make = functools.partial
    mobile = make(InvertedResidualConfig, width_mult=1.0, dilation=1)
    byob = make(ByoModelCfg, blocks=(ByoBlockCfg(type="rep", d=1, c=8, s=1, gs=0),) * 2, stem_type="rep", stem_chs=8)
    return {
        "vgg": make(vision.VGG, features=vision.vgg.make_layers([6, "M", 8, "M", 8], batch_norm=True)),
        "densenet": make(vision.DenseNet, growth_rate=4, block_config=(2, 2), num_init_features=8),
        "shufflenet": make(vision.ShuffleNetV2, stages_repeats=[2, 1, 1], stages_out_channels=[8, 8, 16, 16, 16]),
        "mobilenet": make(
            vision.MobileNetV3,
            inverted_residual_setting=[
                mobile(16, 3, 16, 16, True, "HS", 1),
                mobile(16, 3, 24, 16, False, "RE", 1),
            ],
            last_channel=16,
        ),
        "efficientnet": make(
            vision.EfficientNet,
            inverted_residual_setting=[MBConvConfig(2, 3, 1, 8, 8, 2, 1.0, 1.0)],
            dropout=0.1,
            last_channel=16,
        ),
        "convnext": make(vision.ConvNeXt, block_setting=[CNBlockConfig(8, None, 2)], layer_scale=0.5),
        "regnet": make(vision.RegNet, block_params=BlockParams([1, 1], [8, 16], [4, 4], [1.0, 1.0], [2, 1], 0.25), stem_width=8),
        "repvgg": make(timm.ByobNet, cfg=byob(), num_classes=4),
        "resnetv2_group_norm": make(
            timm.ResNetV2,
            layers=(2,),
            channels=(16,),
            stem_chs=8,
            num_classes=4,
            norm_layer=functools.partial(GroupNormAct, num_groups=4),
        ),
        "nfnet": make(
            timm.NormFreeNet,
            cfg=NfCfg(depths=(1,), channels=(16,), stem_type="3x3", stem_chs=8, group_size=4, num_features=16, act_layer="gelu"),
            num_classes=4,
        ),
    }


def make(name: str) -> torch.nn.Module:
    random.seed(0)
    torch.manual_seed(sum(map(ord, name)))
    network = networks()[name]()
    _draw_norms(network, torch.Generator().manual_seed(1))
    for child in ("classifier", "fc"):
        # What follows the last map is no matter of the fixtures, and most of their weight.
        if isinstance(getattr(network, child, None), torch.nn.Linear | torch.nn.Sequential):
            setattr(network, child, torch.nn.Identity())
    if hasattr(network, "avgpool"):
        network.avgpool = torch.nn.AdaptiveAvgPool2d(1)
    return network.eval()


def images() -> torch.Tensor:
    generator = torch.Generator().manual_seed(SIZE)
    coarse = torch.rand((IMAGES, 3, 8, 8), generator=generator)
    return torch.nn.functional.interpolate(coarse, (SIZE, SIZE), mode="bicubic", align_corners=False).clamp(0, 1)


def birth(maps: np.ndarray) -> int:
    """The rank at which the first cycle is born, by GUDHI; 0: none within the density."""
    size = maps.shape[0]
    weights = np.maximum(maps, maps.T).astype(np.float64) + 0.0
    above = np.triu_indices(size, 1)
    levels = {value: rank + 1 for rank, value in enumerate(np.unique(weights[above])[::-1])}
    distances = np.zeros((size, size))
    distances[above] = [levels[value] for value in weights[above]]
    limit = math.ceil(size * (size - 1) / 2 * DENSITY)
    rips = gudhi.RipsComplex(distance_matrix=distances + distances.T, max_edge_length=float(limit))
    tree = rips.create_simplex_tree(max_dimension=2)
    tree.compute_persistence(homology_coeff_field=2, min_persistence=0)
    born = [first for first, last in tree.persistence_intervals_in_dimension(1) if last > first]
    return int(min(born)) if born else 0


def tap(recording: Recording, convolution: int) -> int:
    """Where the next layer looks at a convolution's maps: past its norm, a pool and its activation, with a gate of its own.

    What else reads them, a shortcut or a concatenation, is another branch.
    """
    end = place = convolution
    is_pooled = False
    while True:
        after = [at for at, made in enumerate(recording.made) if place in made.inputs]
        follows = [at for at in after if hands_on(recording.made[at])]
        if len(follows) != 1:
            return end
        place = follows[0]
        operator = recording.made[place].operator
        is_pooled = is_pooled or operator in POOLS
        if operator in ACTIVATIONS:
            return gated(recording, place)
        if operator in NORMS and not is_pooled:
            end = place


def hands_on(made: Made) -> bool:
    is_one = made.operator == "cat" and len(made.inputs) == 1
    return is_one or made.operator in NORMS | ACTIVATIONS | VIEWS | POOLS


def gated(recording: Recording, place: int) -> int:
    after = [at for at, made in enumerate(recording.made) if place in made.inputs]
    operators = [recording.made[at].operator for at in after]
    is_gate = len(after) == 2 and operators[0] in REDUCTIONS and operators[1] in ("mul", "mul_")
    return after[1] if is_gate else place


def recorded(recording: Recording, convolution: int) -> dict | None:
    """What is to be seen of a convolution: of each unit of the first image the mean and the birth."""
    made = recording.made[tap(recording, convolution)]
    maps = made.value[0]
    maps = maps if maps.shape[0] == recording.made[convolution].shape[1] else maps.permute(2, 0, 1)
    if maps.shape[1] != maps.shape[2] or maps.shape[1] < SMALLEST:
        return None
    return {
        "operator": made.operator,
        "means": [round(float(one.double().mean()), 6) for one in maps],
        "births": [birth(one.numpy()) for one in maps],
    }


def strip(path: Path) -> None:
    """Without the stack traces that the newer exporter writes to each node."""
    model = onnx.load(path)
    for part in (*model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output, model.graph):
        del part.metadata_props[:]
        part.doc_string = ""
    del model.graph.value_info[:]
    onnx.save(model, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    batch = images()
    (options.folder / "image.f32").write_bytes(batch[0].permute(1, 2, 0).contiguous().numpy().tobytes())
    for name in networks():
        if options.only not in name:
            continue
        network = make(name)
        with torch.no_grad(), Recording(batch) as recording:
            network(batch)
        layers = [recorded(recording, place) for place in recording.convolutions()]
        (options.folder / f"{name}.json").write_text(json.dumps({"layers": layers}))
        for exporter in ("dynamo", "legacy"):
            path = options.folder / f"{name}.{exporter}.onnx"
            if path.exists():
                continue
            more = {"external_data": False} if exporter == "dynamo" else {}
            torch.onnx.export(network, (batch[:1],), str(path), dynamo=exporter == "dynamo", verbose=False, **more)
            strip(path)
        print(name, len(layers), "convolutions", [f.stat().st_size for f in options.folder.glob(f"{name}.*")], flush=True)


if __name__ == "__main__":
    main()
