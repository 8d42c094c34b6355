"""Statistics and the null against the TypeScript ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import unitscope

CLOSE = {"rel": 1e-12, "abs": 1e-12}


def test_the_statistics_of_a_unit_are_those_of_typescript(typescript: dict[str, Any]) -> None:
    for unit in typescript["units"]:
        births, threshold = np.array(unit["ranks"], np.uint32), unit["threshold"]
        assert unitscope.feature_entropy(births, threshold) == pytest.approx(unit["entropy"], **CLOSE)
        paper = unitscope.feature_entropy(births, threshold, definition="paper")
        assert paper == pytest.approx(unit["entropyPaper"], **CLOSE)
        assert unitscope.selective_rate(births, threshold) == pytest.approx(unit["selectiveRate"], **CLOSE)
        assert unitscope.ineffectiveness(births, threshold) == pytest.approx(unit["ineffectiveness"], **CLOSE)
        null = unitscope.null_entropy(14, unit["births"], threshold)
        assert null == pytest.approx(unit["entropyNull"], **CLOSE)


def test_the_null_is_that_of_typescript(typescript: dict[str, Any]) -> None:
    for null in typescript["nulls"]:
        arguments = {"threshold": null["threshold"], "density": null.get("density", 0.8)}
        found = unitscope.null_entropy(null["size"], null["births"], **arguments)
        assert found == pytest.approx(null["entropy"], **CLOSE), null


def test_units_stand_along_the_other_axes() -> None:
    births = np.random.default_rng(1).integers(0, 30, (50, 4, 3)).astype(np.uint32)
    entropies = unitscope.feature_entropy(births)
    assert entropies.shape == (4, 3)
    assert entropies[2, 1] == unitscope.feature_entropy(births[:, 2, 1])
    np.testing.assert_array_equal(unitscope.feature_entropy(births.transpose(1, 2, 0), axis=-1), entropies)


def test_the_definitions_differ_by_what_the_method_says() -> None:
    few, many = np.array([0] * 95 + [5] * 5), np.array([0] * 30 + [5] * 40 + [9] * 30)
    assert unitscope.feature_entropy(few, definition="paper") == pytest.approx(0.05 * np.log(100))
    assert unitscope.feature_entropy(few) == 0
    rate, code = unitscope.selective_rate(many), unitscope.feature_entropy(many)
    assert unitscope.feature_entropy(many, definition="paper") == pytest.approx(rate * (code - np.log(rate)))
    both = np.stack([few, many], axis=1)
    assert unitscope.feature_entropy(both, definition="paper").shape == (2,)
    with pytest.raises(ValueError, match="'code' or 'paper'"):
        unitscope.feature_entropy(few, definition="text")  # type: ignore[arg-type]


def test_births_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="raw birth ranks"):
        unitscope.feature_entropy([0.5, 2])
    with pytest.raises(ValueError, match="raw birth ranks"):
        unitscope.feature_entropy([-1, 2])
    with pytest.raises(ValueError, match="at least one image"):
        unitscope.feature_entropy(np.zeros((0, 3), int))
    with pytest.raises(ValueError, match="threshold"):
        unitscope.feature_entropy([3, 4], -1)
    with pytest.raises(ValueError, match="size"):
        unitscope.null_entropy(0, 3)
