#!/usr/bin/env python3
"""Sets everything up and runs it: `python3 run.py serve`, `python3 run.py test`, or any command of policy-explorer.

Needs Python 3.11 or newer and nothing else. What it installs for Python stays in the folder `.venv` beside it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
DEMAND = (3, 11)

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
)
BROWSER_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
    "C:/Program Files/Microsoft/Edge/Application/msedge.exe",
)
CHECKS = (
    ("ruff", ("-m", "ruff", "check", ".")),
    ("mypy", ("-m", "mypy")),
    # Apart from the rest: LibreOffice takes both processors, and measuring coverage makes it five times slower.
    ("LibreOffice tests", ("-m", "pytest", "-q", "-m", "libreoffice")),
    ("pytest", ("-m", "pytest", "-n", "auto", "--dist", "worksteal", "-q", "-m", "not libreoffice")),
)
"""What `test` runs, in this order; it stops at the first that fails."""
EXTRAS = {"print": "book", "keygen": "sign"}
"""What a command needs beyond the rest, by its name."""


def say(text: str) -> None:
    """A line for the reader, in time with what programs print."""
    print(text, flush=True)


def stop(text: str) -> NoReturn:
    """End with a message and exit code 2."""
    say(f"run.py: {text}")
    sys.exit(2)


def run(*command: object) -> int:
    """Run a program in the project's folder and give its exit code."""
    return subprocess.run([str(part) for part in command], cwd=HERE, check=False).returncode


# --- Python -----------------------------------------------------------------------------------------------------


def as_root() -> list[str] | None:
    """What to put before a command that needs root: nothing as root, a sudo that asks nothing; None: it cannot run."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def apt_install(*packages: str) -> bool:
    """Install packages of Debian or Ubuntu; False where that cannot be done without asking."""
    rights = as_root()
    if not shutil.which("apt-get") or rights is None:
        return False
    quiet = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    return (
        run(*quiet, "update", "-q") == 0
        and run(*quiet, "install", "-y", "-q", "--no-install-recommends", *packages) == 0
    )


def make_venv() -> None:
    """Make `.venv` unless it is there and works."""
    if (
        PYTHON.is_file()
        and subprocess.run([str(PYTHON), "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
    ):
        return
    say("Making .venv ...")
    version = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    for attempt in (1, 2):
        if (
            subprocess.run(
                [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, check=False
            ).returncode
            == 0
        ):
            return
        if attempt == 2 or not (apt_install(version) or apt_install("python3-venv")):
            stop(f"Python's venv is missing; on Debian or Ubuntu install it with: sudo apt-get install {version}")


def install(extra: str) -> None:
    """Install the project into `.venv`, once for each state of pyproject.toml."""
    mark = VENV / f".installed{'-' + extra if extra else ''}"
    state = hashlib.sha256((HERE / "pyproject.toml").read_bytes() + str(HERE).encode()).hexdigest()
    if mark.is_file() and mark.read_text(encoding="utf-8") == state:
        return
    say("Installing what the project needs ...")
    what = f".[{extra}]" if extra else "."
    if run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--editable", what) != 0:
        stop("pip could not install the project; its message stands above (is there a network?)")
    mark.write_text(state, encoding="utf-8")


# --- a browser and a font for the tests -------------------------------------------------------------------------


def find_browser() -> str | None:
    """An installed Chrome, Chromium or Edge."""
    named = [
        os.environ.get("POLICY_EXPLORER_BROWSER") or "",
        *(shutil.which(name) or "" for name in BROWSERS),
        *BROWSER_PLACES,
    ]
    return next((path for path in named if path and Path(path).is_file()), None)


def get_browser() -> None:
    """Make sure that there is a browser, by the system's own means; else say in one line what to install."""
    if find_browser():
        return
    say("Looking for a browser for the tests ...")
    if sys.platform == "darwin" and shutil.which("brew"):
        run("brew", "install", "--cask", "chromium")
    elif os.name == "nt" and shutil.which("winget"):
        run(
            "winget",
            "install",
            "--exact",
            "--id",
            "Google.Chrome",
            "--accept-package-agreements",
            "--accept-source-agreements",
        )
    else:
        apt_install("chromium")
    if not find_browser():
        stop(
            "the browser tests need Google Chrome, Chromium or Edge: install one, or name it in POLICY_EXPLORER_BROWSER"
        )


def get_libreoffice() -> None:
    """On Debian and Ubuntu, get LibreOffice Calc, with which the reporting workbooks are tried; else say so."""
    if not any(shutil.which(name) for name in ("soffice", "libreoffice")) and not apt_install("libreoffice-calc"):
        say("note: LibreOffice was not found; the tests that need it are left out (with CI=true they fail)")


def get_nginx() -> None:
    """On Debian and Ubuntu, get nginx, with which the sample settings of docs/hosting are tried; else say so."""
    if sys.platform.startswith("linux") and not shutil.which("nginx") and not apt_install("nginx-light"):
        say("note: nginx was not found; the tests that need it are left out (with CI=true they fail)")


def get_chinese_font() -> None:
    """On Linux, get a font with Chinese characters where there is none; without one only pictures (PNG) suffer."""
    if not sys.platform.startswith("linux") or not shutil.which("fc-list"):
        return
    found = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False).stdout.strip()
    if not found and not apt_install("fonts-noto-cjk"):
        say("note: no Chinese font was found; PNG files will lack Chinese characters (install fonts-noto-cjk)")


# --- commands ---------------------------------------------------------------------------------------------------


def test(more: list[str]) -> int:
    """Everything that must pass; further arguments go to pytest. Gives the exit code of the first check that failed."""
    make_venv()
    install("test")
    get_browser()
    get_chinese_font()
    get_libreoffice()
    get_nginx()
    for name, command in CHECKS:
        say(f"--- {name}")
        code = run(PYTHON, *command, *(more if name == "pytest" else ()))
        if code != 0:
            say(f"run.py: {name} failed")
            return code
    return 0


def main(arguments: list[str]) -> int:
    """`test`, or a command of policy-explorer with its arguments (`serve` when none is given)."""
    if sys.version_info < DEMAND:
        stop(f"Python {DEMAND[0]}.{DEMAND[1]} or newer is needed, this is {sys.version.split()[0]}")
    if arguments[:1] == ["test"]:
        return test(arguments[1:])
    make_venv()
    install(EXTRAS.get(arguments[0], "") if arguments else "")
    return run(PYTHON, "-m", "generator", *(arguments or ["serve"]))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
