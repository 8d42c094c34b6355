"""unitscope: the feature entropy of every unit of a CNN, measured where the network trains."""

from . import callbacks
from .births import birth_ranks
from .command_line import SweepError, SweepInputError, run
from .loaders import measure
from .null import null_entropy
from .recorder import Recorder
from .results import read, sweeps
from .statistics import feature_entropy, ineffectiveness, selective_rate

__all__ = [
    "Recorder",
    "SweepError",
    "SweepInputError",
    "birth_ranks",
    "callbacks",
    "feature_entropy",
    "ineffectiveness",
    "measure",
    "null_entropy",
    "read",
    "run",
    "selective_rate",
    "sweeps",
]
__version__ = "0.2.0"
