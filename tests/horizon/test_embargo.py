"""A briefing that is not out, or not for everybody, is nowhere: drafts, those with an hour, and those for members.

A canary word in each hidden briefing and its tasks, sources and topics: 4 hidden briefings × 5 people × every address
of the site that lists, counts, finds or feeds. Those who may see one do find it at the same addresses.
"""

import datetime as dt
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import PageViewRestriction

from cms import jobs
from core import outbox
from horizon.models import BriefingLink, BriefingPage, BriefingProvision, BriefingSource, Follow
from members import roles
from notifications.models import Notice
from tests.factories import knowledge
from tests.factories.horizon import DevelopmentFactory, briefing
from tests.factories.knowledge import ProvisionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(240)]
KINDS = ("draft", "later", "members", "group")
HOUR = dt.timedelta(hours=1)


def canaries(kind: str) -> set[str]:
    """The words of a hidden briefing, each in another place of it."""
    return {f"kvxq{kind}{part}" for part in ("title", "task", "source", "words", "topic", "answer")}


@pytest.fixture
def world(cast, settings):
    """One public briefing, four hidden ones about the same development, with the same law, followed by alice."""
    settings.RATE_LIMIT_FACTOR = 1000
    roles.set_up_groups()
    law = ProvisionFactory(law="Children Act 2004", provision="s.16LA")
    development = DevelopmentFactory(
        title="Herons are counted", topics=["waders"], provisions=[law], steps=[("It applies", "2027-05")]
    )
    Follow.objects.create(member=cast["alice"], development=development)
    Follow.objects.create(member=cast["charlie"], development=development)
    public = briefing("Herons in public", development=development, topics=["waders"])
    hidden = {kind: hide(kind, development, law) for kind in KINDS}
    public.links = [BriefingLink(page=page) for page in hidden.values()]
    public.save_revision().publish()
    outbox.drain()
    return {"law": law, "development": development, "public": public, "hidden": hidden}


def hide(kind: str, development, law) -> BriefingPage:
    """A briefing that says its canary in every part, kept from others in the way of its `kind`."""
    page = briefing(
        f"Heron kvxq{kind}title", development=development, topics=["waders", f"kvxq{kind}topic"], publish=False,
        tasks=[(f"Do kvxq{kind}task", timezone.localdate() + dt.timedelta(days=9))],
        answers=[(None, "yes", f"kvxq{kind}answer")], changing=[("text", f"<p>Heron kvxq{kind}words</p>")],
    )  # fmt: skip
    page.sources = [BriefingSource(title=f"kvxq{kind}source", url="https://example.org")]
    page.law_changes = [BriefingProvision(provision=law, what=f"Heron kvxq{kind}words")]
    if kind in {"members", "group"}:
        shut = PageViewRestriction.objects.create(
            page=page, restriction_type="login" if kind == "members" else "groups"
        )
        if kind == "group":
            shut.groups.add(Group.objects.get_or_create(name="Pilot")[0])
    if kind == "later":
        page.go_live_at = timezone.now() + HOUR
    revision = page.save_revision()
    if kind != "draft":
        revision.publish()
    return BriefingPage.objects.get(pk=page.pk)


def addresses(world) -> list[str]:
    """Everything that lists, counts, finds or feeds, and the hidden pages' own addresses."""
    development, hidden = world["development"], world["hidden"]
    topics = ["waders", *(f"kvxq{kind}topic" for kind in KINDS)]
    horizon = ["", "timeline/", "radar/", "feed/", "calendar.ics", "tasks/", "following/", "signals/"]
    about = f"/horizon/developments/{development.slug}/"
    words = ["heron", "kvxqmemberstitle", "kvxqdrafttask", "herons waders"]
    return [
        *(f"/horizon/{part}" for part in horizon), about, f"{about}feed/", f"{about}calendar.ics",
        *(f"/horizon/{part}?{urlencode({'topic': topic})}" for part in ("", "feed/", "timeline/") for topic in topics),
        *(f"/horizon/calendar/{topic}.ics" for topic in topics), *(f"/topics/{topic}/" for topic in topics),
        "/", "/topics/", "/a-z/", "/sitemap.xml", "/sitemap-pages.xml", "/notifications/", "/forum/", "/robots.txt",
        world["law"].get_absolute_url(), "/gateways/", world["public"].url, "/api/v2/pages/?fields=*&limit=20",
        *(f"/search/?{urlencode({'q': text})}" for text in words),
        *(f"/horizon/{page.slug}/" for page in hidden.values()),
        *(f"/forum/about/page/{page.pk}/" for page in hidden.values()),
        *(f"/api/v2/pages/{page.pk}/" for page in hidden.values()),
    ]  # fmt: skip


