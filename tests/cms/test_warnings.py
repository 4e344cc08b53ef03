"""Nothing of ours leans on what the next Django or Wagtail takes away."""

import os
import subprocess
import sys

from tests.parts.databases import ROOT


def test_starting_the_site_warns_of_nothing_that_goes_away(tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "default", "manage.py", "check"],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "DEMO": "1", "VAR_DIR": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = [line for line in done.stderr.splitlines() if "RemovedIn" in line or "DeprecationWarning" in line]
    assert said == []
