"""Puts the kernel into the package: the very WebAssembly that the build of packages/topology has made."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).resolve().parent
GENERATED = HERE.parent / "topology" / "src" / "kernel.generated.ts"
KERNEL = HERE / "src" / "unitscope" / "kernel.wasm"


def embedded_kernel(text: str) -> bytes:
    """The bytes that stand as base64 in kernel.generated.ts."""
    found = re.search(r"kernelBase64 =\s*'([A-Za-z0-9+/=]+)'", text)
    if found is None:
        raise SystemExit(f"{GENERATED}: no kernel in it; `npm run build` in the clone writes it anew")
    return base64.b64decode(found[1])


class KernelHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if GENERATED.exists():
            kernel = embedded_kernel(GENERATED.read_text())
            if not KERNEL.exists() or KERNEL.read_bytes() != kernel:
                KERNEL.write_bytes(kernel)
        elif not KERNEL.exists():
            raise SystemExit(
                f"no kernel: neither {GENERATED} nor {KERNEL} is there. Build inside a clone of unitscope "
                "(`pip install ./packages/python`), or from a source distribution that was made in one "
                "(`python -m build packages/python`)"
            )
