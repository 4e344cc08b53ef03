"""Page forms that refuse in plain words, at the field, with nothing lost."""

from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.log_actions import log

from cms.choosers import approver_chooser
from members.models import Member

SENDING = ("action-submit", "action-restart-workflow")


class ReadyForm(WagtailAdminPageForm):
    """A page is published, or sent for approval, only when it is ready; what it lacks is said at the field."""

    @property
    def _publishes(self) -> bool:
        return "action-publish" in self.data

    @property
    def _moves_on(self) -> bool:
        approves = "action-workflow-action" in self.data and self.data.get("workflow-action-name") == "approve"
        return self._publishes or approves or self._sends

    @property
    def _sends(self) -> bool:
        return any(name in self.data for name in SENDING)

    def _post_clean(self):
        super()._post_clean()
        if self._moves_on:
            self._say(self._refused())

    def _refused(self) -> dict[str, str]:
        """Why the page can't move on: field → plain words."""
        return self.instance.refusals()

    def _say(self, refused: dict[str, str]) -> None:
        for field, words in refused.items():
            if not self.has_error(field):
                self.add_error(field if field in self.fields else None, words)


class GuidanceForm(ReadyForm):
    """Local guidance is sent for approval only with its parent and approver, and published only when approved.

    The approver who presses “Publish” themselves thereby approves.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "approver" in self.fields:
            self.fields["approver"].queryset = Member.objects.taking_part().writers()
            self.fields["approver"].widget = approver_chooser.widget_class()
            self.fields["approver"].help_text = "For local guidance. Authors, moderators and the core team can approve."
            self.fields["approver"].error_messages["invalid_choice"] = (
                "They can’t approve here. Choose an author, a moderator or somebody of the core team."
            )

    def _refused(self) -> dict[str, str]:
        page = self.instance
        refused = page.lacking()
        if self._publishes and not refused and not self._is_the_approver():
            refused = page.refusals()
        if self._sends and not refused and page.is_local() and self._is_the_approver() and not self._may_publish():
            refused = {"approver": "Somebody else approves what you send. Choose who."}
        return refused

    def _is_the_approver(self) -> bool:
        return self.for_user is not None and self.instance.approver_id == self.for_user.pk

    def _may_publish(self) -> bool:
        return self.for_user.is_core_team

    def save(self, commit=True):
        page = self.instance
        if self._publishes and page.is_local() and self._is_the_approver() and not page.is_approved():
            page.approve()
            page = super().save(commit=commit)
            if page.pk:
                log(page, "cms.approve", user=self.for_user)
            return page
        return super().save(commit=commit)
