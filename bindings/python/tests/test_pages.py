"""The Python that stands in pages of the manual runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]


def blocks(page: Path) -> list[str]:
    if not page.exists():
        pytest.skip(f"{page.name} is not here")
    return re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", ["README.md", "bindings/python/README.md"])
def test_a_readme_runs_from_top_to_bottom(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pandas")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for block in blocks(ROOT / page):
        exec(block, names)


def test_the_page_for_python_runs(rows: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for needed in ("pandas", "pyarrow", "sklearn", "duckdb"):
        pytest.importorskip(needed)
    polars = pytest.importorskip("polars")
    monkeypatch.chdir(tmp_path)
    text = "Kenya welcomes the accord with Uganda. They shelled the town."
    (tmp_path / "article.txt").write_text(text)
    polars.DataFrame({"country": ["A", "B"], "text": ["We welcome peace.", None]}).write_parquet("speeches.parquet")
    labelled = [{**row, "tone": row["peace"]} for row in rows]
    names: dict[str, Any] = {
        "text": text,
        "my_rows": labelled,
        "news": [{"text": text, "date": "2024-03-09"}],
        "texts": [row["text"] for row in rows],
        "labels": [row["peace"] for row in rows],
        "documents": [row["document"] for row in rows],
    }
    n_run = 0
    for block in blocks(ROOT / "docs/python.md"):
        if "spark" in block:
            # These are what test_spark.py does.
            compile(block, "docs/python.md", "exec")
            continue
        exec(block, names)
        n_run += 1
    assert n_run >= 5
    assert (tmp_path / "page.html").exists() and (tmp_path / "relations.html").exists()
