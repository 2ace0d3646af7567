"""A model in Python is the model of the program."""

from __future__ import annotations

import copy
import hashlib
import json
import multiprocessing
import pickle
import subprocess
import threading
import time
import warnings
from pathlib import Path

import pytest
from conftest import TEXTS, lines

from detente import MAX_BYTES, Model, Score


def test_scores_are_those_of_the_program(model: Model, binary: str, tmp_path: Path) -> None:
    # One statement an article, with a mark at its end, so that the program does not split it.
    texts = [text for text in TEXTS[:4] if text.strip()] + ["We sign the accord today.", "Déjà vu, said the minister."]
    lines = "".join(json.dumps({"id": str(n), "text": text}) + "\n" for n, text in enumerate(texts))
    (tmp_path / "a.jsonl").write_text(lines)
    run = subprocess.run(
        [binary, "score", "a.jsonl", "--format", "jsonl"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    articles = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(articles) == len(texts)
    for score, article in zip(model.score(texts), articles):
        (statement,) = article["statements"]
        assert score is not None
        for target, expected in statement["targets"].items():
            given = score[target]
            assert (given.label, given.stance) == (expected["label"], expected["score"])
            assert given.probabilities == expected["probabilities"]


def test_a_text_gets_one_score_alone_in_a_list_and_on_any_number_of_threads(model: Model) -> None:
    alone = [model.score(text) for text in TEXTS]
    for threads in (None, 1, 2, 5):
        assert model.score(TEXTS * 3, threads=threads) == alone * 3
    assert model.score(tuple(TEXTS)) == alone
    assert model.score(text for text in TEXTS) == alone


def test_the_embedded_model_is_the_file_of_the_repository(model: Model) -> None:
    path = Path(__file__).resolve().parents[3] / "models/default.detente"
    if not path.exists():
        pytest.skip("the repository is not here")
    assert model.to_bytes() == path.read_bytes()
    with warnings.catch_warnings():
        # A model that was named stands alone, as with `detente score --model`.
        warnings.simplefilter("ignore")
        alone = Model.read(path).score(TEXTS)
    scores = model.score(TEXTS)
    assert alone[:2] == scores[:2] and (alone[7].has_known_features, scores[7].has_known_features) == (False, True)


def test_what_is_missing_has_no_score(model: Model) -> None:
    pandas = pytest.importorskip("pandas")
    scores = model.score(["a", None, float("nan"), pandas.NA, pandas.NaT, "b"])
    assert [score is None for score in scores] == [False, True, True, True, True, False]
    assert model.score([]) == []
    assert model.score(None) is None


@pytest.mark.parametrize("row", [3, b"bytes", ["list"], 1.5, True])
def test_what_is_no_text_is_refused_with_its_row(model: Model, row: object) -> None:
    with pytest.raises(TypeError, match=rf"row 1 is of type `{type(row).__name__}`; expected a text or None"):
        model.score(["a", row])


@pytest.mark.parametrize("texts", [3, {"text": ["a"]}, b"a", object()])
def test_what_holds_no_texts_is_refused(model: Model, texts: object) -> None:
    with pytest.raises(TypeError, match="expected"):
        model.score(texts)


def test_too_long_texts_have_no_score_and_are_counted(model: Model) -> None:
    with pytest.warns(UserWarning, match="2 texts are longer than 10 bytes and got no score"):
        scores = model.score(["short", "much too long", "é" * 6], max_bytes=10)
    assert [score is None for score in scores] == [False, True, True]
    with pytest.raises(ValueError, match="the text has 13 bytes; expected at most 10"):
        model.score("much too long", max_bytes=10)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert model.score(["x" * MAX_BYTES]) != [None]
    with pytest.raises(ValueError, match="max_bytes is 0; expected a number from 1"):
        model.score(["a"], max_bytes=0)


def test_half_of_a_surrogate_pair_is_scored_like_a_replacement_character(model: Model) -> None:
    assert model.score("peace \ud800 now") is not None
    assert model.score(["peace \ud800 now"]) != [None]
    assert len(model.score_article("We welcome peace. \ud800 Now.").statements) == 2
    assert model.explain("peace \ud800 now")["peace"]["label"]


def test_a_score_reads_like_a_dictionary(model: Model) -> None:
    score = model.score(TEXTS[0])
    assert isinstance(score, Score)
    assert list(score) == score.keys() == ["peace", "cooperation", "conflict", "sentiment"]
    assert "peace" in score and "paece" not in score and 3 not in score and len(score) == 4
    assert score.get("paece") is None and score.get("peace") == score["peace"]
    assert score["peace"]["label"] == score["peace"].label == "favor"
    assert sum(score["sentiment"].probabilities.values()) == pytest.approx(1)
    assert score["sentiment"].stance is None and score["sentiment"].relevance is None
    assert score.to_dict()["peace"] == dict(score["peace"].to_dict())
    assert dict(score["peace"]) == score["peace"].to_dict()
    assert json.dumps(score.to_dict())
    assert score.has_known_features and not model.score("").has_known_features
    with pytest.raises(KeyError, match="there is no target `paece`; there is `peace`, `cooperation`, `conflict`, and"):
        score["paece"]
    with pytest.raises(KeyError, match="target `peace` has no label `pro`; it has `favor`, `against`, and `none`"):
        score["peace"].probability("pro")
    with pytest.raises(KeyError, match="a score has no field `lable`"):
        score["peace"]["lable"]
    assert repr(score).startswith("<Score peace: favor 0.") and "peace: favor" in repr(score["peace"])


def test_each_text_is_scored_by_the_model_of_its_language(model: Model, binary: str, tmp_path: Path) -> None:
    texts = [
        "We welcome the truce and the resumption of the talks.",
        "Nous saluons le cessez-le-feu et la reprise des pourparlers de paix.",
        "Мы приветствуем перемирие и возобновление мирных переговоров.",
        "نرحب بوقف إطلاق النار ونرفض الحرب.",
        "我们欢迎停火，支持恢复和平谈判。",
    ]
    french = Model.default("fr")
    assert (model.language, french.language) == ("en", "fr")
    scores = model.score(texts)
    assert [score["peace"].label for score in scores] == ["favor"] * 5
    assert scores[1] == french.score(texts[1]) and scores[1] == french.score(texts)[1] == model.score(texts[1])
    (tmp_path / "rows.csv").write_text("text\n" + "".join(f'"{text}"\n' for text in texts), encoding="utf-8")
    told = lines(binary, tmp_path, "score", "rows.csv", "--format", "jsonl")
    for score, line in zip(scores, told):
        of_program = json.loads(line)["statements"][0]["targets"]["peace"]["probabilities"]
        assert score["peace"].probabilities == of_program
    # What travels to another process, and what is taken for a language.
    assert pickle.loads(pickle.dumps(model)).score(texts) == scores
    assert model.score(texts[1], language="en") != scores[1] == model.score(texts[1], language="fr")
    assert model.explain(texts[1])["peace"]["label"] == "favor"
    assert model.explain(texts[1], language="en") != model.explain(texts[1], language="fr") == model.explain(texts[1])
    article = model.score_article(texts[1], language="en")
    assert article.record["language"] == "en" and model.score_article(texts[1]).record["language"] == "fr"
    assert 'lang="en"' in model.article_page(texts[1], language="en")
    with pytest.raises(ValueError, match="language is `fra`; expected a code of two letters, as in `en`, or None"):
        model.score(texts, language="fra")


def test_a_text_in_a_language_that_no_model_knows_is_told_of(model: Model) -> None:
    german = "Wir begrüßen den Waffenstillstand und fordern die Parteien zu Verhandlungen auf."
    with pytest.warns(
        UserWarning, match="1 text is in German; the models know English, French, Spanish, Russian, Arab"
    ):
        score = model.score(german)
    assert not score.has_known_features and score == model.score("")
    french = Model.default("fr")
    with pytest.warns(UserWarning, match="2 texts are in German and English; the model knows French: no label"):
        unscored, scored, unscored_too = french.score(
            [german, "Nous saluons la trêve et les pourparlers.", "We welcome the truce and the talks."]
        )
    assert scored.has_known_features and not unscored.has_known_features and not unscored_too.has_known_features
    pandas = pytest.importorskip("pandas")
    with pytest.warns(UserWarning, match="1 text is in German"):
        columns = model.score(pandas.Series([german, None, "We welcome the truce."]))
    assert columns["has_known_features"].tolist() == [False, None, True]
    # As it is explained: there is no word that speaks for it.
    assert model.explain(german)["peace"]["contributions"] == []


class Mine(Model):
    """A model with a name of its own."""


def test_a_model_of_a_class_of_ones_own_stays_one() -> None:
    assert type(pickle.loads(pickle.dumps(Mine.default("fr")))) is Mine


def test_models_and_scores_can_be_pickled_and_copied(model: Model) -> None:
    joblib = pytest.importorskip("joblib")
    score = model.score(TEXTS[0])
    again = pickle.loads(pickle.dumps(model))
    assert again.to_bytes() == model.to_bytes() and again.score(TEXTS) == model.score(TEXTS)
    assert pickle.loads(pickle.dumps(score)) == score
    assert pickle.loads(pickle.dumps(score["sentiment"])) == score["sentiment"]
    assert copy.deepcopy(model) is model and copy.copy(model) is model
    assert joblib.hash(model) == joblib.hash(again)


def _score_in_child(model: Model) -> list[float]:
    return [score["peace"].stance for score in model.score(TEXTS * 10, threads=2)]


@pytest.mark.parametrize("way", ["fork", "spawn"])
def test_other_processes_score_the_same(model: Model, way: str) -> None:
    if way not in multiprocessing.get_all_start_methods():
        pytest.skip(f"there is no {way} here")
    expected = _score_in_child(model)  # Threads have been started before the fork.
    with multiprocessing.get_context(way).Pool(2) as pool:
        for found in pool.map_async(_score_in_child, [model] * 4).get(timeout=120):
            assert found == expected


def test_a_file_that_cannot_be_read_is_an_error_with_a_sentence(model: Model, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="gone.detente") as error:
        Model.read(tmp_path / "gone.detente")
    assert isinstance(error.value, FileNotFoundError)
    (tmp_path / "cut").write_bytes(model.to_bytes()[:5000])
    with pytest.raises(ValueError, match="cut: .*truncated"):
        Model.read(tmp_path / "cut")
    altered = bytearray(model.to_bytes())
    altered[100_000] ^= 1
    with pytest.raises(ValueError, match="altered|checksum|changed"):
        Model.from_bytes(bytes(altered))
    for nothing in (b"", b"text"):
        with pytest.raises(ValueError, match="model"):
            Model.from_bytes(nothing)
    with pytest.raises(TypeError, match="a model is made by"):
        Model("default")  # type: ignore[arg-type]


def test_a_model_is_written_as_it_was_read(model: Model, tmp_path: Path) -> None:
    model.write(tmp_path / "m.detente")
    assert (tmp_path / "m.detente").read_bytes() == model.to_bytes()
    with pytest.raises(ValueError, match="nowhere"):
        model.write(tmp_path / "nowhere" / "m.detente")


def test_the_gil_is_released(model: Model) -> None:
    seen = []

    def watch() -> None:
        while not done.is_set():
            seen.append(time.monotonic())
            time.sleep(0.005)

    done = threading.Event()
    watcher = threading.Thread(target=watch)
    watcher.start()
    begin = time.monotonic()
    model.score([f"We welcome treaty number {n} of the long negotiations." for n in range(40_000)], threads=1)
    took = time.monotonic() - begin
    done.set()
    watcher.join()
    # Without it the other thread would have been seen once a batch at the most: 5 times.
    assert len([at for at in seen if begin < at < begin + took]) > 10, took


def test_many_threads_of_python_score_at_once(model: Model) -> None:
    expected = model.score(TEXTS * 50)
    found = []
    threads = [threading.Thread(target=lambda: found.append(model.score(TEXTS * 50, threads=2))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4


def test_progress_is_told(model: Model, capsys: pytest.CaptureFixture[str]) -> None:
    told: list[tuple[int, object]] = []
    model.score(["a"] * 20_000, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (20_000, 20_000) and len(told) > 1 and told == sorted(told)
    model.score(["a"] * 10, progress=True)
    assert "10" in capsys.readouterr().err

    def fails(done: int, total: object) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        model.score(["a"], progress=fails)


@pytest.mark.parametrize("threads", [1025, -1, 10**12])
def test_threads_have_a_range(model: Model, threads: int) -> None:
    with pytest.raises(ValueError, match=f"threads is {threads}; expected 1 to 1024, and None for one a processor"):
        model.score(["a"], threads=threads)
    with pytest.raises(TypeError):
        model.score(["a"], threads="two")  # type: ignore[call-overload]


def test_counts_are_not_below_zero(model: Model) -> None:
    with pytest.raises(ValueError, match="n_features is -1; expected a whole number from 0"):
        model.explain("We agree.", n_features=-1)
    with pytest.raises(ValueError, match="explain is -3"):
        model.score_article("We agree.", explain=-3)
    with pytest.raises(ValueError, match="seed is -1"):
        model.relations(["We agree."], seed=-1)


def test_the_same_rows_and_seed_give_the_same_bytes(rows: list[dict[str, object]]) -> None:
    from detente import train

    hashes = set()
    for threads in (1, 2):
        fit = train(rows, group="document", strength=1.0, folds=3, threads=threads)
        hashes.add(hashlib.sha256(fit.model.to_bytes()).hexdigest())
    fit = train(list(reversed(rows)), group="document", strength=1.0, folds=3)
    hashes.add(hashlib.sha256(fit.model.to_bytes()).hexdigest())
    assert len(hashes) == 1


def test_each_language_has_a_default_model() -> None:
    said = {
        "en": "We welcome the ceasefire and the resumption of the peace talks.",
        "fr": "Nous saluons le cessez-le-feu et la reprise des pourparlers de paix.",
        "es": "Celebramos el alto el fuego y la reanudación de las conversaciones de paz.",
        "ru": "Мы приветствуем прекращение огня и возобновление мирных переговоров.",
        "ar": "نرحب بوقف إطلاق النار واستئناف محادثات السلام.",
        "zh": "我们欢迎停火，欢迎恢复和平谈判。",
    }
    for language, text in said.items():
        score = Model.default(language).score(text)
        assert score is not None and score["peace"].label == "favor", language
    with pytest.raises(ValueError, match="language is `de`; expected `en`, `fr`, `es`, `ru`, `ar`, or `zh`"):
        Model.default("de")
