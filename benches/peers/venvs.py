"""A virtual environment with the peers in it."""

import json
import subprocess
import sys
import venv

# How each peer is shown to work: some wheels install and then do not load.
LOADS = {
    "sklearn": "import sklearn; print('scikit-learn', sklearn.__version__)",
    "fasttext": "import fasttext; from importlib.metadata import version; "
    "print('fasttext-numpy2-wheel', version('fasttext-numpy2-wheel'))",
    "vw": "import vowpalwabbit; vowpalwabbit.Workspace('--quiet').finish(); "
    "print('vowpalwabbit', vowpalwabbit.__version__)",
}


def ready(folder, requirements):
    """Gives the Python of the environment, {peer: why it does not load}, {package: version}."""
    python = folder / "bin" / "python"
    stamp = folder / "installed.json"
    wanted = requirements.read_text().split()
    if not stamp.exists() or json.loads(stamp.read_text()) != wanted:
        print(f"installing the peers into {folder}", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=folder.exists())
        # One package at a time, so that a peer without a wheel for this machine leaves the others.
        for package in wanted:
            subprocess.run([python, "-m", "pip", "install", "-q", "--no-deps", package], check=False)
        stamp.write_text(json.dumps(wanted))
    missing, versions = {}, {}
    for tool, code in LOADS.items():
        shown = subprocess.run([python, "-c", code], capture_output=True, text=True)
        if shown.returncode == 0:
            name, version = shown.stdout.split()[-2:]
            versions[name] = version
        else:
            missing[tool] = (shown.stderr.strip().splitlines() or ["it does not load"])[-1]
    return python, missing, versions
