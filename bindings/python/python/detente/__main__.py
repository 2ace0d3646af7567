"""The command line: ``python -m detente`` does what the program ``detente`` does."""

from __future__ import annotations

import sys

from . import _detente


def main() -> None:
    """Runs the command line with the arguments of the process, and ends it with the exit code."""
    # Isolated (-I), it imports nothing from the folder that a study of somebody else runs in.
    sys.exit(_detente.run([sys.executable, "-I", "-m", "detente"], sys.argv[1:]))


if __name__ == "__main__":
    main()
