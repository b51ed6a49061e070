"""Makes the virtual environment and installs a list of requirements into it. Runs on a bare Python: imports little."""

import subprocess
import sys
from pathlib import Path

VENV = Path(".venv")


def main(requirements, stamp):
    if sys.version_info < (3, 11):
        stop(
            f"Habit Coach needs Python 3.11 or newer; this is {sys.version.split()[0]}. "
            "If a newer one is installed, name it: make run PYTHON=python3.11"
        )
    if not (VENV / "bin" / "python").exists():
        say("Making a virtual environment in .venv ...")
        make_environment()
    say(f"Installing {requirements}; the first time this takes a minute or two ...")
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    if subprocess.call([*pip, "install", "--requirement", requirements]):
        stop("The packages could not be installed: pip's words are above. Is the network there, and room on the disk?")
    Path(stamp).touch()


def make_environment():
    try:
        import ensurepip  # noqa: F401 - Debian leaves it out, and venv fails halfway without it
        import venv
    except ImportError:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        stop(f"Python's venv module is missing. On Debian and Ubuntu: apt install python{version}-venv")
    try:
        venv.create(str(VENV), with_pip=True, symlinks=True)
    except (OSError, subprocess.CalledProcessError) as error:
        stop(f"The virtual environment could not be made: {error}")


def say(words):
    print(words, flush=True)


def stop(sentence):
    sys.exit("\n" + sentence + "\n")


main(*sys.argv[1:])
