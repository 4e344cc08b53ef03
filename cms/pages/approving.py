"""Local guidance is published only with its national parent and the word of its approver, by whatever route."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from core.models.ready import PublishedWhenReady


class ApprovedBeforePublishing(PublishedWhenReady):
    """For a page with `level`, `national_parent`, `approver`, `approved_at`, `approved_of` and a `body`.

    An approval is of what the page says: `approved_of` holds its fingerprint, so any later change of the
    words needs approval again, and no route (publish, schedule, workflow, bulk, copy, code) gets round it.
    """

    national_parent: Any
    national_parent_id: int | None
    approver: Any
    approver_id: int | None
    approved_at: Any
    approved_of: Any
    body: Any
    is_local: Callable[[], bool]

    SAYS = (
        "title", "summary", "level", "source_name", "source_url", "supersedes_note", "supersedes_id",
        "search_description",
    )  # fmt: skip
    exclude_fields_in_copy = ["approved_at", "approved_of"]

    def fingerprint(self) -> str:
        """What the page says, in 64 letters. Who keeps it, its topics and dates are not what it says."""
        says: dict[str, object] = {name: getattr(self, name) for name in self.SAYS}
        says["under"], says["approver"] = self.national_parent_id, self.approver_id
        says["body"] = [[part.block_type, _without_ids(part.get_prep_value())] for part in self.body]
        return hashlib.sha256(json.dumps(says, sort_keys=True, default=str).encode()).hexdigest()

    def approve(self, *, now: dt.datetime | None = None) -> None:
        """Note that the approver agrees to what it says now. Not saved."""
        self.approved_at, self.approved_of = now or timezone.now(), self.fingerprint()

    def is_approved(self) -> bool:
        """Whether the approver agreed to what it says now."""
        return self.approved_at is not None and self.approved_of == self.fingerprint()

    def lacking(self) -> dict[str, str]:
        """What must be there before it is sent for approval: field → plain words. {} unless it is local."""
        if not self.is_local():
            return {}
        found = {}
        if self.national_parent_id is None:
            found["national_parent"] = (
                "Local guidance stands under a law, the regulator or national guidance. Choose which."
            )
        elif self.national_parent.is_local():
            found["national_parent"] = "That is local guidance too. Choose a law, the regulator or national guidance."
        if self.approver_id is None:
            found["approver"] = "Somebody approves local guidance before it is published. Choose who."
        return found

    def refusals(self) -> dict[str, str]:
        """Why it can't be published: `lacking()`, and the approval. {} when it can."""
        found = self.lacking()
        if self.is_local() and not found and not self.is_approved():
            found["approver"] = (
                f"{self.approver} has not approved what it says now. "
                "Choose “Send for approval” to ask them: it is published when they agree. Nothing you wrote is lost."
            )
        return found

    def clean(self):
        super().clean()
        parent = self.national_parent
        if parent is not None and (parent.is_local() or parent.pk == self.pk):
            raise ValidationError(
                {"national_parent": "That is local guidance too. Choose a law, the regulator or national guidance."}
            )

    def save(self, *args, **kwargs):
        # made by code with a date of approval, such as a demo or an import: approved as it stands
        if self._state.adding and self.approved_at and not self.approved_of:
            self.approved_of = self.fingerprint()
        return super().save(*args, **kwargs)


def _without_ids(value):
    """A block's value without the ids of its parts, which change when a form is saved."""
    if isinstance(value, dict):
        return {key: _without_ids(part) for key, part in value.items() if key != "id"}
    if isinstance(value, (list, tuple)):
        return [_without_ids(part) for part in value]
    return value
