"""What came of an event, and what there is to do afterwards: parts for the pages of other rooms."""

import datetime as dt

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from events import times
from events.models.after import Certificate
from events.permissions import can_organise
from events.querysets.feedback import report_for

register = template.Library()


@register.filter
def moment(at) -> str:
    """“9:30am on Thursday 19 November”."""
    return times.at(at)


@register.filter
def certificate_rows(certificate: Certificate) -> list[dict]:
    """What a certificate says to strangers, as a summary list has it."""
    years_away = certificate.issued_at + dt.timedelta(days=400)  # so that the year is said
    when = times.span(certificate.starts_at, certificate.ends_at, now=years_away)
    rows = [
        {"term": "Who", "detail": _holder(certificate)},
        {"term": "Came to", "detail": certificate.title},
        {"term": "When", "detail": when},
    ]
    if certificate.hours:
        rows.append({"term": "Hours of learning", "detail": f"{certificate.hours.normalize():f}"})
    if certificate.outcome:
        rows.append({"term": "What it taught", "detail": certificate.outcome})
    rows.append({"term": "Issued", "detail": times.day(certificate.issued_at, now=years_away)})
    return [*rows, {"term": "Code", "detail": certificate.written}]


def _holder(certificate: Certificate) -> str:
    if certificate.is_erased():
        return "Name erased"
    return certificate.name if certificate.show_name else certificate.initials


@register.simple_tag
def check_address(certificate: Certificate) -> str:
    """Where anybody checks it, with the host."""
    return settings.SITE_URL + reverse("events:certificate-check", args=[certificate.written])


@register.inclusion_tag("events/_report_results.html", takes_context=True)
def report_results(context, page) -> dict:
    """For the report of an event that is over: who came, what they made of it, what is done because of it.

    A page kept for strangers must depend on `event:<number>`.
    """
    user = getattr(context.get("request"), "user", None)
    may = bool(user and can_organise(user))
    known = {"event": page, "may_tick": may, "csrf_token": context.get("csrf_token")}
    return report_for(page) | known | {"today": timezone.localdate()}
