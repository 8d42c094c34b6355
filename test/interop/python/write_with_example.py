"""Writes activations/1 by the writer of examples/pytorch, as its hook does; argument: the folder of the example, the target."""

import sys

import numpy as np

sys.path.insert(0, sys.argv[1])
from activations_writer import ActivationsWriter  # noqa: E402

size, units = 9, 5
rng = np.random.default_rng(4)
writer = ActivationsWriter(sys.argv[2], size, checkpoint="epoch-7", layer="layer1.0.relu", layer_index=3, category=None)
for first in (0, 4):
    # Half precision and a transposed view: what the network gives is neither float32 nor contiguous.
    maps = rng.standard_normal((4, units, size, size)).astype(np.float16).transpose(0, 1, 3, 2)
    writer.write(maps, [f"image-{first + i}" for i in range(4)])
    sys.stdout.write("".join(f"{value:.4f} " for value in maps[:, :, 1, 2].astype(np.float32).reshape(-1)))
writer.close()
