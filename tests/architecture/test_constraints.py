"""A promise of the database says in plain words that it would be broken, not by its name."""

import pytest
from django.apps import apps
from django.db.models import UniqueConstraint

OURS = {"core", "members", "notifications", "reference", "events", "horizon", "forum", "cms"}


def speaks_for_itself(one) -> bool:
    """Django says “… with this name already exists” of plain fields; of all else it says the constraint's name."""
    plain = isinstance(one, UniqueConstraint) and one.fields and one.condition is None
    return bool(plain) or not str(one.get_violation_error_message()).startswith("Constraint")


@pytest.mark.parametrize("label", sorted(
    model._meta.label for model in apps.get_models() if model._meta.app_label in OURS and model._meta.constraints
))  # fmt: skip
def test_a_broken_promise_is_told_in_plain_words(label):
    assert [one.name for one in apps.get_model(label)._meta.constraints if not speaks_for_itself(one)] == []