MAY = {"anyone": set(), "charlie": set(), "alice": {"members"}, "bob": {"members", "group"}}


def seen(client, world) -> set[str]:
    """The canaries in any answer, its headers too; what cannot be found is asked for as well."""
    found = set()
    for address in addresses(world):
        answer = client.get(address, follow=True)
        text = (answer.content.decode(errors="replace") + str(dict(answer.items()))).lower()
        own = {word for kind in KINDS for word in canaries(kind)} if "kvxq" in address else set()
        echoed = {word for word in own if word in address}
        found |= {word for kind in KINDS for word in canaries(kind) - echoed if word in text}
    return found


@pytest.mark.parametrize("name", list(MAY))
def test_nobody_meets_a_word_of_a_briefing_that_is_not_theirs(name, cast, world, client_of):
    cast["bob"].groups.add(Group.objects.get(name="Pilot"))
    allowed = {word for kind in MAY[name] for word in canaries(kind)}
    forbidden = {word for kind in KINDS for word in canaries(kind)} - allowed
    found = seen(client_of(cast[name]), world)
    assert found & forbidden == set()
    assert {f"kvxq{kind}title" for kind in MAY[name]} - found == set()
    if "members" in MAY[name]:
        assert {"kvxqmemberstask", "kvxqmemberswords"} <= found


def test_what_a_reader_who_may_warms_is_kept_for_nobody_else(cast, world, client_of, settings):
    settings.ANONYMOUS_CACHE = True
    cast["bob"].groups.add(Group.objects.get(name="Pilot"))
    for name in ("bob", "alice", "anyone"):
        found = seen(client_of(cast[name]), world)
    assert found == set()


def test_only_those_who_may_see_it_are_told(cast, world):
    told = Notice.objects.filter(kind="horizon.briefing_published")
    assert {(one.recipient.handle, one.subject) for one in told} == {
        ("alice", "Herons in public"), ("alice", "Heron kvxqmemberstitle"),
    }  # fmt: skip


def test_what_is_made_private_later_is_no_longer_in_the_inbox(cast, world, client_of):
    PageViewRestriction.objects.filter(restriction_type="login").update(restriction_type="groups")
    page = client_of(cast["alice"]).get("/notifications/").content.decode()
    assert ["kvxqmembers" in page, "Herons in public" in page] == [False, True]


def test_at_its_hour_it_is_everywhere(cast, world, client_of):
    """The same addresses: what is hidden until then is found from then on."""
    page = world["hidden"]["later"]
    assert client_of(None).get(f"/horizon/{page.slug}/").status_code == 404
    revision = page.get_latest_revision()
    revision.content["go_live_at"] = None
    revision.approved_go_live_at = timezone.now() - HOUR
    revision.save()
    assert jobs.publish_scheduled() == (0, 1)
    outbox.drain()
    found = seen(client_of(None), world)
    assert {"kvxqlatertitle", "kvxqlaterwords", "kvxqlatertask"} <= found
    assert Notice.objects.filter(subject="Heron kvxqlatertitle").count() == 1


def test_a_draft_of_a_published_one_is_not_out(client, world):
    page = world["public"]
    page.title = "Heron kvxqchange"
    page.save_revision()
    knowledge.guidance("Anything")  # something else is published meanwhile
    for address in ("/horizon/", page.url, world["development"].get_absolute_url(), "/horizon/feed/"):
        assert "kvxqchange" not in client.get(address).content.decode()


def test_a_kept_list_forgets_what_is_taken_down(client, world, settings, django_capture_on_commit_callbacks):
    settings.ANONYMOUS_CACHE = True
    address = world["development"].get_absolute_url()
    assert "Herons in public" in client.get(address).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        world["public"].unpublish()
    assert "Herons in public" not in client.get(address).content.decode()
