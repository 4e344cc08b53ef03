"""The site's own settings, in a folder of its own, on SQLite or on the engines `scripts/with_engines.py` started."""

import atexit
import os
import shutil
import tempfile

_var = tempfile.mkdtemp(prefix="folkmoot-tests-")
os.mkdir(f"{_var}/static")
atexit.register(shutil.rmtree, _var, ignore_errors=True)
_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")


def _valkey_of_worker() -> str:
    """A database of Valkey for each worker: `cache.clear()` empties all of one, not only its own names."""
    url = os.environ.get("TEST_VALKEY_URL", "")
    number = int("".join(filter(str.isdigit, _worker)) or 0) + 1
    return f"{url.rstrip('/')}/{number}" if url.count("/") < 3 or url.endswith("/") else url


# Set here, not left to the machine: a developer's own .env must not steer the tests.
os.environ |= {
    "DEMO": "1",
    "DEBUG": "0",
    "VAR_DIR": _var,
    "SECRET_KEY": "only-for-tests",
    "SITE_URL": "http://testserver",
    "ALLOWED_HOSTS": "",
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", ""),
    "VALKEY_URL": _valkey_of_worker() if os.environ.get("TEST_VALKEY_URL") else "",
    "EMAIL_URL": "",
    "RATE_LIMIT_FACTOR": "1",
    "TRUSTED_PROXIES": "0",
    "LOG_LEVEL": "WARNING",
}

from config.settings import *  # noqa: F403
from config.settings import CACHES, CHANNEL_LAYERS, DATABASES, STORAGES

# A file, not memory: threads and second processes see the same rows, as on a real site.
_database: dict = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    _database["TEST"] = {"NAME": f"{_var}/test.sqlite3"}
else:
    _database["TEST"] = {"NAME": "test_folkmoot"}
    _database["CONN_MAX_AGE"] = 0
if os.environ["VALKEY_URL"]:
    # Workers share one Valkey; each has names of its own.
    _cache: dict = CACHES["default"]
    _cache["KEY_PREFIX"] = f"folkmoot-{_worker}"
    _layer: dict = CHANNEL_LAYERS["default"]
    _layer["CONFIG"]["prefix"] = f"folkmoot-{_worker}"

# Templates ask for static files by plain names: nothing is collected before the tests.
_storages: dict = STORAGES
_storages["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
