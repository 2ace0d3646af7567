"""The types that are stated are those that are."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

import detente

TESTS = Path(__file__).resolve().parent
PACKAGE = Path(detente.__file__).resolve().parent
#: A mistake of each kind that a checker has to find.
WRONG = """
from detente import Model, StanceClassifier, train

model = Model.default()
a: int = model.score("We agree.")["peace"].label
model.score(["a"], thread=2)
b = model.scroe("a")
model.score(["a"], threads="two")
StanceClassifier(strength="weak")
c: str = train([]).model
"""
N_WRONG = 6


def run(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    # What the package is found by here, the checkers have to find it by too.
    environment = {**os.environ, "MYPYPATH": str(PACKAGE.parent) if "site-packages" not in str(PACKAGE) else ""}
    return subprocess.run([sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, env=environment)


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_checkers_accept_what_is_right_and_find_what_is_wrong(checker: str, tmp_path: Path) -> None:
    if importlib.util.find_spec(checker) is None:
        pytest.skip(f"{checker} is not here")
    if run(checker, "--version", folder=tmp_path).returncode:
        pytest.skip(f"{checker} could not fetch itself")
    settings = {"mypy": ["--strict", "--ignore-missing-imports"], "pyright": ["--pythonpath", sys.executable]}[checker]
    (tmp_path / "right.py").write_text((TESTS / "typed_program.py").read_text())
    done = run(checker, *settings, "right.py", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    (tmp_path / "wrong.py").write_text(WRONG)
    done = run(checker, *settings, "wrong.py", folder=tmp_path)
    found = {line.split(":")[1] for line in done.stdout.splitlines() if "wrong.py:" in line and "error" in line}
    assert len(found) == N_WRONG, done.stdout


def test_the_stub_is_the_extension_module(tmp_path: Path) -> None:
    pytest.importorskip("mypy.stubtest", reason="mypy is not here")
    done = run("mypy.stubtest", "detente._detente", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_program_of_a_user_runs() -> None:
    pytest.importorskip("sklearn")
    exec(compile((TESTS / "typed_program.py").read_text(), "typed_program.py", "exec"), {"__name__": "program"})
