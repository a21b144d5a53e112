"""Programs that are not ours, installed where that can be done: hledger and ledger by apt, beancount into target/oracles."""
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / "target" / "oracles"


def runs(*command):
    """Whether a command ends well; what it says is kept from the screen."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def by_apt(*programs):
    """Paths of programs by name, `None` for those that are not there and cannot be installed."""
    missing = [name for name in programs if not shutil.which(name)]
    if missing and shutil.which("apt-get") and os.geteuid() == 0:
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
        if not runs(*install):
            runs("apt-get", "update", "-qq")
            runs(*install)
    return {name: shutil.which(name) for name in programs}


def python_with(requirement, proof):
    """A Python that has a package, installed where that can be done, or `None`; `proof` is what runs only if it is there."""
    python = VENV / "bin" / "python"
    if runs(python, "-c", proof):
        return python
    if not runs(python, "-m", "pip", "--version"):
        try:
            venv.create(VENV, with_pip=True, clear=True)
        except (OSError, subprocess.CalledProcessError):
            return None
    runs(python, "-m", "pip", "install", "-q", requirement)
    return python if runs(python, "-c", proof) else None


def beancount():
    """The Python that has beancount 3, or `None`."""
    return python_with("beancount>=3,<4", "import beancount; assert beancount.__version__.startswith('3.')")


def openpyxl():
    """The Python that has openpyxl 3, or `None`."""
    return python_with("openpyxl>=3,<4", "import openpyxl; assert openpyxl.__version__.startswith('3.')")


def left_out(what, why):
    """Says, so that nobody misses it, what was not checked."""
    print(f"\n!! LEFT OUT: {what}\n!! {why}\n", file=sys.stderr, flush=True)
