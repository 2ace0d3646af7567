"""The examples of docstrings are right."""

from __future__ import annotations

import doctest
import importlib

import pytest

NEEDS = {
    "detente._classifier": ["sklearn"],
    "detente._model": ["pandas"],
    "detente.duckdb": ["duckdb", "pyarrow"],
    "detente.polars": ["polars"],
}
MODULES = ["", "._article", "._classifier", "._frames", "._model", "._relations", "._report", "._statements"]
MODULES += ["._training", ".duckdb", ".polars", ".spark"]


@pytest.mark.parametrize("name", [f"detente{name}" for name in MODULES])
def test_examples_are_right(name: str) -> None:
    for needed in NEEDS.get(name, []):
        pytest.importorskip(needed)
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
    assert result.failed == 0
    assert result.attempted > 0
