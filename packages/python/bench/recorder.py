"""
Recorder over a bare forward pass of the same modules, by processor time: ResNet-18 at 224², in turns.

    python bench/recorder.py [BATCH]

Prints the ratio: at most 1.3 is aimed at. Needs torch and torchvision.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time

import torch
import torchvision

import unitscope

ROUNDS = 7


def main() -> None:
    batch = int(sys.argv[1]) if len(sys.argv) > 1 else 16
    torch.manual_seed(0)
    model = torchvision.models.resnet18(weights=None).eval()
    # Smooth images, as photographs are.
    small = torch.randn(batch, 3, 28, 28)
    images = torch.nn.functional.interpolate(small, size=(224, 224), mode="bicubic")

    recorder = unitscope.Recorder(model, tempfile.mkdtemp(), checkpoint="a")

    def bare() -> None:
        with torch.no_grad():
            model(images)

    def recorded() -> None:
        with torch.no_grad(), recorder.category("cat"):
            model(images)

    def seconds(work: object) -> tuple[float, float]:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        begin = time.perf_counter()
        work()  # type: ignore[operator]
        wall = time.perf_counter() - begin
        after = resource.getrusage(resource.RUSAGE_SELF)
        return after.ru_utime + after.ru_stime - usage.ru_utime - usage.ru_stime, wall

    # The hooks are there in both: outside a category they do nothing.
    bare()
    recorded()
    pairs = [(seconds(recorded), seconds(bare)) for _ in range(ROUNDS)]
    for i, what in enumerate(("processor time", "wall clock")):
        ratios = sorted(own[i] / other[i] for own, other in pairs)
        own, other = (min(pair[j][i] for pair in pairs) for j in (0, 1))
        per = f"{1e3 * own / batch:.1f} ms an image, bare {1e3 * other / batch:.1f}"
        print(f"{what}: {per}, ratio {ratios[ROUNDS // 2]:.2f}")
    begin = time.perf_counter()
    recorder.close()
    print(f"the file, once a checkpoint: {1e3 * (time.perf_counter() - begin):.0f} ms")


if __name__ == "__main__":
    main()
