"""Writes the maps that modules of any `nn.Module` make as activations/1 files."""

import torch
from activations_writer import ActivationsWriter


class ActivationHook:
    """Hooks `modules` (name -> module); the files are `target`/<layer>.arrow, target a folder or s3://bucket/prefix.

    with ActivationHook(named(model, nn.ReLU), "maps/epoch-7/cat", checkpoint="epoch-7", category="cat") as hook:
        for names, batch in loader:
            hook.run(model.eval(), batch, names)
    """

    def __init__(self, modules, target, checkpoint=None, category=None):
        self.target, self.labels = target, {"checkpoint": checkpoint, "category": category}
        self.writers, self.calls, self.names = {}, {}, []
        self.handles = [
            module.register_forward_hook(lambda _module, _inputs, maps, name=name: self.write(name, maps))
            for name, module in modules.items()
        ]

    def run(self, model, batch, names):
        self.names, self.calls = names, {}
        with torch.no_grad():
            model(batch)

    def write(self, name, maps):
        # A module that is called twice in a pass, as the ReLU of a ResNet block, is two layers.
        self.calls[name] = call = self.calls.get(name, 0) + 1
        layer = name if call == 1 else f"{name}-{call}"
        if maps.dim() != 4 or maps.shape[2] != maps.shape[3] or maps.shape[3] < 4:
            return  # no square map of 4x4 or more: nothing to measure
        if layer not in self.writers:
            labels = {**self.labels, "layer": layer, "layer_index": len(self.writers)}
            folder, mark, query = self.target.partition("?")
            target = f"{folder}/{layer}.arrow{mark}{query}"
            self.writers[layer] = ActivationsWriter(target, maps.shape[3], **labels)
        self.writers[layer].write(maps.float().cpu().numpy(), self.names)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for closing in self.handles:
            closing.remove()
        for writer in self.writers.values():
            writer.close()


def named(model, *kinds):
    return {name: module for name, module in model.named_modules() if isinstance(module, kinds)}
