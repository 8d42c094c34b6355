"""Makes the fixtures of packages/models/test/onnx/transformed.test.ts: networks of the zoo as onnxruntime quantises them.

    python test/zoo/quantised.py FOLDER OUT

FOLDER: what fixtures.py made. OUT gets NAME.qdq.onnx (floats rounded between operations), NAME.qdq-optimised.onnx (the same
after onnxruntime's optimiser) and NAME.qoperator.onnx (integers throughout).
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

NETWORKS = ("densenet", "mobilenet", "resnetv2_group_norm", "shufflenet")


class Images(CalibrationDataReader):
    def __init__(self, path: Path):
        given = onnxruntime.InferenceSession(path).get_inputs()[0]
        random = np.random.default_rng(0)
        self._feeds = iter([{given.name: random.random(given.shape, dtype=np.float32)} for _ in range(3)])

    def get_next(self) -> dict | None:
        return next(self._feeds, None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    for name in NETWORKS:
        with tempfile.TemporaryDirectory() as scratch:
            plain = Path(scratch) / "plain.onnx"
            quant_pre_process(options.folder / f"{name}.dynamo.onnx", plain, skip_symbolic_shape=True)
            rounded = options.out / f"{name}.qdq.onnx"
            quantize_static(plain, rounded, Images(plain), quant_format=QuantFormat.QDQ, per_channel=True)
            optimise(rounded, options.out / f"{name}.qdq-optimised.onnx")
            quantize_static(
                plain,
                options.out / f"{name}.qoperator.onnx",
                Images(plain),
                quant_format=QuantFormat.QOperator,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QUInt8,
            )


def optimise(path: Path, out: Path) -> None:
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(out)
    onnxruntime.InferenceSession(path, options)


if __name__ == "__main__":
    main()
