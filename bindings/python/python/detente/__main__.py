"""The command line: ``python -m detente`` does what the program ``detente`` does."""

from __future__ import annotations

import sys
from pathlib import Path

from . import _detente


def main() -> None:
    """Runs the command line with the arguments of the process, and ends it with the exit code."""
    # Isolated (-I), it imports nothing from the folder that a study of somebody else runs in.
    # So it is told where this package is.
    folder = str(Path(__file__).resolve().parent.parent)
    start = f"import sys; sys.path.append({folder!r}); from detente.__main__ import main; main()"
    sys.exit(_detente.run([sys.executable, "-I", "-c", start], sys.argv[1:]))


if __name__ == "__main__":
    main()
