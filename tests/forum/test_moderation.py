"""What moderators do: each with a reason, each in the log, on plain pages."""

import html
from importlib import import_module

import pytest
from django.apps import apps
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from forum.actions import accepting, moderating, posting
from forum.models import Thread
from members import roles
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db

WHY = "It is about another thing."


@pytest.fixture
def answer(bob, thread):
    return posting.answer(by=bob, thread=thread, body="Words by Bob.")


ACTS = {
    "moderate/lock/": {},
    "moderate/unlock/": {},
    "moderate/pin/": {},
    "moderate/unpin/": {},
    "moderate/retag/": {"topics": "consent"},
    "posts/2/remove/": {},
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("who", "status"), [("alice", 403), ("bob", 403), ("charlie", 403), ("morag", 302), ("cora", 302)]
)
def test_moderators_and_the_core_team_moderate_and_nobody_else(client_of, cast, thread, answer, act, who, status):
    client = client_of(cast[who])
    assert client.get(f"/forum/{thread.pk}/{act}").status_code == (200 if status == 302 else 403)
    assert client.post(f"/forum/{thread.pk}/{act}", {"why": WHY, **ACTS[act]}).status_code == status
    assert ModelLogEntry.objects.count() == (1 if status == 302 else 0)


@pytest.mark.parametrize("act", ACTS)
def test_a_visitor_is_asked_to_sign_in(client_of, thread, answer, act):
    assert client_of(None).post(f"/forum/{thread.pk}/{act}", {"why": WHY}).url.startswith("/accounts/login/")


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("why", ["", "   "])
def test_each_needs_a_reason(client_of, morag, thread, answer, act, why):
    response = client_of(morag).post(f"/forum/{thread.pk}/{act}", {"why": why, **ACTS[act]})
    assert "Say why, so that everyone can understand it later." in html.unescape(response.content.decode())
    assert ModelLogEntry.objects.count() == 0
    thread = Thread.objects.get(pk=thread.pk)
    assert (thread.locked, thread.pinned, thread.topics.count(), thread.answer_count) == (False, False, 0, 1)


def test_the_log_says_who_did_what_and_why(client_of, morag, thread, answer):
    client = client_of(morag)
    for act in ("lock", "unlock", "pin", "unpin"):
        client.post(f"/forum/{thread.pk}/moderate/{act}/", {"why": WHY})
    client.post(f"/forum/{thread.pk}/moderate/retag/", {"topics": "consent, fire", "why": WHY})
    client.post(f"/forum/{thread.pk}/posts/2/remove/", {"why": WHY})
    client.post(f"/forum/{thread.pk}/posts/2/restore/", {"why": WHY})
    entries = ModelLogEntry.objects.order_by("pk")
    done = ["lock", "unlock", "pin", "unpin", "retag", "remove", "restore"]
    assert [entry.action for entry in entries] == [f"forum.{act}" for act in done]
    assert {(entry.user, entry.data["why"], entry.object_id) for entry in entries} == {(morag, WHY, str(thread.pk))}


def test_removing_leaves_a_tombstone_and_restoring_takes_it_away(client_of, alice, morag, thread, answer):
    def text():
        return html.unescape(client_of(alice).get(thread.get_absolute_url()).content.decode())

    client = client_of(morag)
    client.post(f"/forum/{thread.pk}/posts/2/remove/", {"why": "It named a person."})
    assert ("Words by Bob." in text(), "It named a person." in text()) == (False, True)
    client.post(f"/forum/{thread.pk}/posts/2/restore/", {"why": "It was invented."})
    assert ("Words by Bob." in text(), "It named a person." in text()) == (True, False)


def accepted(thread):
    now = Thread.objects.get(pk=thread.pk)
    return now.accepted_answer, now.accepted_at


def test_restoring_the_accepted_answer_accepts_it_again(alice, morag, thread, answer):
    accepting.accept(by=alice, post=answer)
    before = accepted(thread)
    moderating.remove(by=morag, post=answer, why=WHY)
    assert accepted(thread) == (None, None)
    moderating.restore(by=morag, post=answer, why=WHY)
    assert accepted(thread) == before == (answer, before[1])


def test_restoring_it_leaves_what_was_accepted_meanwhile(alice, bob, morag, thread, answer):
    accepting.accept(by=alice, post=answer)
    moderating.remove(by=morag, post=answer, why=WHY)
    other = posting.answer(by=bob, thread=thread, body="A better one.")
    accepting.accept(by=alice, post=other)
    before = accepted(thread)
    moderating.restore(by=morag, post=answer, why=WHY)
    assert accepted(thread) == before


def test_restoring_accepts_nothing_that_was_not_accepted_when_it_was_removed(alice, morag, thread, answer):
    accepting.accept(by=alice, post=answer)
    moderating.remove(by=morag, post=answer, why=WHY)
    moderating.restore(by=morag, post=answer, why=WHY)
    accepting.unaccept(by=alice, thread=thread)
    moderating.remove(by=morag, post=answer, why=WHY)
    moderating.restore(by=morag, post=answer, why=WHY)
    assert accepted(thread) == (None, None)


