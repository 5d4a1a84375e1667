"""Makes .venv from a file of pins: standard library only, because nothing is installed yet."""

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
DEV = "requirements-dev.txt"


def main(pins: str) -> int:
    """Create .venv if it is missing, install what `pins` lists by hash, then this tree itself."""
    if sys.version_info < OLDEST:
        print(f"Usciere needs Python 3.11 or newer; this is {sys.version.split()[0]}.")  # noqa: T201 - no logging here
        return 1
    folder = ROOT / ".venv"
    if not (folder / "bin" / "python").exists():
        print("Making .venv ...")  # noqa: T201 - progress for the person who typed make
        venv.create(folder, with_pip=True, clear=folder.exists())
    print(f"Installing the parts of {pins} (once; a few minutes on a Raspberry Pi) ...")  # noqa: T201
    python = str(folder / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if pins == DEV:  # most of it is never run
        pip.append("--no-compile")
    subprocess.run([*pip, "--require-hashes", "-r", str(ROOT / pins)], check=True)  # noqa: S603 - own words
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"  # where uv_build finds its binary
    tree = [*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)]
    subprocess.run(tree, check=True, env=os.environ | {"PATH": path})  # noqa: S603 - our own words
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
