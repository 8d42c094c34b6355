"""Scores a zoo again from zoo-checkpoints.arrow of a folder: Kendall's tau by SciPy, the rest from its definitions. JSON."""

import itertools
import json
import math
import sys

import numpy as np
import polars as pl
from scipy import stats

folder, loss = sys.argv[1], float(sys.argv[2])
checkpoints = pl.read_ipc(f"{folder}/tables/zoo-checkpoints.arrow")
signs = {
    (row["group"], row["measure"]): row["sign"]
    for row in pl.read_ipc(f"{folder}/tables/zoo-scores.arrow").iter_rows(named=True)
}
columns = checkpoints.columns
factors = columns[columns.index("step") + 1 : columns.index("loss")]
last = checkpoints.sort("step").group_by("network", maintain_order=True).last().filter(pl.col("loss") <= loss)


def tau(table):
    if len(table) < 2:
        return None
    found = stats.kendalltau(table["x"].to_numpy(), table["gap"].to_numpy()).statistic
    return None if math.isnan(found) else float(found)


def granulated_by_factor(rows):
    means = []
    for factor in factors:
        others = [name for name in factors if name != factor]
        signs = [
            np.sign(a["x"] - b["x"]) * np.sign(a["gap"] - b["gap"])
            for a, b in itertools.combinations(rows, 2)
            if a[factor] != b[factor] and all(a[name] == b[name] for name in others)
        ]
        means.append(float(np.mean(signs)) if signs else None)
    return means


def granulated(rows):
    means = [mean for mean in granulated_by_factor(rows) if mean is not None]
    return float(np.mean(means)) if means else None


def entropy(counts):
    p = np.array(list(counts), float)
    p = p[p > 0] / p.sum()
    return float(-(p * np.log(p)).sum())


def information(rows):
    least = []
    for size in range(3):
        for held in itertools.combinations(factors, size):
            groups = {}
            for a, b in itertools.permutations(rows, 2):
                if a["gap"] == b["gap"]:
                    continue
                key = tuple((a[name], b[name]) for name in held)
                pair = (float(np.sign(a["x"] - b["x"])), float(np.sign(a["gap"] - b["gap"])))
                groups.setdefault(key, []).append(pair)
            shared = uncertain = 0.0
            for pairs in groups.values():
                count = lambda values: [list(values).count(value) for value in set(values)]
                of_gap = entropy(count([g for _, g in pairs]))
                shared += len(pairs) * (entropy(count([v for v, _ in pairs])) + of_gap - entropy(count(pairs)))
                uncertain += len(pairs) * of_gap
            if uncertain > 0:
                least.append(max(0.0, shared / uncertain))
    return 100 * min(least) if least else None


def worst(table):
    found = [tau(table.filter(pl.col(factor) == level)) for factor in factors for level in (0, 1)]
    found = [value for value in found if value is not None]
    return min(found) if found else None


answers = []
for (group, measure), sign in signs.items():
    table = last
    if group != "all networks":
        table = table.filter(pl.col("head") == (1 if group == "pooling head" else 0))
    table = table.with_columns(x=pl.col(measure) * sign).filter(pl.col("x").is_not_null())
    rows = list(table.iter_rows(named=True))
    answers.append({
        "group": group,
        "measure": measure,
        "networks": len(rows),
        "tau": tau(table),
        "granulated": granulated(rows),
        "granulated_by_factor": granulated_by_factor(rows),
        "information": information(rows),
        "worst": worst(table),
    })
json.dump(answers, sys.stdout)
