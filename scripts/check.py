"""Everything a machine can say about the code without running it: `make check`. `--fix` mends what it can."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def templates() -> list[str]:
    """Every HTML template, from the checkout's root."""
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html"))


def checks() -> dict[str, list[str]]:
    """What to run, the slowest first, by the name to show."""
    pages = templates()
    return {
        "types": ["mypy"],
        "migrations": ["python", "manage.py", "makemigrations", "--check", "--dry-run"],
        "Django's own checks": ["python", "manage.py", "check", "--fail-level", "WARNING"],
        "lint": ["ruff", "check", "--quiet", "."],
        "Python's shape": ["ruff", "format", "--check", "--quiet", "."],
        "import contracts": ["lint-imports", "--cache-dir", ".import_linter_cache"],
        "dependencies": ["deptry", "--no-ansi", "."],
        "templates' tags": ["djade", "--target-version", "5.2", "--check", *pages],
        "templates' shape": ["djhtml", "--check", "-t", "2", *pages],
    }


FIXES = {
    "lint": ["ruff", "check", "--fix", "--quiet", "."],
    "Python's shape": ["ruff", "format", "--quiet", "."],
    "templates' tags": ["djade", "--target-version", "5.2", *templates()],
    "templates' shape": ["djhtml", "-t", "2", *templates()],
}


def run(name: str, command: list[str]) -> tuple[str, int, str, float]:
    """Run one check: its name, its exit code, what it said, the seconds it took."""
    started = time.monotonic()
    environment = os.environ | {
        "DEMO": "1", "DJANGO_SETTINGS_MODULE": "config.settings", "SECRET_KEY": "only-for-checks", "NO_COLOR": "1",
        "DATABASE_URL": "", "VALKEY_URL": "", "VAR_DIR": str(ROOT / "var" / "check"),
    }  # fmt: skip
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=ROOT, capture_output=True, text=True, env=environment, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return name, done.returncode, (done.stdout + done.stderr).strip(), time.monotonic() - started


def main(arguments: list[str]) -> int:
    if "--fix" in arguments:
        for name, command in FIXES.items():
            print(name, "is put right", flush=True)
            run(name, command)
        return 0
    failed = []
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        for name, code, said, seconds in pool.map(lambda item: run(*item), checks().items()):
            print(f"{'ok  ' if code == 0 else 'FAIL'} {seconds:5.1f} s  {name}", flush=True)
            if code:
                failed.append(name)
                print(said, "\n", flush=True)
    if failed:
        print(f"Not yet: {', '.join(failed)}. `make format` mends shape and some lint.")
        return 1
    print("All checks pass.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
