"""What the environment says is taken as it was meant."""

import json
import os
import subprocess
import sys

import pytest

NAMES = [
    "EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "EMAIL_USE_TLS", "EMAIL_USE_SSL",
    "RATE_LIMIT_FACTOR", "CACHES", "CHANNEL_LAYERS",
]  # fmt: skip


def settings_with(folder, **said) -> dict:
    """The settings of a new process with this environment."""
    code = (
        f"import json\nfrom config import settings\nprint(json.dumps({{n: getattr(settings, n, '') for n in {NAMES}}}))"
    )
    said = {"VAR_DIR": str(folder), "SECRET_KEY": "x", "DEMO": "0", "DATABASE_URL": "", "VALKEY_URL": ""} | said
    ran = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | said, capture_output=True, text=True, check=True
    )
    return json.loads(ran.stdout)


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.example.org", 25, False, False),
        ("smtp+tls://mail.example.org", 587, True, False),
        ("smtps://mail.example.org", 465, False, True),
        ("smtps://mail.example.org:2465", 2465, False, True),
    ],
)
def test_mail_goes_to_the_usual_port_of_its_scheme(tmp_path, url, port, tls, ssl):
    read = settings_with(tmp_path, EMAIL_URL=url)
    assert [read[name] for name in ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS", "EMAIL_USE_SSL")] == [
        "mail.example.org", port, tls, ssl,
    ]  # fmt: skip


def test_a_mail_password_may_have_any_letters(tmp_path):
    read = settings_with(tmp_path, EMAIL_URL="smtp://forum%40example.org:a%2Fb%3Ac%23@mail.example.org:25")
    assert (read["EMAIL_HOST_USER"], read["EMAIL_HOST_PASSWORD"]) == ("forum@example.org", "a/b:c#")


@pytest.mark.parametrize(("demo", "factor"), [("1", 1000), ("0", 1)])
def test_rate_limits_are_raised_in_a_demonstration_only(tmp_path, demo, factor):
    read = settings_with(tmp_path, DEMO=demo, EMAIL_URL="smtp://localhost", RATE_LIMIT_FACTOR="1000")
    assert read["RATE_LIMIT_FACTOR"] == factor


def test_a_site_without_mail_refuses_to_serve_but_not_to_be_migrated(tmp_path):
    names = {"DEMO": "0", "DEBUG": "0", "EMAIL_URL": "", "SECRET_KEY": "x", "VAR_DIR": str(tmp_path)}
    environment = {**os.environ, **names, "DJANGO_SETTINGS_MODULE": "config.settings"}

    def run(*command):
        return subprocess.run([sys.executable, *command], env=environment, capture_output=True, text=True, check=False)

    assert run("manage.py", "makemigrations", "--check", "--dry-run").returncode == 0
    for entry in ("config.wsgi", "config.asgi"):
        refused = run("-c", f"import {entry}")
        assert "EMAIL_URL is not set" in refused.stderr
        assert refused.returncode == 1


def test_two_sites_on_one_valkey_share_no_names(tmp_path):
    """Else one would read what the other keeps of its own member 1, and hear that its thread 12 has moved on."""

    def names(address: str) -> tuple[str, str]:
        read = settings_with(tmp_path, SITE_URL=address, VALKEY_URL="redis://127.0.0.1:6379")
        return read["CACHES"]["default"]["KEY_PREFIX"], read["CHANNEL_LAYERS"]["default"]["CONFIG"]["prefix"]

    one, same, other = names("https://a.example.org"), names("https://a.example.org/"), names("https://b.example.org")
    assert one == same
    assert not set(one) & set(other)
