"""Scores inside polars and DuckDB."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from conftest import TEXTS

from detente import Model, train

CELLS: list[Any] = [*TEXTS, None]


@pytest.fixture(scope="module")
def mine(rows: list[dict[str, Any]]) -> Model:
    """A model with a target with sides and one without."""
    labelled = [{**row, "weather": "rain" if "rained" in str(row["text"]) else "no rain"} for row in rows]
    return train(labelled, targets=["peace", "weather"], strength=1.0, folds=2).model


class TestPolars:
    def test_an_expression_gives_what_the_model_gives(self, model: Model) -> None:
        polars = pytest.importorskip("polars")
        import detente.polars

        frame = polars.DataFrame({"text": CELLS})
        expected = model.score(frame["text"])
        found = frame.select(detente.polars.score("text").alias("s")).unnest("s")
        assert found.schema == expected.schema and found.equals(expected)
        lazy = frame.lazy().select(detente.polars.score(polars.col("text")).struct.field("peace_score"))
        assert lazy.collect()["peace_score"].to_list() == expected["peace_score"].to_list()
        assert lazy.collect(engine="streaming")["peace_score"].to_list() == expected["peace_score"].to_list()
        assert lazy.collect_schema() == {"peace_score": polars.Float64}

    def test_it_works_after_filters_and_in_groups(self, model: Model) -> None:
        polars = pytest.importorskip("polars")
        import detente.polars

        frame = polars.DataFrame({"text": TEXTS * 20, "g": list(range(len(TEXTS))) * 20})
        stance = detente.polars.score("text").struct.field("peace_score")
        means = frame.group_by("g").agg(stance.mean()).sort("g")["peace_score"].to_list()
        assert means == pytest.approx([score["peace"].stance for score in model.score(TEXTS)])
        assert frame.filter(stance > 0.9)["text"].unique().len() >= 1

    def test_other_models_and_limits(self, mine: Model) -> None:
        polars = pytest.importorskip("polars")
        import detente.polars

        frame = polars.DataFrame({"text": ["We welcome it.", "It rained all day long."]})
        found = frame.select(detente.polars.score("text", mine).alias("s")).unnest("s")
        assert found["weather_label"].to_list() == ["no rain", "rain"]
        with pytest.warns(UserWarning, match="longer than 20 bytes"):
            cut = frame.select(detente.polars.score("text", mine, max_bytes=20).struct.field("weather_label"))
        assert cut["weather_label"].to_list() == ["no rain", None]
        empty = polars.DataFrame({"text": []}, schema={"text": polars.String})
        assert empty.select(detente.polars.score("text").struct.field("peace_label")).height == 0
        nothing = polars.DataFrame({"text": [None, None]})
        assert (
            nothing.select(detente.polars.score("text").struct.field("peace_label")).to_series().to_list() == [None] * 2
        )


class TestDuckDB:
    @pytest.fixture
    def con(self) -> Any:
        duckdb = pytest.importorskip("duckdb")
        pytest.importorskip("pyarrow")
        import detente.duckdb

        return detente.duckdb.register(duckdb.connect())

    @staticmethod
    def table(con: Any, cells: list[Any]) -> None:
        con.execute("create table t (n integer, text varchar)")
        con.executemany("insert into t values (?, ?)", [list(row) for row in enumerate(cells)])

    def test_functions_give_what_the_model_gives(self, con: Any, model: Model) -> None:
        self.table(con, CELLS)
        expected = model.score(CELLS)
        stances = con.execute("select stance(text, 'peace') from t order by n").fetchall()
        assert [row[0] for row in stances] == [score and score["peace"].stance for score in expected]
        rows = con.execute("select unnest(stances(text)) from t order by n").fetchall()
        names = [column[0] for column in con.execute("select unnest(stances(text)) from t").description]
        assert names == [name for name, _ in model._inner.columns_of_scores]
        for row, score in zip(rows, expected):
            cells = dict(zip(names, row))
            assert cells["sentiment_label"] == (score and score["sentiment"].label)
            assert cells["conflict_p_against"] == (score and score["conflict"].probability("against"))
            assert cells["has_known_features"] == (score and score.has_known_features)
        missing = con.execute("select count(*) from t where stances(text) is null").fetchall()
        assert missing == [(1,)]

    def test_whole_columns_go_through_filters_and_groups(self, con: Any, model: Model) -> None:
        con.execute("create table big as select 'We welcome treaty number ' || n || '.' as text from range(20000) t(n)")
        ((count, mean),) = con.execute("select count(*), avg(stance(text, 'peace')) from big").fetchall()
        texts = [f"We welcome treaty number {n}." for n in range(20000)]
        scores = [score["peace"].stance for score in model.score(texts) if score]
        assert count == 20000 and mean == pytest.approx(sum(scores) / len(scores), abs=1e-12)
        assert con.execute("select count(*) from big where stance(text, 'peace') > .5").fetchall() == [
            (sum(score > 0.5 for score in scores),)
        ]

    def test_a_target_may_differ_by_row_and_has_to_be_known(self, con: Any, model: Model) -> None:
        con.execute(
            "create table m as select * from (values ('We welcome it.', 'peace'), ('We welcome it.', 'conflict'), "
            "('We welcome it.', null), ('We welcome it.', 'sentiment')) v(text, target)"
        )
        found = [row[0] for row in con.execute("select stance(text, target) from m").fetchall()]
        score = model.score("We welcome it.")
        assert found == [score["peace"].stance, score["conflict"].stance, None, None]
        with pytest.raises(Exception, match="there is no target `paece`; there is `peace`"):
            con.execute("select stance('We welcome it.', 'paece')").fetchall()
        assert con.execute("select stance(null, 'peace'), stance('', 'peace')").fetchall()[0][0] is None

    def test_several_models_stand_side_by_side(self, con: Any, mine: Model) -> None:
        import detente.duckdb

        detente.duckdb.register(con, mine, prefix="mine_", max_bytes=20)
        with pytest.warns(UserWarning, match="longer than 20 bytes"):
            found = con.execute(
                "select mine_stances(text).weather_label "
                "from (values ('It rained.'), ('It rained for a long time.')) v(text)"
            ).fetchall()
        assert found == [("rain",), (None,)]


def test_models_of_ones_own_are_pickled_with_their_targets(mine: Model) -> None:
    again = pickle.loads(pickle.dumps(mine))
    assert again.targets == mine.targets and set(mine.targets) == {"peace", "weather"}
