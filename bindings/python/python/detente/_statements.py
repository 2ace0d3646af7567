"""The labelled statements that the default model was trained with."""

from __future__ import annotations

import csv
import gzip
import io
from importlib import resources
from os import PathLike
from typing import Any, Optional, Union

from ._frames import _pyarrow, prose

KINDS = ("pandas", "polars", "arrow", "list")


def load_statements(path: Union[str, PathLike[str], None] = None, *, kind: str = "pandas") -> Any:
    """Gives 8,398 statements with labels on `peace`, `cooperation`, `conflict` and `sentiment`.

    They are our own words (``datasets/diplomatic`` of the repository, whose README says how they came to be); a
    statement's `document` is for folds, and its `split` is what it served for.

    Parameters
    ----------
    path : a CSV file with columns of your own instead; ``.gz`` is unpacked
    kind : `pandas`, `polars`, `arrow`, or `list` for a list of dictionaries

    Examples
    --------
    >>> rows = load_statements(kind="list")
    >>> len(rows)
    8398
    >>> sorted({row["peace"] for row in rows})
    ['against', 'favor', 'none']
    """
    if kind not in KINDS:
        raise ValueError(f"kind is `{kind}`; expected {prose(KINDS).replace(' and ', ' or ')}")
    if path is None:
        text = resources.files("detente").joinpath("statements.csv").read_text(encoding="utf-8")
    else:
        opened = gzip.open if str(path).endswith(".gz") else open
        with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
            text = file.read()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    return frame([{name: cell or None for name, cell in row.items()} for row in rows], kind)


def frame(rows: list[dict[str, Any]], kind: str, names: Optional[list[str]] = None) -> Any:
    """Rows as a table of the kind asked for."""
    if kind == "list":
        return rows
    names = names or list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: [row.get(name) for row in rows] for name in names}
    if kind == "arrow":
        return _pyarrow().table(columns)
    if kind == "polars":
        try:
            import polars
        except ImportError as error:
            raise ImportError('this needs polars: `pip install polars`, or ask for `kind="list"`') from error
        return polars.DataFrame(columns)
    if kind == "pandas":
        try:
            import pandas
        except ImportError as error:
            raise ImportError('this needs pandas: `pip install pandas`, or ask for `kind="list"`') from error
        return pandas.DataFrame(columns)
    raise ValueError(f"kind is `{kind}`; expected {prose(KINDS).replace(' and ', ' or ')}")
