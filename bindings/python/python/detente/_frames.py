"""What a user's data is, and its columns: lists, dictionaries, pandas, polars, Arrow. None of these is imported here
unless data of it was given."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any, Optional


def prose(names: Iterable[object]) -> str:
    """A list as prose, each item in backticks."""
    quoted = [f"`{name}`" for name in names]
    if len(quoted) < 2:
        return quoted[0] if quoted else "none"
    last = ", and " if len(quoted) > 2 else " and "
    return ", ".join(quoted[:-1]) + last + quoted[-1]


def _is(data: object, module: str, *names: str) -> bool:
    """Whether it is of a class of a module; if it is, the module has been imported."""
    imported = sys.modules.get(module)
    classes = [getattr(imported, name, None) for name in names] if imported else []
    return any(isinstance(known, type) and isinstance(data, known) for known in classes)


def kind_of(data: object) -> str:
    """One of `text`, `pandas-column`, `pandas-table`, `polars-column`, `polars-table`, `arrow`, `list`.

    Raises
    ------
    TypeError
        It is none of these.
    """
    if isinstance(data, str) or data is None:
        return "text"
    if _is(data, "pandas", "Series", "Index"):
        return "pandas-column"
    if _is(data, "pandas", "DataFrame"):
        return "pandas-table"
    if _is(data, "polars", "Series"):
        return "polars-column"
    if _is(data, "polars", "DataFrame"):
        return "polars-table"
    if _is(data, "polars", "LazyFrame"):
        raise TypeError(
            "the frame is lazy; expected one with rows: call `collect()` before, or score a column of it with "
            "`detente.polars.score`"
        )
    if hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__"):
        return "arrow"
    if isinstance(data, (bytes, bytearray)):
        raise TypeError(f"the texts are of type `{type(data).__name__}`; expected texts: decode the bytes before")
    if isinstance(data, Mapping) or not isinstance(data, Iterable):
        raise TypeError(
            f"the texts are of type `{type(data).__name__}`; expected a text, a list of texts, or a column or table of "
            "pandas, polars or Arrow"
        )
    return "list"


def as_list(texts: Any) -> list[Any]:
    """The items of a list, an array of numpy or any other iterable."""
    if isinstance(texts, list):
        return texts
    if hasattr(texts, "tolist"):
        items = texts.tolist()
        return items if isinstance(items, list) else [items]
    return list(texts)


class Columns:
    """The columns of a table of any kind, each as a list.

    >>> Columns({"text": ["a", "b"], "label": [1, None]})["label"]
    [1, None]
    >>> Columns([{"text": "a"}, {"text": "b", "label": 1}]).names
    ['text', 'label']
    """

    def __init__(self, rows: Any) -> None:
        table: Any = rows
        self._columns: Any
        if isinstance(rows, Mapping):
            self._columns = {str(name): as_list(column) for name, column in table.items()}
            self.names = list(self._columns)
        elif isinstance(rows, (list, tuple)) and all(isinstance(row, Mapping) for row in rows):
            self.names = list(dict.fromkeys(str(name) for row in table for name in row))
            self._columns = {name: [row.get(name) for row in table] for name in self.names}
        else:
            is_table = any(hasattr(table, name) for name in ("columns", "__arrow_c_stream__", "__arrow_c_array__"))
            kind = kind_of(table) if is_table else "none"
            if kind == "arrow":
                table = _pyarrow().table(table)
                self.names = list(table.column_names)
            elif kind in ("pandas-table", "polars-table"):
                self.names = [str(name) for name in table.columns]
            else:
                raise TypeError(
                    f"the rows are of type `{type(table).__name__}`; expected a table of pandas, polars or Arrow, a "
                    "dictionary of columns, or a list of dictionaries"
                )
            self._columns = table

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def __getitem__(self, name: str) -> list[Any]:
        if name not in self.names:
            raise ValueError(f"there is no column `{name}`; there is {prose(self.names)}")
        column = self._columns[name]
        if hasattr(column, "to_pylist"):
            return list(column.to_pylist())
        return as_list(column) if not hasattr(column, "to_list") else list(column.to_list())

    def get(self, name: Optional[str], n_rows: int) -> list[Any]:
        """The column, or nothing for each row where there is no such name."""
        return [None] * n_rows if name is None else self[name]


def _pyarrow() -> Any:
    try:
        import pyarrow
    except ImportError as error:
        raise ImportError("this needs pyarrow: `pip install pyarrow`") from error
    return pyarrow


def is_missing(value: object) -> bool:
    """Whether a cell holds nothing: None, NaN or pandas' NA.

    >>> [is_missing(cell) for cell in (None, float("nan"), "", 0)]
    [True, True, False, False]
    """
    if value is None:
        return True
    return bool(isinstance(value, float) and value != value) or type(value).__name__ in ("NAType", "NaTType")


def as_key(value: Any) -> Optional[str]:
    """A cell that names a group as text: one text for each value.

    >>> import datetime
    >>> as_key(datetime.datetime(2024, 5, 1, 12, 30)), as_key(7), as_key(float("nan"))
    ('2024-05-01T12:30:00', '7', None)
    """
    if is_missing(value):
        return None
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def as_text(value: Any) -> Optional[str]:
    """A cell as text; days of any library as YYYY-MM-DD."""
    key = as_key(value)
    return key[:10] if key is not None and hasattr(value, "isoformat") else key


def arrow_out(table: Any) -> Any:
    """A table of scores as pyarrow's, where that is installed; else as an object with `__arrow_c_stream__`."""
    try:
        import pyarrow
    except ImportError:
        return table
    return pyarrow.table(table)


def pandas_scores(columns: dict[str, tuple[str, bytes, Optional[list[str]]]], index: Any) -> Any:
    """Columns of bytes as a DataFrame."""
    import numpy
    import pandas

    made: dict[str, Any] = {}
    for name, (kind, data, labels) in columns.items():
        if kind == "number":
            # A copy, since what is made of bytes cannot be written to.
            made[name] = numpy.frombuffer(data, dtype=numpy.float64).copy()
        elif kind == "label":
            places = numpy.frombuffer(data, dtype=numpy.int32)
            # The place -1 is the last one.
            made[name] = numpy.array([*(labels or ()), None], dtype=object)[places]
        else:
            flags = numpy.frombuffer(data, dtype=numpy.int8)
            known = numpy.array([False, True, None], dtype=object)[flags]
            made[name] = known if (flags < 0).any() else known.astype(bool)
    return pandas.DataFrame(made, index=index)
