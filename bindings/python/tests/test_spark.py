"""Scores where a cluster has its rows. The engine is Sail where pysail is installed, else PySpark with Java."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import TEXTS

from detente import Model, load_statements

pytest.importorskip("pyspark", reason="neither pysail nor pyspark is here")
pyarrow = pytest.importorskip("pyarrow")

import detente.spark  # noqa: E402

CELLS: list[Any] = [*TEXTS, None]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    try:
        from pysail.spark import SparkConnectServer
    except ImportError:
        if shutil.which("java") is None:
            pytest.skip("no Java here")
        os.environ.setdefault("PYSPARK_PYTHON", os.sys.executable)  # type: ignore[attr-defined]
        builder = SparkSession.builder
        remote = os.environ.get("DETENTE_SPARK_REMOTE")
        builder = builder.remote(remote) if remote else builder.master("local[2]")
        session = builder.config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "2").getOrCreate()
        yield session
        session.stop()
        return
    server = SparkConnectServer()
    server.start()
    _, port = server.listening_address
    session = SparkSession.builder.remote(f"sc://localhost:{port}").getOrCreate()
    yield session
    session.stop()
    server.stop()


def frame(spark: Any, cells: list[Any]) -> Any:
    return spark.createDataFrame([(n, cell) for n, cell in enumerate(cells)], "n bigint, text string")


def test_scores_are_those_of_the_model(spark: Any, model: Model) -> None:
    scored = detente.spark.score(frame(spark, CELLS))
    names = [name for name, _ in model._inner.columns_of_scores]
    assert scored.columns == ["n", "text", *names]
    found = {row["n"]: row.asDict() for row in scored.collect()}
    assert len(found) == len(CELLS)
    table = model.score(pyarrow.array(CELLS, pyarrow.string()))
    for n, expected in enumerate(table.to_pylist()):
        row = found[n]
        assert row.pop("n") == n and row.pop("text") == CELLS[n]
        assert row == expected


def test_the_schema_is_stated_before_anything_runs(spark: Any) -> None:
    scored = detente.spark.score(frame(spark, CELLS))
    kinds = {field.name: field.dataType.simpleString() for field in scored.schema.fields}
    assert kinds["peace_label"] == "string" and kinds["peace_p_favor"] == "double"
    assert kinds["has_known_features"] == "boolean" and kinds["n"] == "bigint"
    stated = dict(column.replace("`", "").rsplit(" ", 1) for column in detente.spark.score_schema().split(", "))
    assert stated.items() <= kinds.items()


def test_it_goes_on_from_there_as_any_frame(spark: Any, model: Model) -> None:
    from pyspark.sql import functions

    scored = detente.spark.score(frame(spark, TEXTS * 50).repartition(3))
    means = scored.groupBy("text").agg(functions.avg("peace_score").alias("mean")).collect()
    expected = {text: score["peace"].stance for text, score in zip(TEXTS, model.score(TEXTS))}
    assert {row["text"]: pytest.approx(row["mean"], abs=1e-12) for row in means} == expected
    assert scored.where("peace_score > 0.9").count() > 0


def test_missing_and_too_long_texts_are_kept_and_counted(spark: Any) -> None:
    scored = detente.spark.score(frame(spark, ["short", "much too long", None]), max_bytes=10)
    rows = sorted(scored.collect(), key=lambda row: row["n"])
    assert [row["peace_label"] is None for row in rows] == [False, True, True]
    assert detente.spark.n_unscored(scored) == {"missing": 1, "too_long": 1, "unknown": 0}


def test_each_row_is_scored_by_the_model_of_its_language(spark: Any, model: Model) -> None:
    texts = [
        "We welcome the truce and the talks.",
        "Nous saluons la trêve et la reprise des pourparlers de paix.",
        "Wir begrüßen den Waffenstillstand und fordern die Parteien zu Verhandlungen auf.",
    ]
    scored = detente.spark.score(frame(spark, texts))
    rows = sorted(scored.collect(), key=lambda row: row["n"])
    with pytest.warns(UserWarning, match="1 text is in German"):
        expected = model.score(texts)
    assert [row["peace_score"] for row in rows] == [score["peace"].stance for score in expected]
    assert [row["has_known_features"] for row in rows] == [True, True, False]
    assert detente.spark.n_unscored(scored) == {"missing": 0, "too_long": 0, "unknown": 1}


def test_a_model_of_ones_own_travels_and_is_read_once_a_process(spark: Any, rows: list[dict[str, Any]]) -> None:
    from pyspark.sql import functions

    from detente import train

    mine = train(rows, targets=["peace"], strength=1.0, folds=2).model
    scored = detente.spark.score(frame(spark, ["We reject it."] * 400).repartition(4), model=mine)
    assert [row["peace_label"] for row in scored.select("peace_label").distinct().collect()] == ["against"]

    def reads(batches: Iterator[Any]) -> Iterator[Any]:
        import os

        import detente.spark

        for batch in batches:
            n_rows = batch.num_rows
            yield pyarrow.RecordBatch.from_pydict(
                {"pid": [os.getpid()] * n_rows, "n": [detente.spark._MODELS.n_read] * n_rows}
            )

    # The default model and this one: two at the most, however many batches and tasks a process had.
    most = scored.select("peace_score").mapInArrow(reads, "pid bigint, n bigint").agg(functions.max("n")).collect()
    assert most[0][0] <= 3


def test_what_is_wrong_is_said_before_anything_runs(spark: Any) -> None:
    df = frame(spark, TEXTS)
    with pytest.raises(ValueError, match="there is no column `words`; there is `n` and `text`"):
        detente.spark.score(df, text="words")
    with pytest.raises(ValueError, match="there is a column `has_known_features` already"):
        detente.spark.score(detente.spark.score(df))
    with pytest.raises(ValueError, match="holder is `Atlantis`"):
        detente.spark.relations(df, holder="Atlantis")
    with pytest.raises(ValueError, match="there is no column `day`"):
        detente.spark.relations(df, date="day")
    with pytest.raises(ValueError, match="no column of a target of the model"):
        detente.spark.evaluate(df)


def test_an_evaluation_is_that_of_the_model(spark: Any, model: Model) -> None:
    rows = [row for row in load_statements(kind="list") if row["split"] == "test"][:120]
    cells = [(row["text"], row["peace"], row["conflict"], row["document"]) for row in rows] + [
        ("No label.", None, None, "x")
    ]
    df = spark.createDataFrame(cells, "text string, peace string, conflict string, document string")
    found = detente.spark.evaluate(df, group="document")
    expected = model.evaluate(rows, targets=["peace", "conflict"], group="document")
    for target in ("peace", "conflict"):
        for measure in ("n", "accuracy", "macro_f1", "log_loss"):
            assert found["targets"][target][measure] == pytest.approx(expected["targets"][target][measure], abs=1e-9)
    with pytest.raises(ValueError, match="more than 100 labelled rows"):
        detente.spark.evaluate(df, max_rows=100)
    dotted = df.withColumnRenamed("text", "the.text").withColumnRenamed("document", "the.document")
    found = detente.spark.evaluate(dotted, text="the.text", group="the.document")
    assert found["targets"]["peace"]["n"] == expected["targets"]["peace"]["n"]


def test_relations_are_rows_of_statements(spark: Any, model: Model) -> None:
    articles = [
        ("a", "2023-05-01", "Kenya welcomes the accord with Uganda. It rained in Nairobi."),
        ("b", "2024-05-01", "Kenya condemned the attack by Uganda on its port."),
        ("c", None, None),
    ]
    df = spark.createDataFrame(articles, "id string, date string, text string")
    found = detente.spark.relations(df)
    names = [column.replace("`", "").rsplit(" ", 1)[0] for column in detente.spark.relations_schema().split(", ")]
    assert found.columns == names
    table = [{"id": id, "date": date, "text": text} for id, date, text in articles]
    expected = model.relations(table, repeats=True).to_frame("list")
    rows = sorted((row.asDict() for row in found.collect()), key=lambda row: (row["article"], row["start"]))
    assert rows == expected and rows
    limited = detente.spark.relations(df, holder="Kenya", counterpart="UGA")
    assert {row["holder"] for row in limited.collect()} == {"KEN"}
    assert detente.spark.relations(df, max_bytes=20).count() == 0
    assert detente.spark.relations(df.select("text")).select("article").distinct().collect()[0][0] is None