def test_removing_the_opening_hides_the_thread_from_all_but_moderators(client_of, cast, morag, thread, answer):
    client_of(morag).post(f"/forum/{thread.pk}/posts/1/remove/", {"why": "It named a person."})
    found = {who: client_of(member).get(thread.get_absolute_url()).status_code for who, member in cast.items()}
    assert found == {"alice": 404, "bob": 404, "charlie": 404, "anyone": 404, "morag": 200, "cora": 200}
    client_of(morag).post(f"/forum/{thread.pk}/posts/1/restore/", {"why": "It was invented."})
    assert client_of(cast["alice"]).get(thread.get_absolute_url()).status_code == 200


def test_what_its_author_deleted_is_not_put_back(client_of, bob, morag, thread, answer):
    from forum.actions import editing

    editing.delete(by=bob, post=answer)
    response = client_of(morag).post(f"/forum/{thread.pk}/posts/2/restore/", {"why": WHY})
    assert "Only what a moderator removed can be put back." in response.content.decode()


def test_an_unknown_act_is_a_404(client_of, morag, thread):
    assert client_of(morag).get(f"/forum/{thread.pk}/moderate/burn/").status_code == 404


@pytest.mark.parametrize("who", ["alice", "morag"])
def test_only_moderators_see_the_way_to_moderate(client_of, cast, thread, answer, who):
    text = client_of(cast[who]).get(thread.get_absolute_url()).content.decode()
    found = [
        address in text for address in (f"/forum/{thread.pk}/moderate/lock/", f"/forum/{thread.pk}/posts/2/remove/")
    ]
    assert found == [who == "morag"] * 2


def test_moderators_read_what_was_done_to_a_thread_and_nobody_else_does(client_of, cast, thread, answer):
    address = f"/forum/{thread.pk}/moderate/log/"
    client = client_of(cast["morag"])
    assert f'href="{address}"' in client.get(thread.get_absolute_url()).content.decode()
    assert "Nothing yet." in client.get(address).content.decode()
    client.post(f"/forum/{thread.pk}/moderate/lock/", {"why": WHY})
    client.post(f"/forum/{thread.pk}/posts/2/remove/", {"why": "Names a family."})
    said = [act.message for act in client.get(address).context["acts"]]
    assert said == ["Removed post 2: Names a family.", f"Locked: {WHY}"]
    seen = {who: client_of(cast[who]).get(address).status_code for who in ("alice", "bob", "charlie", "cora")}
    assert seen == {"alice": 403, "bob": 403, "charlie": 403, "cora": 200}


def test_what_the_site_did_of_itself_is_nobodys_act(client_of, alice, morag, thread):
    log(instance=thread, action="forum.move", data={"why": "The page is private.", "to": "Members"})
    lines = client_of(morag).get(f"/forum/{thread.pk}/moderate/log/").content.decode()
    assert ("<p>The site: " in lines, "Somebody who left" in lines) == (True, False)


def test_of_somebody_whose_account_is_gone_the_log_says_so(client_of, morag, thread):
    other = MemberFactory(role="moderator")
    moderating.lock(by=other, thread=thread, why=WHY)
    ModelLogEntry.objects.filter(user=other).update(user_id=999_999)  # as it stays when an account is deleted by hand
    lines = client_of(morag).get(f"/forum/{thread.pk}/moderate/log/").content.decode()
    assert ("<p>Somebody who left: " in lines, "The site: " in lines) == (True, False)


@pytest.mark.parametrize("act", ACTS)
def test_the_history_of_the_site_opens_and_tells_what_was_done_to_a_thread(client_of, cora, morag, thread, answer, act):
    roles.set_up_groups()
    client_of(morag).post(f"/forum/{thread.pk}/{act}", {"why": WHY, **ACTS[act]})
    client = client_of(cora)
    assert html.escape(WHY) in client.get("/admin/reports/site-history/").content.decode()
    paper = client.get("/admin/reports/site-history/?export=csv")
    assert (paper.status_code, thread.title in paper.getvalue().decode()) == (200, True)


def test_the_history_of_the_site_tells_authors_nothing_of_threads(client_of, morag, thread, answer):
    roles.set_up_groups()
    moderating.lock(by=morag, thread=thread, why=WHY)
    writer = MemberFactory(role="author")
    response = client_of(writer).get("/admin/reports/site-history/", follow=True)
    assert thread.title not in response.content.decode()


def test_what_an_older_release_removed_is_accepted_again_when_it_is_restored(alice, morag, thread, answer):
    accepting.accept(by=alice, post=answer)
    before = accepted(thread)
    moderating.remove(by=morag, post=answer, why=WHY)
    type(answer).objects.update(was_accepted_at=None)  # as it was left then: the log alone said so
    entry = ModelLogEntry.objects.get(action="forum.remove")
    entry.data |= {"accepted_at": before[1].isoformat()}
    entry.save()
    import_module("forum.migrations.0016_acceptances_of_removed_posts").note_acceptances(apps, None)
    moderating.restore(by=morag, post=answer, why=WHY)
    assert accepted(thread) == before
