"""The networks of the zoo, made with random weights: the same name and seed give the same network everywhere."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import torch

# At 128 the last maps of most networks are 4 × 4, the smallest that can hold a hole.
SIZES = (128, 160, 192, 224, 256, 288, 299, 336, 384)
IMAGES = 3


def names() -> list[str]:
    """`library/name` of each network, as architectures.txt lists them."""
    text = (Path(__file__).parent / "architectures.txt").read_text()
    return [line for line in text.split() if not line.startswith("#")]


def make(name: str) -> torch.nn.Module:
    """The network in evaluation mode. Its norms carry random statistics, so that leaving one out shows."""
    seed = sum(ord(letter) * 31**place for place, letter in enumerate(name)) % 2**31
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    network = _build(name)
    _draw_norms(network, torch.Generator().manual_seed(seed))
    return network.eval()


def make_without_weights(name: str) -> torch.nn.Module:
    """The network with shapes alone."""
    with torch.device("meta"):
        return _build(name)


def _build(name: str) -> torch.nn.Module:
    library, architecture = name.split("/", 1)
    if library == "torchvision":
        import torchvision

        return torchvision.models.get_model(architecture, weights=None, **_options(architecture))
    import timm

    return timm.create_model(architecture, pretrained=False)


def _options(architecture: str) -> dict:
    if architecture in ("googlenet", "inception_v3"):
        return {"init_weights": False, "aux_logits": False}
    if architecture.startswith(("deeplab", "fcn", "lraspp")):
        return {"weights_backbone": None}
    return {}


def _draw_norms(network: torch.nn.Module, generator: torch.Generator) -> None:
    for module in network.modules():
        mean = getattr(module, "running_mean", None)
        if isinstance(mean, torch.Tensor):
            mean.copy_(0.1 * torch.randn(mean.shape, generator=generator))
            module.running_var.copy_(0.5 + torch.rand(mean.shape, generator=generator))
        if isinstance(module, torch.nn.modules.batchnorm._BatchNorm | torch.nn.GroupNorm | torch.nn.LayerNorm):
            if module.weight is not None:
                module.weight.data.copy_(0.75 + 0.5 * torch.rand(module.weight.shape, generator=generator))
            if module.bias is not None:
                module.bias.data.copy_(0.1 * torch.randn(module.bias.shape, generator=generator))


def images(size: int, channels: int = 3) -> torch.Tensor:
    """Smooth random images (IMAGES, channels, size, size) in 0 … 1."""
    generator = torch.Generator().manual_seed(size)
    coarse = torch.rand((IMAGES, channels, max(4, size // 8), max(4, size // 8)), generator=generator)
    return torch.nn.functional.interpolate(coarse, (size, size), mode="bicubic", align_corners=False).clamp(0, 1)


def default_size(network: torch.nn.Module) -> int:
    return getattr(network, "default_cfg", {}).get("input_size", (3, 224, 224))[1]


def smallest_size(network: torch.nn.Module) -> int:
    """The smallest size of SIZES that the network takes."""
    default = default_size(network)
    for size in (*[s for s in SIZES if s < default], default):
        try:
            with torch.no_grad():
                network(images(size)[:1])
            return size
        except Exception:  # noqa: BLE001 - whatever a network raises at a size says that it does not take it
            continue
    raise RuntimeError(f"takes no image of {SIZES[0]} to {default} pixels")
