import re
from importlib import import_module

import pytest
from django.apps import apps as django_apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import markdown, outbox
from forum import about
from forum.actions import discussing, editing, posting, spaces
from forum.actions.asking import ask
from forum.models import Post, PostEdit, SpaceMembership, Thread
from forum.pages.posts import Place, make_body
from members import actions
from members.models import Member
from tests.factories import MemberFactory, ThreadFactory, knowledge

pytestmark = pytest.mark.django_db
MENTIONS, TOPICS, PREVIEW, SIMILAR = "/forum/mentions/", "/forum/ask/topics/", "/forum/preview/", "/forum/ask/similar/"


def offered(client, address=MENTIONS, **values) -> list[str]:
    response = client.get(address, values)
    assert response.status_code == 200
    return re.findall(r'data-value="([^"]*)"', response.content.decode())


def test_people_are_found_by_the_beginning_of_any_word_of_their_name_or_handle(client_of, alice, bob):
    MemberFactory(display_name="Priya Nair", handle="priya-nair")
    MemberFactory(display_name="Aprile Sommer", handle="zz-top")
    client = client_of(alice)
    found = {text: offered(client, q=text) for text in ("pri", "NAI", "sommer", "top", "riya", "b", "%", "_", "zzz")}
    assert found == {
        "pri": ["priya-nair"], "NAI": ["priya-nair"], "sommer": ["zz-top"], "top": ["zz-top"], "riya": [],
        "b": ["bob"], "%": [], "_": [], "zzz": [],
    }  # fmt: skip


def test_at_most_eight_people_are_offered_and_never_oneself(client_of, alice):
    for number in range(12):
        MemberFactory(display_name=f"Alison {number:02}")
    found = offered(client_of(alice), q="ali")
    assert len(found) == 8
    assert "alice" not in found


def test_nothing_typed_offers_nobody(client_of, alice, bob):
    assert offered(client_of(alice), q="") == []
    assert offered(client_of(alice)) == []


def test_nobody_is_offered_whom_the_asker_may_not_see_or_who_can_t_read_the_space(
    client_of, cast, space, members_space, group_space
):
    for standing in Member.Standing.values:
        MemberFactory(display_name=f"Canary {standing}", handle=f"canary-{standing}", standing=standing)
    MemberFactory(display_name="Canary off", handle="canary-off", is_active=False)
    MemberFactory(display_name="Canary shy", handle="canary-shy", show_name="members")
    inside = MemberFactory(display_name="Canary inside", handle="canary-inside")
    SpaceMembership.objects.create(space=group_space, member=inside)
    seen = {
        (who, room.slug): offered(client_of(cast[who]), q="canary", space=room.pk)
        for who, room in [("alice", space), ("alice", members_space), ("alice", group_space), ("cora", space)]
    }
    everyone = ["canary-inside", "canary-shy", "canary-vouched"]
    assert seen == {
        ("alice", space.slug): everyone,
        ("alice", members_space.slug): everyone,
        ("alice", group_space.slug): ["canary-inside"],
        ("cora", space.slug): everyone,
    }
    thread = ThreadFactory(space=group_space)
    assert offered(client_of(cast["bob"]), q="canary", thread=thread.pk) == ["canary-inside"]
    for values in ({"space": group_space.pk}, {"thread": thread.pk}, {"thread": "9" * 30}, {"space": "x"}):
        assert client_of(cast["cora"]).get(MENTIONS, {"q": "canary"} | values).status_code == 404


def test_an_offer_never_tells_what_a_member_hides(client_of, alice, charity):
    MemberFactory(
        display_name="Canary Shy", handle="shy", organisation=charity, job_title="Canary keeper",
        show_organisation="nobody", show_job_title="nobody", email="canary@secret.example.org",
    )  # fmt: skip
    html = client_of(alice).get(MENTIONS, {"q": "can"}).content.decode()
    assert re.sub(r"<[^>]+>", "", html).split() == ["Canary", "Shy"]
    assert offered(client_of(alice), q="canary@") == []


@pytest.mark.parametrize("address", [MENTIONS, TOPICS, SIMILAR, PREVIEW])
def test_only_members_taking_part_are_helped(client_of, charlie, address):
    def answers(client):
        return client.post(address, {"body": "x"}) if address == PREVIEW else client.get(address, {"q": "a"})

    assert answers(client_of(charlie)).status_code == 403
    anonymous = answers(client_of(None))
    assert (anonymous.status_code, anonymous["Location"].split("?")[0]) == (302, "/accounts/login/")


