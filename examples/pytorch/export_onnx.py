"""Exports a torchvision network, or your own, as ONNX for `unitscope layers` and `source.models`.

    python export_onnx.py resnet18 resnet18.onnx                      # random weights
    python export_onnx.py resnet18 resnet18.onnx --weights epoch-7.pt # a state_dict
    python export_onnx.py resnet18 graph.onnx --weights epoch-0.pt --unfolded  # once, for `network: graph.onnx`
"""

import argparse

import torch
import torchvision

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("model", help="a name that torchvision.models knows")
parser.add_argument("output")
parser.add_argument("--weights", help="a .pt file with the state_dict")
parser.add_argument("--size", type=int, default=224, help="height and width of the images")
parser.add_argument("--unfolded", action="store_true", help="keep batch norms apart, so that other weights fit the graph")
options = parser.parse_args()

model = torchvision.models.get_model(options.model, weights=None)
if options.weights is not None:
    # weights_only: a .pt file is a pickle, which can otherwise run any code.
    model.load_state_dict(torch.load(options.weights, map_location="cpu", weights_only=True))
model.eval()
# Two images, as one would be taken for a fixed batch.
images = torch.zeros(2, 3, options.size, options.size)
torch.onnx.export(
    model,
    (images,),
    options.output,
    input_names=["image"],
    output_names=["logits"],
    opset_version=18,
    dynamo=True,
    optimize=not options.unfolded,
    external_data=False,
    dynamic_shapes=({0: torch.export.Dim("batch")},),
)
print(f"{options.output}: unitscope layers {options.output}")
