"""Which Python `make` takes: a good one before one compiled without its optimisations, and none that is too old."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "find_python.sh"
GOOD, TOO_OLD, SLOW = 0, 1, 2


@pytest.fixture
def find(tmp_path):
    """`find({"a/python3": SLOW})` → (what it prints, what it complains of): folders of PATH in the order given."""

    def run(pythons: dict[str, int], **environ: str) -> tuple[str, str]:
        for name, code in pythons.items():
            python = tmp_path / name
            python.parent.mkdir(exist_ok=True)
            python.write_text(f"#!{shutil.which('sh')}\nexit {code}\n")
            python.chmod(0o755)
        path = ":".join(dict.fromkeys(str((tmp_path / name).parent) for name in pythons))
        done = subprocess.run(
            [shutil.which("sh") or "sh", SCRIPT],
            env={"PATH": path} | environ,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout.strip().removeprefix(f"{tmp_path}{os.sep}"), done.stderr

    return run


def test_the_first_good_one_of_the_path(find):
    assert find({"a/python3": GOOD, "b/python3": GOOD})[0] == "a/python3"


def test_a_good_one_further_on_before_a_slow_one(find):
    assert find({"a/python3": SLOW, "a/python3.12": SLOW, "b/python3": GOOD})[0] == "b/python3"


def test_a_newer_name_before_a_slow_one(find):
    assert find({"a/python3": SLOW, "a/python3.12": GOOD})[0] == "a/python3.12"


def test_a_slow_one_rather_than_none(find):
    assert find({"a/python3": TOO_OLD, "b/python3": SLOW, "c/python3": SLOW})[0] == "b/python3"


def test_the_one_that_was_asked_for_even_if_slow(find, tmp_path):
    found, _complaint = find({"a/python3": GOOD, "b/python3": SLOW}, PYTHON=str(tmp_path / "b/python3"))
    assert found == "b/python3"


def test_says_plainly_what_to_install(find):
    found, complaint = find({"a/python3": TOO_OLD})
    assert not found
    assert "needs Python 3.11 or newer" in complaint
    assert "apt-get install python3 python3-venv" in complaint
