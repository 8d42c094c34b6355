"""Births while a network trains: for Lightning, Hugging Face's Trainer, Keras, or a loop of your own (`Watch`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .watch import Watch

if TYPE_CHECKING:
    from .huggingface import HuggingFace
    from .keras import Keras
    from .lightning import Lightning

__all__ = ["HuggingFace", "Keras", "Lightning", "Watch"]

_MODULES = {"HuggingFace": "huggingface", "Keras": "keras", "Lightning": "lightning"}


def __getattr__(name: str) -> Any:
    # Each needs its trainer, which others may not have.
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_MODULES[name]}", __name__), name)
