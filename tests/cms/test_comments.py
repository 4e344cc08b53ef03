"""Comments in the editor are told by our notices, to those who follow them; Wagtail's own mails stay off."""

import pytest
from wagtail.models import Comment, CommentReply, PageSubscription

from cms.editing import comments
from cms.models import GuidancePage
from members.models import Member
from notifications import kinds
from notifications.models import Notice
from tests.cms import desk
from tests.cms.test_workflow import edit_url, page_form
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(cora, morag):
    desk.make_desk()
    return desk.national()


@pytest.fixture
def dora(office):
    """Core team too."""
    return MemberFactory(
        display_name="Dora Deane", handle="dora", organisation=office, role=Member.Role.CORE_TEAM
    )  # fmt: skip


@pytest.fixture
def save(client_of, page):
    """`save(cora, {…})`: the page's form is saved with these fields of the comments."""

    def post(member, fields, follow=False):
        desk.roles.set_up_groups()
        form = page_form(title=page.title, slug=page.slug, level="regulator") | fields
        form |= {"comment_notifications": "on"} if follow else {}
        assert client_of(member).post(edit_url(page), form).status_code == 302

    return post


def new(text: str) -> dict:
    return {
        "comments-TOTAL_FORMS": 1, "comments-0-id": "", "comments-0-text": text, "comments-0-contentpath": "title",
        "comments-0-position": "", "comments-0-resolved": "", "comments-0-DELETE": "",
        "comments-0-replies-TOTAL_FORMS": 0, "comments-0-replies-INITIAL_FORMS": 0,
    }  # fmt: skip


def answer(comment, text: str = "", **more) -> dict:
    reply = {
        "comments-0-replies-TOTAL_FORMS": 1, "comments-0-replies-0-id": "", "comments-0-replies-0-text": text,
        "comments-0-replies-0-DELETE": "",
    } if text else {}  # fmt: skip
    return new(comment.text) | {"comments-INITIAL_FORMS": 1, "comments-0-id": comment.pk} | reply | more


def told() -> list[tuple[str, str, int]]:
    rows = Notice.objects.filter(kind="cms.commented").order_by("pk")
    return [(row.recipient.handle, row.actor.handle, row.count) for row in rows]


def test_who_follows_the_comments_is_told_and_nobody_is_mailed_by_wagtail(
    save, page, cora, dora, morag, mailoutbox, django_capture_on_commit_callbacks
):
    for member, follows in ((dora, True), (morag, False), (cora, True)):
        PageSubscription.objects.create(page=page, user=member, comment_notifications=follows)
    with django_capture_on_commit_callbacks(execute=True):
        save(cora, new("Is this still so?"), follow=True)
    assert Comment.objects.get().text == "Is this still so?"
    assert told() == [("dora", "cora", 1)]
    assert mailoutbox == []


def test_who_wrote_a_comment_hears_of_the_answer_and_that_it_is_settled(save, page, cora, dora, mailoutbox):
    save(cora, new("Is this still so?"))
    assert told() == []
    comment = Comment.objects.get()
    save(dora, answer(comment, "It is."))
    assert told() == [("cora", "dora", 1)]
    save(dora, answer(comment) | {
        "comments-0-resolved": "on", "comments-0-replies-TOTAL_FORMS": 1, "comments-0-replies-INITIAL_FORMS": 1,
        "comments-0-replies-0-id": comment.replies.get().pk, "comments-0-replies-0-text": "It is.",
    })  # fmt: skip
    assert told() == [("cora", "dora", 2)]
    assert mailoutbox == []


def test_who_wrote_in_another_thread_is_left_alone(save, page, cora, dora, morag):
    Comment.objects.create(page=page, user=morag, text="Another thing.", contentpath="summary")
    asked = Comment.objects.create(page=page, user=cora, text="Is this still so?", contentpath="title")
    reply = CommentReply.objects.create(comment=asked, user=dora, text="It is.")
    changes = {"new_comments": [], "resolved_comments": [], "new_replies": [(asked, [reply])]}
    comments.written(page, changes, by=dora)
    assert told() == [("cora", "dora", 1)]


def test_who_no_longer_writes_here_hears_nothing(save, page, cora, alice, dora):
    PageSubscription.objects.create(page=page, user=alice, comment_notifications=True)
    PageSubscription.objects.create(page=page, user=dora, comment_notifications=True)
    Member.objects.filter(pk=dora.pk).update(standing=Member.Standing.LEFT, is_active=False)
    save(cora, new("Is this still so?"))
    assert told() == []


def test_the_bell_and_the_mail_lead_to_the_page_in_the_editor(save, page, cora, dora):
    PageSubscription.objects.create(page=page, user=dora, comment_notifications=True)
    save(cora, new("Is this still so?"))
    notice, kind = Notice.objects.get(kind="cms.commented"), kinds.get("cms.commented")
    assert (notice.url, notice.subject) == (edit_url(page), page.title)
    assert kind.sentence(notice) == f"<strong>Cora Coates</strong> commented on <strong>{page.title}</strong>"
    assert (kind.mail(notice).subject, kind.can_still_see(dora, notice)) == (f"Comments on {page.title}", True)
    assert "Is this still so?" not in str(kind.mail(notice))
    notice.mailed_item_id = notice.last_item_id
    assert kind.mail(notice) is None
    GuidancePage.objects.get(pk=page.pk).delete()
    assert not kind.can_still_see(dora, Notice.objects.get(pk=notice.pk))


def test_the_admin_asks_nobody_which_of_its_own_mails_they_want(client_of, cora, page):
    words = client_of(cora).get("/admin/account/").content.decode()
    assert "updated_comments_notifications" not in words
    assert "submitted_notifications" not in words
