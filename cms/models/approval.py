"""The one task of the workflow: the named approver of local guidance agrees, or the core team for all else."""

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Revision, Task, TaskState


class ApprovalTask(Task):
    """A page waits for the one who may approve it. Others may not change it meanwhile."""

    class Meta:
        verbose_name = "approval by the named approver or the core team"
        verbose_name_plural = "approvals by the named approver or the core team"

    @classmethod
    def get_description(cls):
        return "Local guidance waits for the approver named on it, everything else for the core team."

    def may_approve(self, page, member) -> bool:
        """The approver named on the latest draft of local guidance, but not of what they sent; else the core team.

        The core team may approve what it sent itself: it publishes without asking anyway.
        """
        if not member.is_taking_part():
            return False
        if not is_local(draft := latest_draft(page)):
            return member.is_core_team
        return draft.approver_id == member.pk and (member.is_core_team or not _sent_by(page, member))

    def may_answer(self, page, member) -> bool:
        """Who may approve; and when the approver named is here no more, the core team may send it back."""
        if self.may_approve(page, member):
            return True
        return member.is_taking_part() and member.is_core_team and _approver_is_gone(page)

    def user_can_access_editor(self, obj, user):
        return self.may_answer(obj, user)

    def locked_for_user(self, obj, user):
        return not self.may_answer(obj, user)  # nor may the core team: what is approved is what was read

    def get_actions(self, obj, user):
        if not self.may_answer(obj, user):
            return []
        ask = ("reject", "Ask for changes", True)
        if not self.may_approve(obj, user) or getattr(latest_draft(obj), "lacking", dict)():
            return [ask]
        return [
            ask,
            ("approve", "Approve", False),
            ("approve", "Approve with a comment", True),
        ]

    @transaction.atomic
    def on_action(self, task_state, user, action_name, **kwargs):
        """As Wagtail's, after asking who acts: the approval is noted on the draft before it is published.

        Gives the address where the admin's window goes on, and where the approver reads what came of it.
        """
        page = task_state.workflow_state.content_object
        if not (self.may_answer if action_name == "reject" else self.may_approve)(page, user):
            raise PermissionDenied
        if action_name == "approve":
            note_approval(page)
        super().on_action(task_state, user, action_name, **kwargs)
        return reverse("folkmoot_answered", args=[task_state.pk])

    def get_task_states_user_can_moderate(self, user, **kwargs):
        states = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS, task_id=self.pk)
        # the answer for each page asks its latest draft; there are never many
        waiting = states.select_related("workflow_state").prefetch_related("workflow_state__content_object")
        theirs = [state.pk for state in waiting if _still_there(state) and self.may_answer(_page_of(state), user)]
        return states.filter(pk__in=theirs)


def _page_of(state):
    return state.workflow_state.content_object


def _still_there(state) -> bool:
    return _page_of(state) is not None


def _approver_is_gone(page) -> bool:
    """Whether local guidance waits for somebody who left, or no longer writes here: it would wait for ever."""
    draft = latest_draft(page)
    return is_local(draft) and (
        draft.approver is None or not (draft.approver.is_taking_part() and draft.approver.is_writer)
    )


def _sent_by(page, member) -> bool:
    """Whether it was `member` who sent the page for the approval it waits for."""
    state = page.current_workflow_state
    return state is not None and state.requested_by_id == member.pk


def latest_draft(page):
    """What the page would say if its latest draft were published."""
    return page.specific.get_latest_revision_as_object()


def is_local(page) -> bool:
    """Whether a page is local guidance: the one kind with an approver of its own."""
    return getattr(page, "is_local", bool)()


def note_approval(page, *, now=None) -> None:
    """Write the approval into the latest draft of local guidance; other pages need no note of it."""
    draft = latest_draft(page)
    if not is_local(draft):
        return
    draft.approve(now=now or timezone.now())
    revision = page.get_latest_revision()
    if revision is None:
        draft.save()
        return
    revision.content |= {"approved_at": draft.approved_at.isoformat(), "approved_of": draft.approved_of}
    Revision.objects.filter(pk=revision.pk).update(content=revision.content)


class ReviewReminder(models.Model):
    """That somebody was reminded of a review: each stage of each due date once, whatever else happens."""

    content_type = models.ForeignKey("contenttypes.ContentType", on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    due_on = models.DateField()
    stage = models.SmallIntegerField(help_text="Days to the review when it was due: 30, 0, -30, -60, …")
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "due_on", "stage"], name="each_review_reminder_once"
            )
        ]
