"""One model from all rows: however they are cut, and whoever dies, the same bytes.

Each test runs on every engine that is here: Sail, which needs no Java, and Spark in this process.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import pytest

pytest.importorskip("pyarrow")
pyspark = pytest.importorskip(
    "pyspark", reason="pyspark is not here: pip install pyspark, or pysail with pyspark-client"
)

import detente  # noqa: E402
import detente.spark  # noqa: E402

BUCKETS = 2**18
STRENGTHS = [1.0]
#: Few passes: each is a job of the engine.
TOLERANCE = 0.02

SAID = {
    "favor": ["welcome the ceasefire", "support the talks", "praise the truce", "greet the agreement"],
    "against": ["shell the town", "reject the talks", "resume the war", "attack the village"],
    "none": ["read the agenda", "count the votes", "open the session", "name a rapporteur"],
}


def rows() -> list[dict[str, Any]]:
    """Rows of 200 documents, one of five of which says what another label does."""
    labels = list(SAID)
    made: list[dict[str, Any]] = []
    for n in range(600):
        label = labels[n * 7 // 3 % 3]
        said = labels[(labels.index(label) + (n % 5 == 0)) % 3]
        text = f"In town {n % 17} they {SAID[said][n % 4]}, paper {n % 29}."
        made.append(
            {
                "text": text,
                "doc": f"d{n // 3}",
                "weight": [1.0, 0.5, 2.25][n % 3],
                "peace": label,
                "tone": "good" if label == "favor" else "bad",
            }
        )
    made[10]["text"] = None
    made[11]["peace"] = None
    made[12].update(peace=None, tone=None)
    return made


def _sail() -> Iterator[Any]:
    pysail = pytest.importorskip("pysail.spark", reason="Sail is not here: pip install pysail")
    from pyspark.sql import SparkSession

    server = pysail.SparkConnectServer()
    server.start(background=True)
    _, port = server.listening_address
    session = SparkSession.builder.remote(f"sc://localhost:{port}").getOrCreate()
    yield session
    session.stop()
    server.stop()


def _spark() -> Iterator[Any]:
    if shutil.which("java") is None:
        pytest.skip("Java is not here, so Spark is not tried")
    if not (Path(pyspark.__file__).parent / "jars").is_dir():
        pytest.skip("this is pyspark-client, which has no Spark of its own: pip install pyspark")
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    # A task is tried four times, as on a cluster.
    builder = SparkSession.builder.master("local[2,4]").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="module", params=["sail", "spark"])
def spark(request: pytest.FixtureRequest) -> Iterator[Any]:
    yield from {"sail": _sail, "spark": _spark}[request.param]()


def _table(spark: Any, made: list[dict[str, Any]]) -> Any:
    schema = "text string, doc string, weight double, peace string, tone string"
    return spark.createDataFrame([tuple(row.values()) for row in made], schema)


def _train(df: Any, **more: Any) -> bytes:
    settings: dict[str, Any] = {
        "group": "doc",
        "weight": "weight",
        "buckets": BUCKETS,
        "strengths": STRENGTHS,
        "tolerance": TOLERANCE,
        **more,
    }
    return detente.spark.train(df, **{"targets": ["peace"], **settings}).to_bytes()


@pytest.fixture(scope="module")
def one(spark: Any) -> bytes:
    return _train(_table(spark, rows()), partitions=1)


def test_however_rows_are_cut_the_model_has_the_same_bytes(spark: Any, one: bytes) -> None:
    df = _table(spark, rows())
    for partitions in (4, 9):
        assert _train(df, partitions=partitions) == one, partitions
    assert _train(_table(spark, rows()[::-1])) == one


def test_several_targets_are_learned_in_the_same_passes(spark: Any) -> None:
    model = detente.spark.train(
        _table(spark, rows()),
        targets=["peace", "tone"],
        group="doc",
        buckets=BUCKETS,
        strengths=STRENGTHS,
        tolerance=0.1,
    )
    assert list(model.targets) == ["peace", "tone"]


def test_answers_that_are_merged_on_executors_give_the_same_bytes(
    spark: Any, one: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    from detente import _spark_training

    monkeypatch.setattr(_spark_training, "MOST_TO_DRIVER", 3)
    assert _train(_table(spark, rows()), partitions=9) == one


def test_rows_that_are_kept_in_a_folder_or_hashed_anew_give_the_same_bytes(
    spark: Any, one: bytes, tmp_path: Path
) -> None:
    df = _table(spark, rows())
    assert _train(df, keep=str(tmp_path)) == one
    assert list(tmp_path.iterdir()) == []
    assert _train(df, keep="nothing", partitions=2) == one


def test_labels_that_differ_in_form_only_are_one_and_nan_is_no_label(spark: Any) -> None:
    made = [(row["text"], row["doc"], row["peace"], float(row["tone"] == "good")) for row in rows()]
    labels = {"favor": ["favor", "FAVOR ", "favor"], "against": ["Against"], "none": ["none", "None"]}
    spelled = [
        (text, doc, labels[label][n % len(labels[label])] if label else None, tone if n % 5 else float("nan"))
        for n, (text, doc, label, tone) in enumerate(made)
    ]
    df = spark.createDataFrame(spelled, "`the.text` string, `the.doc` string, `the.peace` string, tone double")
    fit = detente.spark.fit(
        df,
        "the.text",
        ["the.peace", "tone"],
        group="the.doc",
        buckets=BUCKETS,
        strengths=STRENGTHS,
        tolerance=0.1,
    )
    assert fit.model.targets == {"the.peace": ["favor", "against", "none"], "tone": ["0.0", "1.0"]}
    n_rows = {target["target"]: sum(target["label_counts"].values()) for target in fit.report["targets"]}
    assert n_rows == {"the.peace": 597, "tone": 480}


def test_what_was_set_is_set_back_when_the_beginning_fails(spark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from detente import _spark_training

    if type(spark).__module__.startswith("pyspark.sql.connect"):
        pytest.skip("Sail has no such setting")
    before = spark.conf.get(_spark_training._BATCH_SETTING)
    with pytest.raises(Exception, match="no-such-file-system"):
        _train(_table(spark, rows()), keep="no-such-file-system://folder")
    assert spark.conf.get(_spark_training._BATCH_SETTING) == before


def test_the_model_scores_like_any_other_and_says_how_right_it_is(spark: Any) -> None:
    passes: list[int] = []
    df = _table(spark, rows())
    fit = detente.spark.fit(
        df,
        targets=["peace"],
        group="doc",
        buckets=BUCKETS,
        strengths=[0.5],
        tolerance=TOLERANCE,
        name="of Spark",
        progress=passes.append,
    )
    score = fit.model.score("In town 3 they welcome the ceasefire, paper 4.")
    assert score is not None and score["peace"].label == "favor"
    assert detente.Model.from_bytes(fit.model.to_bytes()).name == "of Spark"
    report = fit.report
    assert (report["n_rows"], report["n_blank"], report["n_unlabelled"]) == (597, 1, 2)
    assert report["targets"][0]["macro_f1"] > 0.7
    assert passes == list(range(1, report["n_passes"] + 1))
    assert "597 rows in" in str(report)


def test_many_models_are_trained_group_by_group(spark: Any) -> None:
    pandas = pytest.importorskip("pandas")

    def one(rows: Any) -> Any:
        import pandas

        import detente

        fit = detente.train(rows, targets=["peace"], group="doc", strength=1.0, threads=1)
        return pandas.DataFrame({"tone": [rows["tone"].iloc[0]], "model": [fit.model.to_bytes()]})

    made = [{**row, "tone": ["north", "south"][n // 3 % 2]} for n, row in enumerate(rows()[:120])]
    df = _table(spark, made).where("text is not null")
    models = df.groupBy("tone").applyInPandas(one, "tone string, model binary").collect()
    found = {row["tone"]: bytes(row["model"]) for row in models}
    assert sorted(found) == ["north", "south"]
    north = [row for row in made if row["tone"] == "north" and row["text"]]
    here = detente.train(pandas.DataFrame(north), targets=["peace"], group="doc", strength=1.0)
    assert detente.Model.from_bytes(found["north"]).score(made[0]["text"]) == here.model.score(made[0]["text"])


def _dying(folder: str, at: int) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """Hands rows on; the process that is the `at`-th to do so dies in the middle of it, once."""

    def passed(batches: Iterator[Any]) -> Iterator[Any]:
        import os
        import uuid

        path = os.path.join(folder, uuid.uuid4().hex)
        with open(path, "w"):
            pass
        dies = len(os.listdir(folder)) == at
        for batch in batches:
            yield batch
            if dies:
                os._exit(1)

    return passed


@pytest.mark.parametrize("at", [1, 10])
def test_an_executor_that_dies_changes_nothing(spark: Any, one: bytes, tmp_path: Path, at: int) -> None:
    if type(spark).__module__.startswith("pyspark.sql.connect"):
        pytest.skip("Sail runs Python in its own process, which would die with it; see the tests of detente-train")
    df = _table(spark, rows()).repartition(3)
    # Nothing is kept, so that every pass goes through the process that dies: at 1 as texts are counted, at 10 later.
    df = df.mapInArrow(_dying(str(tmp_path), at), df.schema)
    assert _train(df, keep="nothing") == one
    assert len(os.listdir(tmp_path)) > at


def test_rows_that_change_between_passes_are_found(spark: Any, tmp_path: Path) -> None:
    folder = str(tmp_path)

    def grown(batches: Iterator[Any]) -> Iterator[Any]:
        import os
        import uuid

        with open(os.path.join(folder, uuid.uuid4().hex), "w"):
            pass
        is_late = len(os.listdir(folder)) > 3
        for batch in batches:
            yield batch.slice(1) if is_late else batch

    df = _table(spark, rows()).repartition(1)
    with pytest.raises(ValueError, match="a pass went over .* rows that are not the"):
        _train(df.mapInArrow(grown, df.schema), keep="nothing", partitions=1)


def test_what_is_out_of_range_is_said_before_a_row_is_read(spark: Any) -> None:
    df = _table(spark, rows())
    for more, said in [
        ({"buckets": 1000}, "buckets is 1000; expected a power of two from 262144 to 67108864"),
        ({"buckets": 2**17}, r"the number of buckets is 2\^17; expected 2\^18 to 2\^26"),
        ({"strengths": [1.0, 2.0]}, "the list of strengths is `1,2`; expected one or more, each below the one before"),
        ({"tolerance": 0.0}, "tolerance is 0; expected a number above 0"),
        ({"penalty": "odd"}, "penalty is `odd`; expected `even` or `ratio`"),
        ({"group": "speech"}, "there is no column `speech`; there is `text`, `doc`, `weight`, `peace`, and `tone`"),
        ({"partitions": 0}, "partitions is 0; expected 1 or more"),
        ({"date": "May"}, "the date is `May`; expected a day as YYYY-MM-DD"),
    ]:
        with pytest.raises(ValueError, match=said):
            _train(df, **more)
    few = _table(spark, rows()[:30])
    with pytest.raises(ValueError, match="not learned from; expected at least 20 to calibrate and measure it"):
        _train(few)
    with pytest.raises(ValueError, match="target `tone` has the single label `good`; expected two or more labels"):
        _train(_table(spark, [{**row, "tone": "good"} for row in rows()]), targets=["peace", "tone"])
