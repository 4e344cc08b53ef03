"""A promise of the database that a form could break says so in plain words, not by its name."""

import pytest
from django.apps import apps
from django.db.models import UniqueConstraint

OURS = {"core", "members", "notifications", "reference", "events", "horizon", "forum", "cms"}
# Rows that only actions write, and rows whose forms say what is wrong beside the field before the database is asked.
NO_FORM_OR_ITS_OWN_WORDS = {
    "cms.ContactAgreement", "forum.Thread", "forum.Draft", "forum.Post", "notifications.Notice",
    "horizon.Development", "horizon.Follow", "horizon.Signal", "horizon.BriefingMeaning",
    "events.EventPage", "events.Places", "events.Allocation", "events.Session", "events.Booking", "events.Feedback",
    "events.AudienceQuestion", "events.BulkMail", "events.CheckIn", "events.AskedFor", "events.Material", "events.Vote",
}  # fmt: skip


def speaks_for_itself(one) -> bool:
    """Django says “… with this name already exists” of plain fields; of all else it says the constraint's name."""
    plain = isinstance(one, UniqueConstraint) and one.fields and one.condition is None
    return bool(plain) or not str(one.get_violation_error_message()).startswith("Constraint")


@pytest.mark.parametrize("label", sorted(
    model._meta.label for model in apps.get_models() if model._meta.app_label in OURS and model._meta.constraints
))  # fmt: skip
def test_a_broken_promise_is_told_in_plain_words(label):
    silent = [one.name for one in apps.get_model(label)._meta.constraints if not speaks_for_itself(one)]
    assert silent == [] or label in NO_FORM_OR_ITS_OWN_WORDS
    assert silent or label not in NO_FORM_OR_ITS_OWN_WORDS, "It has words now: take it off the list."
