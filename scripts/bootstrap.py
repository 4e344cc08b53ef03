"""Make .venv and install what is locked there: `python scripts/bootstrap.py run [test]`.

Runs on the machine's own Python with nothing but its standard library. Does nothing when nothing changed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
TTY = sys.stdout.isatty()


def main(groups: list[str]) -> int:
    if not _venv_works():
        _make_venv()
    for group in groups:
        lock = ROOT / "requirements" / f"{group}.txt"
        stamp = VENV / f".installed-{group}"
        want = hashlib.sha256(lock.read_bytes() + str(VENV).encode()).hexdigest()
        if not stamp.exists() or stamp.read_text() != want:
            _install(group, lock)
            stamp.write_text(want)
    return 0


def _venv_works() -> bool:
    if not PYTHON.exists():
        return False
    question = "import sys; sys.exit(sys.version_info < (3, 11))"
    done = subprocess.run([str(PYTHON), "-c", question], capture_output=True, check=False)
    return done.returncode == 0


def _make_venv() -> None:
    print("Making a virtual environment in .venv", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    done = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(
            f"{done.stdout}{done.stderr}\nPython could not make a virtual environment. On Debian and Ubuntu install "
            "its missing half with: sudo apt-get install python3-venv"
        )


def _install(group: str, lock: Path) -> None:
    """Install a lock file with its hashes, counting packages as they come."""
    total = sum(1 for line in lock.read_text().splitlines() if line[:1].isalnum() and "==" in line)
    what = {"run": "what the site runs on", "test": "what its tests need"}.get(group, group)
    print(f"Installing {what}: {total} packages", flush=True)
    command = [
        str(PYTHON), "-m", "pip", "install", "--require-hashes", "--disable-pip-version-check", "--no-input",
        "--progress-bar", "off", "-r", str(lock),
    ]  # fmt: skip
    said: list[str] = []
    count = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            said.append(line)
            if line.startswith(("Collecting ", "Requirement already satisfied: ")):
                count += 1
                name = line.split(": ")[-1].removeprefix("Collecting ").split("==")[0].split(" ")[0].strip()
                _progress(f"  {min(count, total)} of {total}: {name}", often=count % 20 == 0)
            elif line.startswith("Installing collected packages"):
                _progress("  unpacking", often=True)
    if TTY:
        print("\r\033[K", end="")
    if pip.returncode:
        print("".join(said[-25:]))
        sys.exit("The packages could not be installed. Is there a network? Once installed, none is needed.")


def _progress(text: str, *, often: bool) -> None:
    if TTY:
        print(f"\r\033[K{text}", end="", flush=True)
    elif often:
        print(text, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:] or ["run"]))
    except KeyboardInterrupt:
        sys.exit("\nStopped. Run it again to go on.")
