"""Run by the Python of an environment that has the wheel alone, given the clone's root: is it whole?"""

import base64
import hashlib
import re
import sys
from importlib import metadata, resources
from pathlib import Path

import numpy as np

import unitscope

root = Path(sys.argv[1])
assert not Path(unitscope.__file__).is_relative_to(root / "packages"), unitscope.__file__
text = (root / "packages/topology/src/kernel.generated.ts").read_text()
kernel = base64.b64decode(re.search(r"kernelBase64 =\s*'([^']+)'", text)[1])
carried = resources.files("unitscope").joinpath("kernel.wasm").read_bytes()
assert hashlib.sha256(carried).hexdigest() == hashlib.sha256(kernel).hexdigest()
assert resources.files("unitscope").joinpath("py.typed").is_file()
assert metadata.version("unitscope") == unitscope.__version__
births = unitscope.birth_ranks(np.random.default_rng(0).standard_normal((100, 14, 14)))
assert 2 < unitscope.feature_entropy(births) < unitscope.null_entropy(14, 10_000) + 0.2
print("the wheel", metadata.version("unitscope"), "carries kernel", hashlib.sha256(kernel).hexdigest()[:16])
