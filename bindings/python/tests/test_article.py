"""Articles and explanations."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import lines

from detente import Article, Model

#: What a page of others could try.
NASTY = (
    "<img src=x onerror=alert(1)> welcomes the truce & \"more\". 'We reject it', said "
    "</mark></div><script>alert(2)</script>."
)


class Tags(HTMLParser):
    """The tags of a piece of HTML, which have to be closed as they were opened."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.open: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, object]]) -> None:
        self.names.add(tag)
        self.open.append(tag)
        self.attributes.update(name for name, _ in attributes)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(
    "text",
    [
        "We welcome the truce. They shelled the town on Monday! Will trade resume?",
        ' date 2024-03-09 Talks Resume\nKenya said it "welcomes" the accord with Uganda. He noted progress.',
        "Déjà vu à Genève\n\nLe 🕊️ ministre a dit: «la paix». We agree.",
        NASTY,
    ],
)
def test_an_article_is_that_of_the_program_letter_by_letter(
    model: Model, binary: str, tmp_path: Path, text: str
) -> None:
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (line,) = lines(binary, tmp_path, "score", "a.txt", "--format", "jsonl")
    record = json.loads(line)
    article = model.score_article(text, id=record["id"])
    assert article.record == record
    assert article.to_json() == line
    for statement in article:
        if statement.start is not None:
            assert text[statement.start : statement.end] == statement.text


def test_date_title_and_author_can_be_given(model: Model) -> None:
    article = model.score_article("We welcome it.", date="2024-03-09", title="Accord Signed", author="Kenya", id="x")
    assert (article.date, article.title, article.record["id"]) == ("2024-03-09", "Accord Signed", "x")
    assert [statement.is_title for statement in article.statements] == [True, False]
    assert article.statements[0].start is None
    assert article.statements[1].holder == "KEN"
    assert "Accord Signed" in article.html()
    assert model.score_article("We welcome it.", parties=False).statements[0].holder is None


def test_highlights_are_escaped(model: Model) -> None:
    article = model.score_article(NASTY)
    page = Tags(article._repr_html_())
    assert page.names <= {"div", "table", "thead", "tbody", "tr", "th", "td", "p", "small", "mark", "sup", "strong"}
    assert page.attributes <= {"class", "style", "title"}
    assert "<img src=x onerror=alert(1)>" in page.text and "<script>" in page.text
    assert "<script" not in article.html() and "<img" not in article.html()
    for target in model.targets:
        Tags(article.html(target))
    with pytest.raises(ValueError, match="there is no target `paece`; there is `peace`"):
        article.html("paece")
    why = model.explain(NASTY)
    assert Tags(why._repr_html_()).names <= {"table", "thead", "tbody", "tr", "th", "td", "mark"}
    assert "<script" not in why._repr_html_()


def test_a_blank_article_has_no_statement(model: Model) -> None:
    for text in ("", "  \n "):
        article = model.score_article(text)
        assert len(article) == 0 and article.scores["peace"]["score"] is None
        Tags(article._repr_html_())


def test_explanations_add_up_to_the_margin(model: Model) -> None:
    text = "Déjà: we do not welcome the attack."
    why = model.explain(text, n_features=3)
    assert list(why) == list(model.targets)
    for one in why.values():
        features = sum(part["contribution"] for part in one["contributions"])
        assert one["intercept"] + features + one["remainder"] == pytest.approx(one["margin"], abs=1e-9)
        words = sum(part["contribution"] for part in one["words"])
        assert one["intercept"] + words + one["elsewhere"] == pytest.approx(one["margin"], abs=1e-9)
        assert len(one["contributions"]) <= 3
    assert [word for word, _ in why.words("peace")][:2] == ["Déjà", ":"] or why.words("peace")[0][0] == "Déjà"
    assert why["peace"]["label"] == model.score(text)["peace"].label
    assert len(model.explain(text, n_features=0)["peace"]["contributions"]) > 3


def test_the_page_is_one_file_that_asks_for_nothing(model: Model) -> None:
    page = model.article_page("We welcome the truce. They shelled the town.", title="<b>Truce</b>")
    assert page.startswith("<!DOCTYPE html>") and "default-src 'none'" in page and "<b>Truce" not in page


def test_an_article_shows_itself_in_one_line(model: Model) -> None:
    article = model.score_article("We welcome the truce.")
    assert isinstance(article, Article)
    assert repr(article).startswith("<Article of 1 statements: peace +")