@pytest.mark.parametrize(
    ("address", "act"), [(MENTIONS, "suggest"), (TOPICS, "suggest"), (SIMILAR, "suggest"), (PREVIEW, "preview")]
)
def test_too_many_looks_get_a_plain_429(client_of, alice, settings, address, act):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {act: (1, 60)}
    client = client_of(alice)
    answers = [
        client.post(address, {"body": "x"}) if address == PREVIEW else client.get(address, {"q": "a"}) for _ in "ab"
    ]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1].content.decode().startswith("That was a lot in a short time.")


@pytest.mark.engines
@pytest.mark.parametrize("text", ["\x00", "a\x00b", "'; drop", "\\", "𝔘" * 500, "%_%", "\u202e", "\x01"])
def test_any_text_may_be_typed(client_of, alice, text):
    client = client_of(alice)
    for address in (MENTIONS, TOPICS):
        assert offered(client, address, q=text) == []
    assert client.get(SIMILAR, {"q": text}).status_code == 200
    assert client.post(PREVIEW, {"body": text}).status_code == 200


def test_topics_of_threads_one_may_not_read_are_not_offered(client_of, alice, cora, thread, group_space):
    thread.topics.add("canary birds", "sharing canaries")
    ThreadFactory(space=group_space, topics=["canary secret"])
    assert offered(client_of(alice), TOPICS, q="canar") == ["canary birds", "canary secret", "sharing canaries"]
    assert offered(client_of(cora), TOPICS, q="canar") == ["canary birds", "sharing canaries"]


@pytest.mark.parametrize("count", [1, 3])
def test_an_offer_costs_the_same_for_one_and_for_three(
    client_of, alice, space, thread, django_assert_max_num_queries, count
):
    for number in range(count):
        MemberFactory(display_name=f"Canary {number}")
    client = client_of(alice)
    with django_assert_max_num_queries(4):
        assert len(offered(client, q="canary", thread=thread.pk)) == count


def test_the_preview_tells_nobody_whether_a_handle_exists(client_of, alice, bob, cora, group_space, space):
    def shown(**where):
        return client_of(alice).post(PREVIEW, {"body": "@bob @cora @nobody"} | where).content.decode()

    link = '<a href="/people/{0}/" class="mention" rel="nofollow ugc noopener">@{0}</a>'.format
    assert shown(space=space.pk) == f'\n<div class="prose"><p>{link("bob")} {link("cora")} @nobody</p>\n</div>\n'
    assert shown(space=group_space.pk) == f'\n<div class="prose"><p>{link("bob")} @cora @nobody</p>\n</div>\n'


def test_a_text_too_long_to_post_has_no_preview(client_of, alice):
    html = client_of(alice).post(PREVIEW, {"body": "x" * 60_000}).content.decode()
    assert "too long to post" in html


# --- What readers see of them later ----------------------------------------------------------------


def linked_in(client, *addresses) -> list[str]:
    """Those of some addresses whose answer leads to the page of alice."""
    return [address for address in addresses if re.search(r"/people/alice/[\"&]", client.get(address).content.decode())]


@pytest.fixture
def naming(alice, bob, space):
    """Where alice is mentioned in public: a thread, the feed, new posts, the page that is talked about."""
    found = about.look_up("page", knowledge.news("It is out").pk, bob)
    thread = discussing.say(by=bob, about=found, body="As @alice says.").thread
    answer = posting.answer(by=bob, thread=thread, body="So did @alice.")
    posting.comment(by=bob, on=answer, body="And @alice again.")
    editing.edit(by=bob, post=answer, body="So did @alice, I think.")
    return [thread.get_absolute_url(), "/forum/feed/", f"/forum/{thread.pk}/posts/?after=1", found.url,
            f"/forum/{thread.pk}/posts/{answer.number}/history/"]  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("hides", ["members", "nobody"])
