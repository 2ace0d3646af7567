"""The command line of the wheel is that of the program."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

MODULE = [sys.executable, "-m", "detente"]


def run(command: list[str], folder: Path, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, input=given, capture_output=True, text=True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--version"],
        ["shrink", "--help"],
        ["score", "a.txt"],
        ["score", "a.txt", "--format", "json"],
        ["score", "-", "--format", "csv"],
        ["score", "gone.txt"],
        ["score", "a.txt", "--frmat", "json"],
        ["relations", "a.txt", "--format", "csv"],
        ["inspect", "default"],
        ["evaluate", "a.txt"],
        ["nonsense"],
    ],
)
def test_it_prints_what_the_program_prints(binary: str, tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "a.txt").write_text("Kenya welcomes the accord with Uganda. They shelled the town.\n")
    expected = run([binary, *arguments], tmp_path, "We welcome peace.")
    found = run([*MODULE, *arguments], tmp_path, "We welcome peace.")
    assert (found.returncode, found.stdout, found.stderr) == (expected.returncode, expected.stdout, expected.stderr)


def test_the_script_is_the_module(tmp_path: Path) -> None:
    script = Path(sys.executable).parent / "detente"
    if not script.exists():
        pytest.skip("the wheel is not installed")
    assert run([str(script), "--version"], tmp_path).stdout == run([*MODULE, "--version"], tmp_path).stdout


def test_what_it_writes_is_whole(binary: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("We welcome peace. " * 2000)
    for program in ([binary], MODULE):
        assert run([*program, "score", "a.txt", "--format", "html", "-o", "page.html"], tmp_path).returncode == 0
        shutil.move(tmp_path / "page.html", tmp_path / f"{len(program)}.html")
    assert (tmp_path / "1.html").read_bytes() == (tmp_path / "3.html").read_bytes()


def test_a_reader_that_goes_away_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("We welcome peace. " * 20000)
    command = [*MODULE, "score", "a.txt", "--format", "jsonl"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        said = process.stderr.read().decode()
    assert process.returncode == 0, said
    assert "rror" not in said


def test_a_study_runs_the_wheel_anew_and_nothing_of_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Kenya welcomes the accord with Uganda.\n")
    (tmp_path / "json.py").write_text("raise SystemExit(7)\n")
    (tmp_path / "detente.py").write_text("raise SystemExit(7)\n")
    (tmp_path / "study.run").write_text("detente score a.txt json.py detente.py --format csv -o scores.csv\n")
    packed = run([*MODULE[:1], "-I", *MODULE[1:], "replicate", "pack", "study.run", "-o", "study.zip"], tmp_path)
    assert packed.returncode == 0, packed.stderr
    verified = run([*MODULE[:1], "-I", *MODULE[1:], "replicate", "verify", "study.zip"], tmp_path)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    with zipfile.ZipFile(tmp_path / "study.zip") as archive:
        assert any(name.endswith("scores.csv") for name in archive.namelist())
