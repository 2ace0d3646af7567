"""Scores inside expressions of polars.

>>> import polars as pl
>>> from detente.polars import score
>>> frame = pl.DataFrame({"text": ["We welcome the truce.", None]})
>>> frame.select(score(pl.col("text")).struct.field("peace_label"))["peace_label"].to_list()
['favor', None]
"""

from __future__ import annotations

from typing import Any, Optional, Union

import polars as pl

from ._detente import MAX_BYTES
from ._model import Model

__all__ = ["schema", "score"]

_KINDS: dict[str, Any] = {"flag": pl.Boolean, "label": pl.String, "number": pl.Float64}


def schema(model: Optional[Model] = None) -> pl.Struct:
    """The fields that :func:`score` gives: those that :meth:`detente.Model.score` names."""
    columns = (model or Model.default())._inner.columns_of_scores
    return pl.Struct({name: _KINDS[kind] for name, kind in columns})


def score(
    text: Union[str, pl.Expr],
    model: Optional[Model] = None,
    *,
    threads: Optional[int] = None,
    max_bytes: int = MAX_BYTES,
) -> pl.Expr:
    """Scores an expression of texts: a struct with the columns that :meth:`detente.Model.score` names, null throughout
    where the text is missing or too long. ``.struct.unnest()`` makes columns of it, ``.struct.field("peace_score")``
    one. It works in lazy frames, and streaming engines score morsel by morsel.

    Parameters
    ----------
    text : an expression, or the name of a column
    model : default the default model
    threads : default one a processor
    max_bytes : a longer text has no score
    """
    scorer = model or Model.default()

    def scored(column: pl.Series) -> pl.Series:
        scores: pl.DataFrame = scorer.score(column, threads=threads, max_bytes=max_bytes)
        return scores.to_struct(column.name)

    expression = pl.col(text) if isinstance(text, str) else text
    return expression.map_batches(scored, return_dtype=schema(scorer), is_elementwise=True)
