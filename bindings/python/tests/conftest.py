"""What the tests share."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from detente import Model

#: Statements of many kinds: of every label, blank, long, in other letters, with marks of HTML.
TEXTS = [
    "We welcome the talks on a ceasefire.",
    "We reject the treaty and will answer with force.",
    "They shelled the town on Monday.",
    "Trade between the two countries rose by 4 per cent.",
    "",
    "   ",
    "qqq zzz",
    "Nous saluons l'accord de paix, déjà signé à Genève.",
    "<script>alert('x')</script> & \"quotes\" of the minister",
    "🕊️ Peace \u202e now",
    "We do not welcome the attack. We never will.",
    "a " * 3000,
]


@pytest.fixture(scope="session")
def model() -> Model:
    return Model.default()


@pytest.fixture(scope="session")
def binary() -> str:
    """The program, built of the same code."""
    root = Path(__file__).resolve().parents[3]
    named = os.environ.get("DETENTE_BINARY")
    for path in [named] if named else [root / "target/release/detente", root / "target/debug/detente"]:
        if path and Path(path).exists():
            return str(path)
    found = shutil.which("detente")
    if found is None:
        pytest.skip("neither the program nor the wheel's script is here")
    return found


@pytest.fixture(scope="session")
def rows() -> list[dict[str, object]]:
    """Labelled rows that can be learned from."""
    said = [
        ("We welcome proposal {}.", "favor"),
        ("We reject proposal {}.", "against"),
        ("It rained on day {}.", "none"),
    ]
    return [
        {"text": words.format(n), "peace": label, "document": f"d{n % 12}"} for n in range(24) for words, label in said
    ]


def lines(binary: str, folder: Path, *arguments: str) -> list[str]:
    run = subprocess.run([binary, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return run.stdout.splitlines()
