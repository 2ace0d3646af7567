"""A program as a user would write it, for the type checkers; it is also run."""

from __future__ import annotations

from typing import Optional

from detente import Model, Score, StanceClassifier, load_statements, train

model: Model = Model.default()
score: Score = model.score("We welcome the truce.")
label: str = score["peace"].label
stance: Optional[float] = score["peace"].stance
many: list[Optional[Score]] = model.score(["We agree.", None], threads=2)
share: float = score["peace"].probabilities["favor"] + score["peace"].probability("against")
names: dict[str, list[str]] = model.targets
holders: list[Optional[str]] = [one.holder for one in model.score_article("Kenya agreed.").statements]
page: str = model.score_article("Kenya agreed.").html("peace")
words: list[tuple[str, float]] = model.explain("We agree.").words("peace")
data: bytes = model.to_bytes()
rows = load_statements(kind="list")[:300]
count: int = train(rows, targets=["peace"], group="document", strength=1.0).report["n_rows"]
classifier: StanceClassifier = StanceClassifier(strength=1.0).fit(["We agree.", "We refuse."] * 4, [1, 0] * 4)
