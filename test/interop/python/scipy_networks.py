"""Answers samples (a JSON file: a list of [x, y], a value a network) with SciPy's figures of each, as JSON."""

import json
import sys

import numpy as np
from scipy import stats


def mean_difference(a, b, axis):
    return np.mean(a, axis=axis) - np.mean(b, axis=axis)


def flip_test(values):
    return stats.permutation_test(
        (values,), lambda a, axis: np.mean(a, axis=axis), permutation_type="samples", vectorized=True, n_resamples=np.inf
    )


def flip_bound(values, outside, inside):
    """Between a shift that the sign-flip test rejects at 5 % and one that it does not, the shift where that turns."""
    for _ in range(24):
        middle = (outside + inside) / 2
        if flip_test(np.array(values) - middle).pvalue > 0.05:
            inside = middle
        else:
            outside = middle
    return (outside + inside) / 2


def needed(sd, difference):
    """The smallest n whose t test at 5 % has a power of 0.8, by the non-central t."""
    n = 2
    while True:
        critical, shift = stats.t.ppf(0.975, n - 1), difference / sd * np.sqrt(n)
        # Far from 0 SciPy has no number for the lower tail, which is nothing there.
        lower = np.nan_to_num(stats.nct.cdf(-critical, n - 1, shift))
        if stats.nct.sf(critical, n - 1, shift) + lower >= 0.8:
            return n
        n += 1


answers = []
for x, y in json.load(open(sys.argv[1])):
    mean, error = np.mean(x), stats.sem(x)
    low, high = stats.t.interval(0.95, len(x) - 1, loc=mean, scale=error)
    independent = stats.permutation_test(
        (x, y), mean_difference, permutation_type="independent", vectorized=True, n_resamples=np.inf
    )
    flips = flip_test(x)
    reach = 2 * (max(x) - min(x)) + 1
    flip_interval = (
        {"low": flip_bound(x, mean - reach, mean), "high": flip_bound(x, mean + reach, mean)} if len(x) > 5 else None
    )
    z = np.arctanh(np.clip(x, -0.99, 0.99))
    z_low, z_high = stats.t.interval(0.95, len(x) - 1, loc=np.mean(z), scale=stats.sem(z))
    answers.append({
        "student": {"mean": mean, "low": low, "high": high},
        "independent": {"statistic": independent.statistic, "p": independent.pvalue},
        "flips": {"statistic": flips.statistic, "p": flips.pvalue},
        "flipInterval": flip_interval,
        "fisher": {"mean": np.tanh(np.mean(z)), "low": np.tanh(z_low), "high": np.tanh(z_high)},
        "needed": needed(np.std(x, ddof=1), abs(mean) + 0.05),
    })
json.dump(answers, sys.stdout, default=float)
