"""Find a Chromium for tests and screenshots; `--install` gets one if there is none.

Prints its path. Looks for Chromium and Chrome on the machine, then in Playwright's own folder.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# The shell is Chromium without windows: the same engine, and about a tenth less work for the machine.
NAMES = (
    "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
)  # fmt: skip
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
OF_PLAYWRIGHT = (
    "chromium_headless_shell-*/chrome-*/*headless*shell",
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)
PLAIN_WORDS = """\
The browser tests need Chromium or Chrome, and this machine has neither; getting one did not work either.
Install one of them, for example:
    sudo apt-get install chromium          (Debian, Ubuntu)
    sudo dnf install chromium              (Fedora)
    brew install --cask chromium           (macOS)
or say where it is: make test BROWSER=/path/to/chromium
If one was downloaded but does not start, it misses libraries that this installs:
    sudo .venv/bin/python -m playwright install-deps chromium"""


def find() -> str | None:
    """The path of a browser that starts, or None. BROWSER in the environment comes first."""
    return next((path for path in _candidates() if path and _starts(path)), None)


def _candidates():
    yield os.environ.get("BROWSER")
    yield from (shutil.which(name) for name in NAMES)
    yield from PLACES
    yield from _downloaded()


def _downloaded():
    """What Playwright has put in its folder."""
    for folder in ("~/.cache/ms-playwright", "~/Library/Caches/ms-playwright"):
        cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or folder).expanduser()
        for pattern in OF_PLAYWRIGHT:
            yield from (str(path) for path in sorted(cache.glob(pattern), reverse=True))


def _starts(path: str) -> bool:
    """Whether it runs at all: on some machines `chromium` only says that a snap must be installed."""
    try:
        done = subprocess.run(
            [path, "--version"], capture_output=True, timeout=60, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def install() -> str | None:
    """Get a browser: by Playwright, else by apt when root. Its path, or None."""
    playwright = [sys.executable, "-m", "playwright"]
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    _try("downloading Chromium with Playwright", [*playwright, "install", "--only-shell", "chromium"])
    if (path := find()) or not root:
        return path
    if any(_downloaded()):
        _try("installing the libraries it misses", [*playwright, "install-deps", "chromium"])
        if path := find():
            return path
    if shutil.which("apt-get"):
        _try("asking apt what there is", ["apt-get", "update", "-q"])
        for package in ("chromium-headless-shell", "chromium"):  # the first is Debian's alone
            _try(f"installing {package} with apt", ["apt-get", "install", "-y", "-q", package])
            if path := find():
                return path
    return None


def _try(doing: str, command: list[str]) -> None:
    """Run a command, quietly if it works; say the end of what it said if not."""
    print(f"No browser yet: {doing}. This can take a few minutes.", file=sys.stderr, flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, env=environment, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace", timeout=600,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"  That did not work: {error}", file=sys.stderr)
        return
    if done.returncode:
        told = [line for line in done.stdout.splitlines() if "rror" in line or line.startswith("E:")]
        why = (told or done.stdout.splitlines()[-1:] or ["it said nothing"])[0]
        print(f"  That did not work: {why.strip()[:200]}", file=sys.stderr)


def main(arguments: list[str]) -> int:
    path = find() or (install() if "--install" in arguments else None)
    if path is None:
        print(PLAIN_WORDS, file=sys.stderr)
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
