"""Scores and trains where a cluster has its rows: PySpark 4 (classic and Spark Connect) and Sail.

>>> from pyspark.sql import SparkSession                                      # doctest: +SKIP
>>> import detente.spark                                                      # doctest: +SKIP
>>> scored = detente.spark.score(spark.read.parquet("speeches"), text="text")  # doctest: +SKIP

The model travels as bytes and is read once by each process of an executor. Executors need this wheel and pyarrow. A row
whose text is null or longer than `max_bytes` is kept, with null in every column of scores; :func:`n_unscored` counts
such.
"""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Callable, Optional

from . import _detente
from ._detente import MAX_BYTES
from ._frames import prose
from ._model import Model, article_rows
from ._read_once import ReadOnce
from ._relations import flat_rows
from ._report import Report
from ._spark_training import fit, quoted, train

if TYPE_CHECKING:
    import pyarrow

__all__ = ["evaluate", "fit", "n_unscored", "relations", "relations_schema", "score", "score_schema", "train"]

#: Rows that :func:`evaluate` takes to the driver.
MOST_LABELLED = 1_000_000

_KINDS = {"flag": "boolean", "label": "string", "number": "double"}

#: The models that this process has read.
_MODELS: ReadOnce[Model] = ReadOnce(pickle.loads)


def model_of(digest: str, data: bytes) -> Model:
    """The model that was pickled so, which is read once by each process."""
    return _MODELS.get(digest, data)


def score_schema(model: Optional[Model] = None) -> str:
    """The columns that :func:`score` adds, as Spark's DDL: `has_known_features`, and for each target `T_label`,
    `T_score` (where it has sides) and `T_p_LABEL`.

    >>> score_schema()[:54]
    '`has_known_features` boolean, `peace_label` string, `p'
    """
    columns = (model or Model.default())._inner.columns_of_scores
    return ", ".join(f"{quoted(name)} {_KINDS[kind]}" for name, kind in columns)


def score(
    df: Any, text: str = "text", model: Optional[Model] = None, *, threads: int = 1, max_bytes: int = MAX_BYTES
) -> Any:
    """Scores the texts of a DataFrame, each by the model of its language: the columns of :func:`score_schema` stand
    behind those of `df`.

    Parameters
    ----------
    df : a DataFrame of PySpark or Sail
    text : the column of statements, a string
    model : default the default model
    threads : of each task; an engine runs one task a core
    max_bytes : a longer text gets null, as a missing one

    Raises
    ------
    ValueError
        There is no such column, or there are columns of scores already.
    """
    scorer = model or Model.default()
    _check_column(df, text)
    taken = set(df.columns)
    for name, _ in scorer._inner.columns_of_scores:
        if name in taken:
            raise ValueError(f"there is a column `{name}` already; expected a DataFrame without columns of scores")
    schema = _with_columns(df, scorer)
    return df.mapInArrow(_scoring(scorer, text, threads, max_bytes), schema)


def _check_column(df: Any, *names: str) -> None:
    for name in names:
        if name not in df.columns:
            raise ValueError(f"there is no column `{name}`; there is {prose(df.columns)}")


def _with_columns(df: Any, model: Model) -> Any:
    from pyspark.sql import types

    kinds = {"flag": types.BooleanType(), "label": types.StringType(), "number": types.DoubleType()}
    added = [types.StructField(name, kinds[kind], True) for name, kind in model._inner.columns_of_scores]
    return types.StructType([*df.schema.fields, *added])


