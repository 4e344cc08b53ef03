"""Comments beside a page in the editor: told by our notices, in the way each member chose, not by Wagtail's mails."""

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from wagtail.models import COMMENTS_RELATION_NAME, Page

from members.models import Member
from notifications import inbox
from notifications.hanging import hung
from notifications.kinds import Group, Kind, MailContent, MailItem, register, writers

KIND = "cms.commented"


@transaction.atomic
def written(page, changes: dict[str, list], *, by: Member) -> None:
    """Somebody commented, answered a comment, or settled one; `changes` as the editor counts them.

    Whoever follows the page's comments hears of all, whoever wrote in a thread of them hears of that one.
    """
    threads = [comment.pk for comment in changes["resolved_comments"]]
    threads += [comment.pk for comment, _replies in changes["new_replies"]]
    said = [*changes["new_comments"], *(one for _comment, replies in changes["new_replies"] for one in replies)]
    moments = [one.created_at for one in said] + [comment.resolved_at for comment in changes["resolved_comments"]]
    if not moments:
        return
    inbox.notify(
        KIND,
        recipients=_listeners(page, threads).exclude(pk=by.pk),
        group_key=f"comments:{page.pk}",
        subject=page.title,
        url=reverse("wagtailadmin_pages:edit", args=[page.pk]),
        why="comments",
        actor=by,
        item_id=int(max(moments).timestamp() * 1_000_000),  # comments and answers are numbered apart: time orders both
    )


def _listeners(page, threads: list[int]):
    follows = Q(page_subscriptions__page=page.pk, page_subscriptions__comment_notifications=True)
    wrote = Q(**{f"{COMMENTS_RELATION_NAME}__in": threads}) | Q(comment_replies__comment__in=threads)
    found = Member.objects.filter(follows | wrote).values("pk")
    return Member.objects.taking_part().writers().filter(pk__in=found)


def prefetch(notices: list) -> None:
    """Hang on each notice whether its page is still there (`stands`): one query for all."""
    numbers = {notice.pk: int(notice.group_key.rpartition(":")[2]) for notice in notices}
    there = set(Page.objects.filter(pk__in=numbers.values()).values_list("pk", flat=True))
    for notice in notices:
        notice.stands = numbers[notice.pk] in there


def can_still_see(member, notice) -> bool:
    """While the member writes here, and the page is there."""
    return member.is_writer and hung(notice, "stands", prefetch)


def sentence(notice) -> str:
    who = notice.actor.display_name if notice.actor else "Somebody"
    more = f", {notice.count} times now" if notice.count > 1 else ""
    return format_html("<strong>{}</strong> commented on <strong>{}</strong>{}", who, notice.subject, more)


def mail(notice) -> MailContent | None:
    if notice.mailed_item_id is not None and notice.mailed_item_id >= (notice.last_item_id or 0):
        return None
    who = notice.actor.display_name if notice.actor else "Somebody"
    return MailContent(
        f"Comments on {notice.subject}", items=(MailItem(who, "commented, or answered a comment"),),
        thread_key=notice.group_key.replace(":", "-"), link_words="Read it beside the page",
    )  # fmt: skip


register(
    Kind(
        KIND, "Somebody comments on a page in the editor", sentence,
        whys={"comments": "You follow the comments on this page, or wrote in them."},
        can_still_see=can_still_see, prefetch=prefetch, icon="comment", priority=28, mail=mail,
        group=Group.AUTHORS, reaches=writers,
    )
)  # fmt: skip
