"""unitscope: the feature entropy of every unit of a CNN, measured where the network trains."""

from .births import birth_ranks
from .loaders import measure
from .null import null_entropy
from .recorder import Recorder
from .statistics import feature_entropy, ineffectiveness, selective_rate

__all__ = [
    "Recorder",
    "birth_ranks",
    "feature_entropy",
    "ineffectiveness",
    "measure",
    "null_entropy",
    "selective_rate",
]
__version__ = "0.2.0"