def test_who_hides_their_name_is_linked_in_public_no_more(client, client_of, alice, charlie, naming, settings, hides):
    settings.ANONYMOUS_CACHE = True
    assert linked_in(client, *naming) == naming
    actions.update_details(by=alice, show_name=hides)
    assert [linked_in(one, *naming) for one in (client, client_of(charlie))] == [[], []]
    assert not [address for address in naming if "@alice" in client.get(address).content.decode()]
    actions.update_details(by=alice, show_name="everyone")
    assert linked_in(client, *naming) == naming


def test_members_may_still_follow_the_link(client_of, alice, bob, naming):
    actions.update_details(by=alice, show_name="members")
    assert linked_in(client_of(bob), naming[0]) == naming[:1]


def test_a_space_that_is_opened_to_all_links_nobody_who_is_there_for_members(
    client, client_of, alice, bob, members_space
):
    actions.update_details(by=alice, show_name="members")
    thread = ask(by=bob, space=members_space, kind="question", title="Who was asked?", body="Not @alice.")
    assert linked_in(client_of(bob), thread.get_absolute_url()) == [thread.get_absolute_url()]
    members_space.visibility = "public"
    members_space.save()
    spaces.changed(members_space)
    assert linked_in(client, thread.get_absolute_url(), "/forum/feed/") == []
    assert "Not @a member." in client.get(thread.get_absolute_url()).content.decode()


@pytest.mark.django_db(transaction=True)
def test_an_old_handle_leads_there_as_long_as_its_owner_is_shown(client, alice, naming):
    actions.change_handle(by=alice, handle="alice-amory")
    assert linked_in(client, naming[0]) == naming[:1]
    actions.update_details(by=alice, show_name="members")
    assert linked_in(client, naming[0]) == []


def test_mentions_cost_the_same_for_one_and_for_three(thread, bob, alice):
    people = [alice, *MemberFactory.create_batch(2)]
    make_body(thread.pk, "public", Place())  # what is asked once in a while
    costs = []
    for words in ("Nobody.", f"@{alice.handle}", " ".join(f"@{one.handle}" for one in people)):
        posting.answer(by=bob, thread=thread, body=words)
        with CaptureQueriesContext(connection) as asked:
            make_body(thread.pk, "public", Place())
        costs.append(len(asked))
    assert costs[1:] == [costs[0] + 1] * 2


def test_who_hid_their_name_before_reads_the_same_as_who_does_so_later(client, client_of, alice, bob, space):
    bodies = []
    for hidden in (False, True):
        actions.update_details(by=alice, show_name="members" if hidden else "everyone")
        bodies.append(ask(by=bob, space=space, kind="question", title="Who was asked?", body="Not @alice. @zoe?"))
    actions.update_details(by=alice, show_name="members")
    for thread in bodies:
        assert "<p>Not @a member. @zoe?</p>" in client.get(thread.get_absolute_url()).content.decode()
        assert linked_in(client_of(bob), thread.get_absolute_url()) == [thread.get_absolute_url()]


# --- What an older release left as words -----------------------------------------------------------


@pytest.fixture
def left_as_words(naming, alice, bob, space):
    """The same posts as that release wrote them while alice hid her name, and one of hers that names herself."""
    ask(by=alice, space=space, kind="discussion", title="On holiday", body="Ask somebody else than @alice or @zoe.")
    actions.update_details(by=alice, show_name="members")
    for one in [*Post.objects.all(), *PostEdit.objects.all()]:
        type(one).objects.filter(pk=one.pk).update(html=markdown.render(one.body))
    outbox.drain()
    return naming


def marked():
    import_module("forum.migrations.0010_mark_mentions_anew").look_again(django_apps, None)
    outbox.drain()


def test_what_an_older_release_left_as_words_is_marked(client, client_of, bob, left_as_words):
    addresses = [*left_as_words, "/forum/?space=questions", Thread.objects.latest("pk").get_absolute_url()]
    assert "@alice" in client.get(addresses[-1]).content.decode()
    marked()
    assert [address for address in addresses if "@alice" in client.get(address).content.decode()] == []
    assert "Ask somebody else than @a member or @zoe." in client.get(addresses[-1]).content.decode()
    assert linked_in(client_of(bob), left_as_words[0]) == left_as_words[:1]


def test_marking_again_changes_nothing(left_as_words):
    marked()
    events = dict(Thread.objects.values_list("pk", "change_no"))
    marked()
    assert dict(Thread.objects.values_list("pk", "change_no")) == events