def _scoring(model: Model, text: str, threads: int, max_bytes: int) -> Callable[[Iterator[Any]], Iterator[Any]]:
    data = pickle.dumps(model)
    digest = hashlib.sha256(data).hexdigest()

    def scored(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        import pyarrow

        from detente.spark import model_of

        scorer = model_of(digest, data)._inner
        for batch in batches:
            # A warning on an executor would reach nobody; `n_unscored` counts.
            table, _ = scorer.score_arrow(batch, text, (threads, None, max_bytes, None))
            yield from pyarrow.table(table).to_batches()

    return scored


def n_unscored(scored: Any, text: str = "text") -> dict[str, int]:
    """Counts the rows of what :func:`score` gave that say nothing: those without a text, those too long, and those in
    which the model knows no word or of which it does not know the language (`unknown`)."""
    from pyspark.sql import functions

    known, given = functions.col("has_known_features").isNull(), functions.col(quoted(text)).isNull()
    counts = scored.select(
        functions.count(functions.when(known & given, 1)).alias("missing"),
        functions.count(functions.when(known & ~given, 1)).alias("too_long"),
        functions.count(functions.when(~functions.col("has_known_features"), 1)).alias("unknown"),
    ).first()
    return {"missing": counts["missing"], "too_long": counts["too_long"], "unknown": counts["unknown"]}


def evaluate(
    df: Any,
    text: str = "text",
    model: Optional[Model] = None,
    *,
    targets: Optional[Sequence[str]] = None,
    group: Optional[str] = None,
    max_rows: int = MOST_LABELLED,
) -> Report:
    """Measures a model on the labelled rows of a DataFrame, as :meth:`detente.Model.evaluate` does. Intervals need all
    rows together, so the labelled rows, and only their columns that are needed, come to the driver.

    Raises
    ------
    ValueError
        There are more than `max_rows` labelled rows: take a sample of them.
    """
    from pyspark.sql import functions

    scorer = model or Model.default()
    _check_column(df, text, *(targets or ()), *([group] if group else []))
    targets = list(targets or [name for name in scorer.targets if name in df.columns])
    if not targets:
        raise ValueError(
            f"there is no column of a target of the model, which has {prose(scorer.targets)}; there is "
            f"{prose(df.columns)}"
        )
    is_labelled = functions.lit(False)
    for target in targets:
        is_labelled = is_labelled | functions.col(quoted(target)).isNotNull()
    rows = df.where(is_labelled).select(*map(quoted, [text, *targets, *([group] if group else [])]))
    table = rows.limit(max_rows + 1).toArrow()
    if table.num_rows > max_rows:
        raise ValueError(f"there are more than {max_rows} labelled rows; expected at most `max_rows`: take a sample")
    return scorer.evaluate(table, text=text, targets=targets, group=group)


#: The columns that :func:`relations` gives, beside the label and score of each stance target.
_ROW_COLUMNS = (
    ("article", "string"),
    ("date", "string"),
    ("title", "string"),
    ("start", "bigint"),
    ("end", "bigint"),
    ("holder", "string"),
    ("holder_rule", "string"),
    ("holder_inferred", "boolean"),
    ("counterpart", "string"),
    ("counterpart_rule", "string"),
    ("counterpart_inferred", "boolean"),
    ("speaker", "string"),
    ("relation", "string"),
    ("relation_score", "double"),
    ("event", "string"),
    ("root", "string"),
    ("event_weight", "double"),
    ("text", "string"),
)


def _relation_columns(model: Model) -> list[tuple[str, str]]:
    columns: list[tuple[str, str]] = []
    for name, kind in _ROW_COLUMNS:
        columns.append((name, kind))
        if name == "speaker":
            for target, _, is_stance in model._inner.targets:
                if is_stance:
                    columns += [(target, "string"), (f"{target}_score", "double")]
    return columns


def relations_schema(model: Optional[Model] = None) -> str:
    """The columns that :func:`relations` gives, as Spark's DDL; those of the CSV of ``detente relations``."""
    return ", ".join(f"{quoted(name)} {kind}" for name, kind in _relation_columns(model or Model.default()))


def relations(
    df: Any,
    text: str = "text",
    model: Optional[Model] = None,
    *,
    id: Optional[str] = None,
    date: Optional[str] = None,
    title: Optional[str] = None,
    author: Optional[str] = None,
    holder: Optional[str] = None,
    counterpart: Optional[str] = None,
    threads: int = 1,
    max_bytes: int = 100 * MAX_BYTES,
) -> Any:
    """Gives the statements of a holder toward a counterpart in the articles of a DataFrame, one a row, with the columns
    of :func:`relations_schema`; `article` is null where there is no `id`. Gather them with
    ``groupBy("holder", "counterpart", ...)``.

    No partition knows the articles of another, so articles that nearly repeat an earlier one count too: leave such out
    before, or name the `id` and do it after. An article that is null or longer than `max_bytes` has no statement.

    Parameters
    ----------
    df : a DataFrame of PySpark or Sail
    text : the column of articles
    id, date, title, author : columns; the first three default to `id`, `date` and `title` where there are such
    holder, counterpart : only statements of and toward these parties: an id (`AZE`) or a name
    """
    scorer = model or Model.default()
    named = {"id": id, "date": date, "title": title}
    named = {key: name or (key if key in df.columns else None) for key, name in named.items()}
    named["author"] = author
    kept = [name for name in dict.fromkeys(named.values()) if name is not None]
    _check_column(df, text, *kept)
    asked = {
        "by": "year",
        "from": None,
        "to": None,
        "holder": holder,
        "counterpart": counterpart,
        "repeats": True,
        "seed": 42,
        "gather": False,
    }
    # What is out of its range is said here and not on an executor.
    _detente.relations(scorer._inner, [], asked, 1)
    data, columns = pickle.dumps(scorer), _relation_columns(scorer)
    digest = hashlib.sha256(data).hexdigest()

    def found(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        import pyarrow

        from detente.spark import _found_in, model_of

        for batch in batches:
            table = pyarrow.table(batch)
            yield from _found_in(model_of(digest, data), table, text, named, asked, columns, threads, max_bytes)

    schema = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns)
    chosen = [quoted(name) for name in dict.fromkeys([text, *kept])]
    return df.select(*chosen).mapInArrow(found, schema)


def _found_in(
    model: Model,
    table: Any,
    text: str,
    named: dict[str, Optional[str]],
    asked: dict[str, Any],
    columns: list[tuple[str, str]],
    threads: int,
    max_bytes: int,
) -> Iterator[Any]:
    """The rows of the articles of a batch."""
    import pyarrow

    kinds = {
        "string": pyarrow.string(),
        "bigint": pyarrow.int64(),
        "boolean": pyarrow.bool_(),
        "double": pyarrow.float64(),
    }
    articles = article_rows(table, text=text, **named)
    articles = [cells for cells in articles if len((cells[3] or "").encode("utf-8", "replace")) <= max_bytes]
    rows, _ = _detente.relations(model._inner, articles, asked, threads)
    flat = flat_rows(json.loads(rows))
    if named["id"] is None:
        # The place in a batch is no name of an article.
        flat = [{**row, "article": None} for row in flat]
    arrays = [pyarrow.array([row[name] for row in flat], type=kinds[kind]) for name, kind in columns]
    made = pyarrow.table(arrays, names=[name for name, _ in columns])
    yield from made.to_batches()
