"""What the machine tells us: every environment variable Folkmoot reads, in one place.

Nothing outside `config/` reads the environment.
"""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from environs import Env

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
env.read_env(str(BASE_DIR / ".env"), recurse=False)

# The folder for everything a running site writes: database, files, mail of the demo, secrets.
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))

DEMO = env.bool("DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
DATABASE_URL = env.str("DATABASE_URL", default="")
VALKEY_URL = env.str("VALKEY_URL", default="")
EMAIL_URL = env.str("EMAIL_URL", default="")
STORAGE_URL = env.str("STORAGE_URL", default="")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Folkmoot <forum@weisf.example.org>")
# How many proxies stand between the internet and us: decides which forwarded address is believed.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
# Load runs of a demo raise every rate limit by this factor (docs/operations.md).
RATE_LIMIT_FACTOR = env.int("RATE_LIMIT_FACTOR", default=1)
# "asgi" or "wsgi": config/asgi.py and config/wsgi.py say which before settings are read.
INTERFACE = env.str("FOLKMOOT_INTERFACE", default="wsgi")
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")


def secret_key() -> str:
    """The signing key: from SECRET_KEY, else made once and kept in `var/secret_key`."""
    if key := env.str("SECRET_KEY", default=""):
        return key
    path = VAR_DIR / "secret_key"
    if not path.exists():
        import secrets

        VAR_DIR.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


def database(url: str, *, interface: str) -> dict:
    """Django's database settings for `url` (postgres://… or sqlite:///path; empty: SQLite in `var/`).

    PostgreSQL: psycopg's pool under ASGI, where each request has a thread of its own;
    persistent connections under WSGI. Raises ValueError for another scheme.
    """
    parts = urlsplit(url)
    if parts.scheme in {"postgres", "postgresql"}:
        from urllib.parse import parse_qs

        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        settings: dict = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": query.pop("host", None) or parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_HEALTH_CHECKS": True,
            # words are stemmed the same way whatever language the server was set up in
            # and what core.prepared and core.rows send again and again is planned once for each connection
            "OPTIONS": {"options": "-c default_text_search_config=pg_catalog.english", "prepare_threshold": 2} | query,
        }
        if interface == "asgi":
            settings["OPTIONS"]["pool"] = {"min_size": 2, "max_size": 20, "timeout": 10}
        else:
            settings["CONN_MAX_AGE"] = 600
        return settings
    if parts.scheme not in {"", "sqlite"}:
        raise ValueError(f"DATABASE_URL must start with postgres:// or sqlite://, not {parts.scheme}://")
    path = Path(parts.path.removeprefix("/")) if url else VAR_DIR / "folkmoot.sqlite3"
    if url.startswith("sqlite:////"):
        path = Path("/" + parts.path.lstrip("/"))
    path.parent.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
        },
    }
