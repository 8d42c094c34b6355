"""Answers samples (a JSON file: a list of [x, y]) with SciPy's figures of each, as JSON."""

import itertools
import json
import sys

import numpy as np
from scipy import stats



def exact_rank_p(a, b):
    """Of all orders of the ranks of `b`, the share whose correlation with those of `a` is as far from 0."""
    x, y = stats.rankdata(a), stats.rankdata(b)
    middle = x.sum() * y.sum() / len(x)
    orders = np.array(list(itertools.permutations(y)))
    return float(np.mean(np.abs(orders @ x - middle) >= abs(x @ y - middle) - 1e-9))


answers = []
for x, y in json.load(open(sys.argv[1])):
    u = stats.mannwhitneyu(x, y)
    n = min(len(x), len(y))
    a, b = np.array(x[:n]), np.array(y[:n])
    pearson = stats.pearsonr(a, b)
    interval = pearson.confidence_interval()
    spearman = stats.spearmanr(a, b)
    kendall = stats.kendalltau(a, b)
    half = stats.norm.ppf(0.975) * np.sqrt((1 + spearman.statistic**2 / 2) / (n - 3))
    center = np.arctanh(spearman.statistic)
    difference = stats.bootstrap(
        (np.array(x), np.array(y)),
        lambda p, q, axis: p.mean(axis=axis) - q.mean(axis=axis),
        n_resamples=20000, method="percentile", rng=np.random.default_rng(1),
    ).confidence_interval
    p_values = np.clip(np.abs(a) / (np.abs(a).max() + 1), 0, 1)
    answers.append({
        "mannWhitney": {"u": u.statistic, "p": u.pvalue},
        "pearson": {"r": pearson.statistic, "p": pearson.pvalue, "low": interval.low, "high": interval.high},
        "spearman": {"r": spearman.statistic, "p": exact_rank_p(a, b) if n <= 8 else spearman.pvalue,
                     "low": np.tanh(center - half), "high": np.tanh(center + half)},
        "kendall": {"tau": kendall.statistic, "p": kendall.pvalue},
        "difference": {"low": difference.low, "high": difference.high},
        "lag1": stats.pearsonr(a[:-1], b[1:]).statistic,
        "p": p_values.tolist(),
        "q": stats.false_discovery_control(p_values).tolist(),
    })
json.dump(answers, sys.stdout, default=float)
