"""The front-end build: made once, and again only when something that goes into it has changed."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from habit_coach.errors import HabitCoachError

ROOT = Path(__file__).parent.parent
WEB = ROOT / ".web"
STAMP = WEB / "habit-coach-build"
INPUTS = ("habit_coach/**/*.py", "assets/**/*", "reflex.lock/*", "rxconfig.py", "requirements.txt")


def environment() -> dict[str, str]:
    """The environment with the virtual environment's own Node and npm first."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return os.environ | {"PATH": path, "REFLEX_USE_NPM": "1"}


def is_current() -> bool:
    """Whether the pages on the disk were built from what is here now."""
    return STAMP.exists() and STAMP.read_text("utf-8") == fingerprint()


def build() -> None:
    """Build the pages. Takes half a minute; raises HabitCoachError with the end of the build's own words."""
    command = [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip", "--env", "prod"]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        last_words = "\n".join((done.stdout + done.stderr).splitlines()[-30:])
        raise HabitCoachError(f"The pages could not be built. The build's last words:\n{last_words}")
    STAMP.write_text(fingerprint(), "utf-8")


def fingerprint() -> str:
    """A digest of every file that goes into the pages."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in INPUTS for path in ROOT.glob(pattern) if path.is_file()):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
