"""What the approver reads once they have answered: that the page is published, or who is told what."""

from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from wagtail.admin import messages
from wagtail.models import TaskState

from members.access import requires


@requires("wagtailadmin.access_admin")
def answered(request, pk: int):
    """Say what came of one's own answer, and go on to the admin's first page, where more may wait."""
    tell(request, get_object_or_404(TaskState, pk=pk, finished_by=request.user))
    return redirect("wagtailadmin_home")


def tell(request, state: TaskState) -> None:
    """The message for the one who answered. `state` is finished."""
    page = state.workflow_state.content_object
    if state.status != TaskState.STATUS_APPROVED:
        messages.success(request, f"You asked for changes to “{page.title}”. Whoever sent it is told.")
    elif page.live and not page.has_unpublished_changes:
        see = [messages.button(page.url, "See the page")] if page.url else []
        messages.success(request, f"You approved “{page.title}”, and it is published now.", see)
    else:
        messages.success(request, f"You approved “{page.title}”. {_when(page)}")


def _when(page) -> str:
    if page.scheduled_revision is None:
        return "It is not published yet."
    day = timezone.localtime(page.scheduled_revision.approved_go_live_at)
    return f"It is published on {date_format(day, 'j F Y')} at {date_format(day, 'H:i')}."


def tell_after_edit(request, page) -> None:
    """As `tell`, where the answer was given by a button of the editor."""
    if "action-workflow-action" not in request.POST:
        return
    states = TaskState.objects.filter(workflow_state__in=page.workflow_states, finished_by=request.user)
    if state := states.order_by("-finished_at", "-pk").first():
        tell(request, state)


urlpatterns = [path("pages/answered/<int:pk>/", answered, name="folkmoot_answered")]
