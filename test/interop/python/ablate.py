"""Cumulative ablation by hand: zeroes weights in the file, runs the whole network, gives loss, accuracy and top-5.

Arguments: network.onnx, images.f32 (NCHW, as JSON says), question.json, steps.arrow (ablation/1). Prints, for each curve
over all images, how far the table is from what is computed here.
"""

import json
import sys

import numpy as np
import onnx
import onnxruntime
import pyarrow as pa
from onnx import numpy_helper

network, images, question, steps = sys.argv[1:]
with open(question) as file:
    asked = json.load(file)
pixels = np.fromfile(images, np.float32).reshape(asked["shape"])
labels = np.array(asked["labels"])
table = pa.ipc.open_file(steps).read_all().to_pylist()


def evaluate(units):
    model = onnx.load(network)
    for tensor in model.graph.initializer:
        if tensor.name in asked["weights"]:
            values = numpy_helper.to_array(tensor).copy()
            values[units] = 0  # kernel, bias, scale and shift: the unit is the first axis of each
            tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (scores,) = session.run(None, {session.get_inputs()[0].name: pixels})
    scores = scores.astype(np.float64)
    own = scores[np.arange(len(labels)), labels]
    highest = scores.max(axis=1)
    loss = highest - own + np.log(np.exp(scores - highest[:, None]).sum(axis=1))
    # Of equal scores the class that comes first wins, as numpy's argmax has it.
    before = np.arange(scores.shape[1]) < labels[:, None]
    ahead = ((scores > own[:, None]) | ((scores == own[:, None]) & before)).sum(axis=1)
    return {"loss": loss.mean(), "accuracy": (ahead == 0).mean(), "top5": (ahead < 5).mean()}


answers = []
for curve in asked["curves"]:
    rows = [
        row
        for row in table
        if row["scope"] == "all" and all(row[key] == value for key, value in curve["of"].items())
    ]
    units = [row["unit"] for row in rows if row["unit"] is not None]
    furthest = {"loss": 0.0, "accuracy": 0.0, "top5": 0.0}
    for row in rows:
        expected = evaluate(units[: row["ablated"]])
        for metric, value in expected.items():
            furthest[metric] = max(furthest[metric], abs(value - row[metric]))
    answers.append({"steps": len(rows), "units": units, "furthest": furthest})
print(json.dumps(answers))
