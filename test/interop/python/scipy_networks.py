"""Answers samples (a JSON file: a list of [x, y], a value a network) with SciPy's figures of each, as JSON."""

import json
import sys

import numpy as np
from scipy import stats


def mean_difference(a, b, axis):
    return np.mean(a, axis=axis) - np.mean(b, axis=axis)


answers = []
for x, y in json.load(open(sys.argv[1])):
    mean, error = np.mean(x), stats.sem(x)
    low, high = stats.t.interval(0.95, len(x) - 1, loc=mean, scale=error)
    independent = stats.permutation_test(
        (x, y), mean_difference, permutation_type="independent", vectorized=True, n_resamples=np.inf
    )
    flips = stats.permutation_test(
        (x,), lambda a, axis: np.mean(a, axis=axis), permutation_type="samples", vectorized=True, n_resamples=np.inf
    )
    bootstrap = stats.bootstrap(
        (np.array(x),), np.mean, n_resamples=20000, method="percentile", rng=np.random.default_rng(1)
    ).confidence_interval
    answers.append({
        "student": {"mean": mean, "low": low, "high": high},
        "independent": {"statistic": independent.statistic, "p": independent.pvalue},
        "flips": {"statistic": flips.statistic, "p": flips.pvalue},
        "bootstrap": {"low": bootstrap.low, "high": bootstrap.high},
    })
json.dump(answers, sys.stdout, default=float)
