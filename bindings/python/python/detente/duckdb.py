"""Functions for SQL in DuckDB.

>>> import duckdb
>>> import detente.duckdb
>>> con = detente.duckdb.register(duckdb.connect())
>>> con.sql("select stance('We welcome the truce.', 'peace') > 0.5").fetchall()
[(True,)]
>>> con.sql("select stances('We welcome the truce.').peace_label").fetchall()
[('favor',)]
"""

from __future__ import annotations

from typing import Any, Optional

import duckdb
import pyarrow

from ._detente import MAX_BYTES
from ._frames import prose
from ._model import Model

__all__ = ["register"]

_KINDS = {"flag": "BOOLEAN", "label": "VARCHAR", "number": "DOUBLE"}


def register(
    con: Optional[Any] = None,
    model: Optional[Model] = None,
    *,
    prefix: str = "",
    threads: Optional[int] = None,
    max_bytes: int = MAX_BYTES,
) -> Any:
    """Registers two functions on a connection, and gives it back. Both take whole columns of Arrow.

    ``stance(text, target)`` is P(favor) - P(against), from -1 to 1; null where the target has no sides.
    ``stances(text)`` is a struct with the columns that :meth:`detente.Model.score` names, as in
    ``select unnest(stances(text)) from statements``. Both are null where the text is missing or longer than
    `max_bytes`.

    Parameters
    ----------
    con : default the connection of ``duckdb`` itself
    model : default the default model
    prefix : of the functions' names, for several models on one connection: ``prefix="mine_"`` gives ``mine_stance``
    threads : default one a processor
    max_bytes : a longer text has no score
    """
    connection: Any = duckdb if con is None else con
    scorer = model or Model.default()
    columns = scorer._inner.columns_of_scores

    def scores(texts: Any) -> Any:
        return scorer.score(texts, threads=threads, max_bytes=max_bytes)

    def stances(texts: Any) -> Any:
        table = scores(texts).combine_chunks()
        arrays = [_one(table[name]) for name, _ in columns]
        is_missing = arrays[0].is_null()
        fields = [pyarrow.field(name, array.type) for (name, _), array in zip(columns, arrays)]
        return pyarrow.StructArray.from_arrays(arrays, fields=fields, mask=is_missing)

    def stance(texts: Any, targets: Any) -> Any:
        targets = targets.to_pylist()
        wanted = set(targets) - {None}
        unknown = wanted - set(scorer.targets)
        if unknown:
            raise ValueError(f"there is no target `{min(unknown)}`; there is {prose(scorer.targets)}")
        table = scores(texts)
        names = set(table.column_names)
        by_target = {
            target: table[f"{target}_score"].to_pylist() if f"{target}_score" in names else [None] * len(texts)
            for target in wanted
        }
        if len(wanted) == 1 and None not in targets:
            (only,) = wanted
            return pyarrow.array(by_target[only], type=pyarrow.float64())
        picked = [None if target is None else by_target[target][row] for row, target in enumerate(targets)]
        return pyarrow.array(picked, type=pyarrow.float64())

    struct = ", ".join(f'"{name}" {_KINDS[kind]}' for name, kind in columns)
    settings: dict[str, Any] = {"type": "arrow", "null_handling": "special"}
    connection.create_function(f"{prefix}stance", stance, ["VARCHAR", "VARCHAR"], "DOUBLE", **settings)
    connection.create_function(
        f"{prefix}stances", stances, ["VARCHAR"], connection.dtype(f"STRUCT({struct})"), **settings
    )
    return connection


def _one(column: Any) -> Any:
    """A column of one piece or none, as an array."""
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
