"""What the TypeScript packages give, asked of them when the tests run."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]


def run_node(script: str, *args: str) -> str:
    node = shutil.which("node")
    if node is None or not (ROOT / "packages/entropy/dist/index.js").exists():
        pytest.fail("needs Node and a built clone: `npm run setup`")
    command = [node, "--experimental-strip-types", "--no-warnings", str(HERE / script), *args]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="session")
def typescript(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Maps and what TypeScript makes of them (vectors.mjs)."""
    folder = tmp_path_factory.mktemp("vectors")
    run_node("vectors.mjs", str(folder))
    return {**json.loads((folder / "vectors.json").read_text()), "folder": folder}


@pytest.fixture(scope="session")
def command_line() -> list[str]:
    """unitscope of this clone."""
    node = shutil.which("node")
    bin_ = ROOT / "apps/cli/dist/bin.js"
    if node is None or not bin_.exists():
        pytest.fail("needs Node and a built clone: `npm run setup`")
    return [node, str(bin_)]
