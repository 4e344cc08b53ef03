"""The signed link by which a speaker sends slides without an account."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

UPLOAD = "events.upload"


def link_of(ask) -> str:
    """The address, with host. It holds until the ask is stopped or given a newer link."""
    token = signing.Signer(salt=UPLOAD).sign_object([ask.pk, ask.link_number])
    return settings.SITE_URL + reverse("events:upload", args=[token])
