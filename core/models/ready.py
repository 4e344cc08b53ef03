"""Pages that are published only when they are ready, by whatever route: button, schedule, workflow, bulk, code."""

from django.core.exceptions import ValidationError


class NotReady(ValidationError):
    """A page lacks what must be there before it is published."""


class PublishedWhenReady:
    """Mixed into a page before Wagtail's: `refusals()` says why it can't be published yet."""

    live: bool

    def refusals(self) -> dict[str, str]:
        """Why it can't be published: field → plain words. {} when it can."""
        return {}

    def save(self, *args, **kwargs):
        fields = kwargs.get("update_fields")
        if self.live and (fields is None or "live" in fields):
            self._refuse_unready()
        return super().save(*args, **kwargs)  # type: ignore[misc]

    def publish(self, revision, *args, **kwargs):
        revision.as_object()._refuse_unready()
        return super().publish(revision, *args, **kwargs)  # type: ignore[misc]

    def _refuse_unready(self) -> None:
        if refused := self.refusals():
            raise NotReady(refused)
