"""Who is told what on the editors' side: past-tense functions, called when it has happened."""

from django.urls import reverse

from cms.editing import noticekinds
from cms.models.approval import is_local, latest_draft
from members.models import Member
from notifications import inbox


def approval_asked(state, *, by) -> None:
    """A page waits: the approver of local guidance hears of it, or the core team."""
    draft = latest_draft(state.workflow_state.content_object)
    people = Member.objects.filter(pk=draft.approver_id) if is_local(draft) else Member.objects.core_team()
    _tell(noticekinds.ASKED, people, state, draft, by=by, why="approver")


def approval_given(state, *, by) -> None:
    """Whoever sent it hears that it was approved."""
    _answer(noticekinds.GIVEN, state, by=by)


def approval_refused(state, *, by) -> None:
    """Whoever sent it hears what is to be changed."""
    _answer(noticekinds.REFUSED, state, by=by)


def _answer(kind: str, state, *, by) -> None:
    asked = _key(noticekinds.ASKED, state.workflow_state.object_id)
    asker = Member.objects.filter(pk=state.workflow_state.requested_by_id)
    inbox.hold_inboxes(asker, Member.objects.filter(notices__group_key=asked, notices__read_at=None))
    inbox.withdraw(asked)
    _tell(kind, asker, state, latest_draft(state.workflow_state.content_object), by=by, why="author")


def _tell(kind: str, people, state, page, *, by, why: str) -> None:
    inbox.notify(
        kind,
        recipients=people.exclude(pk=by.pk) if by else people,
        group_key=_key(kind, page.pk),
        subject=page.title,
        url=reverse("wagtailadmin_pages:edit", args=[page.pk]),
        why=why,
        actor=by,
        item_id=state.pk,
    )


def _key(kind: str, pk) -> str:
    return f"{kind.removeprefix('cms.')}:{pk}"


def review_fell_due(item, *, keeper_id: int, url: str, item_id: int) -> int:
    """The keeper of a page or template is reminded of its review."""
    return inbox.notify(
        noticekinds.REVIEW,
        recipients=Member.objects.filter(pk=keeper_id),
        group_key=f"review-{item._meta.model_name}:{item.pk}",
        subject=item.title,
        url=url,
        why="keeper",
        item_id=item_id,
    )


def handed_over(records: list, *, to: Member, by: Member) -> None:
    """Somebody else looks after these from now on."""
    first = records[0]
    more = f" and {len(records) - 1} more" if len(records) > 1 else ""
    inbox.notify(
        noticekinds.HANDED,
        recipients=Member.objects.filter(pk=to.pk).exclude(pk=by.pk),
        group_key=f"handed-over:{first._meta.model_name}-{first.pk}",
        subject=f"{first.title[:160]}{more}",
        url=first.get_url() or "/" if hasattr(first, "get_url") else first.get_absolute_url(),
        why="keeper",
        actor=by,
    )
