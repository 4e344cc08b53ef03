"""Nothing private is anywhere: canary words in everything that may be hidden, and every address fetched.

Each hidden thing holds a word to look for (`heron`, which people may search) and a canary nobody sends: a canary
that comes back was leaked. The people who may see it fetch the same addresses and do find it: the hunt can fail.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

import pytest
import time_machine
from django.db import connection
from django.urls import NoReverseMatch, reverse

from core import outbox
from core.models import Topic
from forum.actions import asking, drafting, editing, following, moderating, posting, spaces
from forum.models import Place, Post, SpaceMembership, Thread
from notifications.models import Notice
from tests.architecture.addresses import ours
from tests.factories import MemberFactory, OrganisationFactory, SpaceFactory

pytestmark = [pytest.mark.engines, pytest.mark.timeout(240)]

GROUP = {
    "kvxqgroupspace", "kvxqgrouppurpose", "kvxqgrouptitle", "kvxqgroupbody", "kvxqgroupbefore", "kvxqgroupanswer",
    "kvxqgroupcomment", "kvxqgrouptopic",
}  # fmt: skip
MEMBERS = {"kvxqmemberspace", "kvxqmembertitle", "kvxqmemberbody", "kvxqmemberanswer", "kvxqmembertopic"}
REMOVED = {"kvxqremovedanswer", "kvxqremovedbefore", "kvxqremovedtitle", "kvxqremovedbody", "kvxqdeletedanswer"}
FIELDS = {"kvxqjob", "kvxqbio", "kvxqmail", "kvxqexpert"}
MEMBERS_FIELDS = {"kvxqfay", "kvxqfaybio"}
KEPT = {"kvxqeditornote", "kvxqdraft", "kvxqstanding", "kvxqapplied", "kvxqanswerdraft"}
OUTSIDE = GROUP | REMOVED | FIELDS | KEPT
# Who looks, and what must not be in anything they get.
FORBIDDEN = {
    "anyone": OUTSIDE | MEMBERS | MEMBERS_FIELDS,
    "charlie": OUTSIDE | MEMBERS | MEMBERS_FIELDS,  # waits to be vouched for
    "dan": OUTSIDE,  # a member, not of the group
    "gwen": OUTSIDE,  # left the group: has its old notices, marks and drafts
}
# Who looks, and what they must find: else the addresses below would not reach what is hidden.
FOUND = {
    "alice": (GROUP - {"kvxqgrouppurpose"}) | MEMBERS | MEMBERS_FIELDS | {"kvxqdraft", "kvxqanswerdraft"},
    "morag": (REMOVED - {"kvxqdeletedanswer", "kvxqremovedbefore"}) | MEMBERS,
    "cora": FIELDS | {"kvxqapplied"},
}
QUERIES = ["q=heron", "q=heronx", "q=kvxqgroup", "q=fay+heron", "q=wader"]


@dataclass
class World:
    """Who and what there is, and where."""

    people: dict
    threads: list = field(default_factory=list)
    spaces: list[str] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    notices: list[int] = field(default_factory=list)


@pytest.fixture
def people(cast, charity, office):
    cast["dan"] = MemberFactory(display_name="Dan Dale", handle="dan", organisation=charity)
    cast["gwen"] = MemberFactory(display_name="Gwen Gale", handle="gwen", organisation=charity)
    return cast


@pytest.fixture
def public(people, space, settings):
    """What everybody may see: a question with two answers, a person, an organisation."""
    settings.RATE_LIMIT_FACTOR = 1000
    thread = asking.ask(by=people["alice"], space=space, kind="question", title="Who may see the wader list?",
                        body="A heron stands in the marsh.", topics_named=["waders"])  # fmt: skip
    posting.answer(by=people["bob"], thread=thread, body="Ask the warden of the heron.")
    outbox.drain()
    return thread


def hide(people, public, space) -> World:
    """Everything private, made by the acts that make it on the site."""
    world = World(people, threads=[public], spaces=[space.slug], topics=["waders"])
    inside = [people["alice"], people["bob"], people["gwen"]]
    group = SpaceFactory(name="Kvxqgroupspace", slug="heron-room", visibility="group", people=inside,
                         purpose="Heron kvxqgrouppurpose")  # fmt: skip
    members = SpaceFactory(name="Kvxqmemberspace", slug="heron-members", visibility="members")
    world.spaces += [group.slug, members.slug]
    _in_the_group(world, group)
    _for_members(world, members)
    _removed(world, space, public)
    _hidden_fields(world)
    outbox.drain()
    SpaceMembership.objects.filter(space=group, member=people["gwen"]).delete()
    spaces.changed(group)
    world.notices = list(Notice.objects.values_list("pk", flat=True))
    return world


def _topic(world, slug: str, canary: str) -> str:
    Topic.objects.create(name=f"heron {canary}", slug=slug)
    world.topics.append(slug)
    return f"heron {canary}"


def _in_the_group(world, space) -> None:
    alice, bob, gwen = (world.people[handle] for handle in ("alice", "bob", "gwen"))
    following.follow_space(by=gwen, space=space, follow="following")
    topic = _topic(world, "heronry", "kvxqgrouptopic")
    thread = asking.ask(by=bob, space=space, kind="question", title="Heron kvxqgrouptitle", body="kvxqgroupbefore",
                        topics_named=[topic, "waders"])  # fmt: skip
    opening = thread.posts.get(number=1)
    editing.edit(by=bob, post=opening, title=thread.title, body="heron kvxqgroupbody", topics=[topic, "waders"])
    following.follow_thread(by=gwen, thread=thread, follow="following")
    answer = posting.answer(by=alice, thread=thread, body="heron kvxqgroupanswer @gwen")
    posting.comment(by=bob, on=answer, body="heron kvxqgroupcomment @gwen")
    drafting.save_draft(by=gwen, place=Place.answer(thread), fields={"body": "my own words"}, version=0)
    drafting.save_draft(by=alice, place=Place.answer(thread), fields={"body": "heron kvxqanswerdraft"}, version=0)
    drafting.save_draft(by=alice, fields={"title": "heron kvxqdraft", "body": "heron"}, version=0)
    world.threads.append(thread)


def _for_members(world, space) -> None:
    topic = _topic(world, "heron-members-topic", "kvxqmembertopic")
    thread = asking.ask(by=world.people["bob"], space=space, kind="concern", title="Heron kvxqmembertitle",
                        body="heron kvxqmemberbody", topics_named=[topic])  # fmt: skip
    posting.answer(by=world.people["alice"], thread=thread, body="heron kvxqmemberanswer")
    world.threads.append(thread)


def _removed(world, space, public) -> None:
    bob, morag = world.people["bob"], world.people["morag"]
    answer = posting.answer(by=bob, thread=public, body="heron kvxqremovedbefore")
    editing.edit(by=bob, post=answer, body="heron kvxqremovedanswer")
    following.follow_thread(by=world.people["dan"], thread=public, follow="following")
    outbox.drain()
    moderating.remove(by=morag, post=answer, why="It named a person.")
    editing.delete(by=bob, post=posting.answer(by=bob, thread=public, body="heron kvxqdeletedanswer"))
    gone = asking.ask(by=bob, space=space, kind="question", title="Heron kvxqremovedtitle",
                      body="heron kvxqremovedbody", topics_named=["waders"])  # fmt: skip
    outbox.drain()
    moderating.remove(by=morag, post=gone.posts.get(number=1), why="It named a person.")
    world.threads.append(gone)


def _hidden_fields(world) -> None:
    council = world.people["alice"].organisation
    council.editor_note = "Heron kvxqeditornote"
    council.save()
    applied = OrganisationFactory(name="Heron Kvxqapplied Trust", slug="heron-trust", status="applied")
    world.bodies = [council.slug, world.people["bob"].organisation.slug, applied.slug]
    expert = _topic(world, "heron-expert", "kvxqexpert")
    eve = MemberFactory(
        display_name="Eve Heron", handle="eve", organisation=council, job_title="Heron kvxqjob", bio="heron kvxqbio",
        email="heron.kvxqmail@thornmere-district-council.example.org", show_job_title="nobody", show_bio="nobody",
        show_expertise="nobody", standing_why="heron kvxqstanding", knows=[expert],
    )  # fmt: skip
    fay = MemberFactory(display_name="Fay Kvxqfay", handle="fay-heron", organisation=council, show_name="members",
                        bio="heron kvxqfaybio")  # fmt: skip
    for member in (eve, fay):
        posting.answer(by=member, thread=world.threads[0], body="Ask the council's heron.")
    world.people |= {"eve": eve, "fay": fay}


# --- The addresses ------------------------------------------------------------------------------------


NO_TASK = "00000000-0000-4000-8000-000000000000"


def _values(world, name: str, parameter: str) -> list:
    slugs = [f"{thread.pk}" for thread in world.threads]
    handles = ["alice", "bob", "charlie", "eve", "fay-heron", "gwen"]
    places = {"space": world.spaces, "follow-space": world.spaces, "topic": world.topics, "follow-topic": world.topics,
              "organisation": world.bodies, "thread-detail": ["wrong"]}  # fmt: skip
    if parameter == "slug":
        return places.get(name.split(":")[1].removesuffix("-feed"), ["heron"])
    if parameter in {"name", "rest", "section", "kind"}:  # kinds of pages and files: see test_knowledge_leaks
        return {"forum:discuss": ["page"], "cms:linked": ["page", "document"]}.get(name, ["threads"])
    return {"number": slugs, "post": [1, 3], "handle": handles, "act": ["lock", "retag"], "topic": world.topics,
            "page": [1], "key": ["not-ours" if name == "members:calendar" else NO_TASK],
            "pk": world.notices if name == "notifications:open" else [1], "token": ["not-ours"]}[parameter]  # fmt: skip


def addresses(world) -> list[str]:
    """Every address of ours with every hidden thing's number or slug in it, then what else may tell of them."""
    found = []
    for address in ours():
        if address.name.startswith("events:") and "<" in address.route:  # one event's own: tests/events/test_leaks.py
            continue
        parameters = re.findall(r"<(?:\w+:)?(\w+)>", address.route)
        sets = [{}]
        for parameter in parameters:
            sets = [one | {parameter: value} for one in sets for value in _values(world, address.name, parameter)]
        for one in sets:
            try:
                found.append(reverse(address.name, kwargs=one))
            except NoReverseMatch:
                raise AssertionError(f"the hunt does not know how to reach {address.name}") from None
    found += [thread.get_absolute_url() for thread in world.threads]
    return sorted(set(found)) + _with_queries(world) + ["/", "/forum/99999/", "/nowhere/", "/admin/", "/documents/1/x/"]


def _with_queries(world) -> list[str]:
    group = world.threads[1]
    found = [f"/search/?{query}{more}" for query in QUERIES for more in ("", "&show=people")]
    found += [f"/forum/mentions/?q={letter}&thread={thread.pk}" for letter in "afg" for thread in world.threads]
    found += [f"/forum/mentions/?q={letter}" for letter in ("a", "h", "f", "k")] + ["/forum/mentions/?q=f&space=2"]
    found += [f"/forum/ask/similar/?{name}=heron+in+the+marsh" for name in ("q", "title")]
    found += [f"/forum/ask/topics/?q={letter}" for letter in ("h", "k", "w")]
    found += [f"/forum/ask/?topic={topic}" for topic in world.topics]
    found += [f"/forum/ask/?space={space}" for space in (*world.spaces, group.space_id)]
    lists = ("/forum/", "/forum/unanswered/", "/forum/answered/", "/forum/mine/", "/forum/following/", "/forum/unread/")
    narrowed = [{"space": space} for space in world.spaces] + [{"topic": topic} for topic in world.topics]
    narrowed += [{"kind": "concern"}, {"page": "x"}]
    found += [f"{path}?{urlencode(one)}" for path in lists for one in narrowed]
    for thread in world.threads:
        own = thread.get_absolute_url()
        found += [f"{own}?{more}" for more in ("post=3", "sort=helpful", "at=new", "comments=1")]
        found += [f"/forum/{thread.pk}/{part}/?after={n}" for part in ("new", "posts") for n in (0, 1)]
        found += [f"/forum/{thread.pk}/row/?list=latest"]
    found += [f"/partners/?{more}" for more in ("q=heron", "sector=local-government", "area=heron", "status=applied")]
    found += [f"/forum/news/?list=latest&after=0{more}" for more in ("", "&space=heron-room", "&topic=heronry")]
    return found + ["/notifications/?show=unread", "/notifications/?page=x"]


OWN_FOR_HTMX = "/comment/"  # a look there as htmx gets something else: tests/architecture/test_views.py


def crawl(client, paths: list[str], canaries: set[str], *, until_all: bool = False) -> tuple[dict, list[str], int]:
    """({canary: addresses that showed it}, addresses that broke, answers read): each fetched plainly and, where htmx
    gets something else, as htmx does. `until_all`: only until every canary was seen."""
    shown: dict[str, set[str]] = {}
    broken, read = [], 0
    for path in paths:
        for headers in ({}, {"HX-Request": "true"}) if path.endswith(OWN_FOR_HTMX) else ({},):
            response = client.get(path, headers=headers)
            read += 1
            # /healthz says 503 by right: no worker runs here
            if response.status_code >= 500 and path != "/healthz":
                broken.append(path)
            said = response.getvalue().decode(errors="replace") + "\n".join(f"{k}: {v}" for k, v in response.items())
            # what was asked for may be said again: a feed's title has the topic of its address in words
            topic = path.removesuffix("/feed/").rpartition("/")[2].replace("-", " ")
            for sent in (path, path.partition("?")[0], path.removesuffix("feed/"), topic or path):
                said = said.replace(sent, "").replace(quote(sent), "").replace(quote(sent, safe=""), "")
            said = said.lower()
            for canary in canaries:
                if canary in said:
                    shown.setdefault(canary, set()).add(path)
        if until_all and set(shown) == canaries:
            break
    return shown, broken, read


# --- The hunts ----------------------------------------------------------------------------------------


def test_no_outsider_finds_a_canary_at_any_address(people, public, space, client_of):
    """4 people × over 250 addresses: over 1,000 answers. On the engines the more than 100 that search, complete and
    narrow lists, as two databases may differ in what a query finds."""
    world = hide(people, public, space)
    paths, least = addresses(world), (250, 1000)
    if connection.vendor == "postgresql":
        paths, least = _with_queries(world), (100, 400)
    leaks, broken, answers = {}, {}, 0
    for name, canaries in FORBIDDEN.items():
        client = client_of(people[name])
        client.raise_request_exception = False
        leaks[name], broken[name], read = crawl(client, paths, canaries)
        answers += read
    assert leaks == {name: {} for name in FORBIDDEN}, f"{answers} answers to {len(FORBIDDEN)} people were read"
    assert broken == {name: [] for name in FORBIDDEN}
    assert (len(paths) > least[0], answers > least[1]) == (True, True), (
        f"only {len(paths)} addresses, {answers} answers"
    )
    # the hunt looks where the hidden things are: who may see them does find them at these very addresses
    everywhere = addresses(world)
    found = {name: set(crawl(client_of(people[name]), everywhere, FOUND[name], until_all=True)[0]) for name in FOUND}
    assert found == FOUND


@pytest.mark.parametrize("name", ["anyone", "charlie", "dan"])
def test_lists_counts_and_search_are_the_same_whether_or_not_there_is_something_hidden(
    people, public, space, client_of, name
):
    """14 pages, to the letter: no count, topic, space, order or suggestion tells that more is there."""
    paths = [
        "/", "/forum/", "/forum/unanswered/", "/forum/answered/", "/forum/following/", "/forum/unread/",
        "/forum/topics/", "/forum/topics/waders/", "/search/?q=heron", "/search/?q=wader&show=questions",
        "/forum/ask/topics/?q=w", "/forum/ask/similar/?q=heron", "/forum/spaces/lawful-sharing/", "/forum/ask/",
    ]  # fmt: skip

    def look() -> dict[str, str]:
        client = client_of(people[name])
        return {path: _plain(client.get(path).content.decode()) for path in paths}

    with time_machine.travel("2026-11-18T10:00:00Z", tick=False):
        before = look()
        group = SpaceFactory(name="Kvxqgroupspace", slug="heron-room", visibility="group",
                             people=[people["alice"], people["bob"]])  # fmt: skip
        _in_the_group_only(people, group, space)
        outbox.drain()
        after = look()
    assert after == before


def _in_the_group_only(people, group, space) -> None:
    alice, bob, morag = people["alice"], people["bob"], people["morag"]
    thread = asking.ask(by=bob, space=group, kind="question", title="Heron kvxqgrouptitle", body="heron and wader",
                        topics_named=["heron kvxqgrouptopic", "waders"])  # fmt: skip
    posting.answer(by=alice, thread=thread, body="heron and wader")
    gone = asking.ask(by=bob, space=space, kind="question", title="Heron kvxqremovedtitle", body="heron and wader",
                      topics_named=["waders"])  # fmt: skip
    outbox.drain()
    moderating.remove(by=morag, post=gone.posts.get(number=1), why="It named a person.")


def _plain(page: str) -> str:
    """A page without what differs each time: tokens, keys of forms, event numbers of what is seen anyway."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
    page = re.sub(r'(name="once_key" value|data-event-no)="[^"]*"', "", page)
    return page


def test_a_wrong_slug_of_a_hidden_thread_is_not_put_right(people, public, space, client_of):
    world = hide(people, public, space)
    group = world.threads[1]
    answers = {
        name: [client_of(people[name]).get(f"/forum/{group.pk}/{slug}").status_code for slug in ("", "x/", "row/")]
        for name in FORBIDDEN
    }
    assert answers == {name: [404, 404, 200] for name in FORBIDDEN}
    assert client_of(people["dan"]).get(f"/forum/{group.pk}/row/").content == b""
    assert client_of(people["alice"]).get(f"/forum/{group.pk}/x/").headers["Location"] == group.get_absolute_url()


def test_a_hidden_number_answers_like_one_that_is_not_there(people, public, space, client_of):
    """A hidden thread and one that never was: the same status, body and headers, for 4 people × 9 addresses."""
    world = hide(people, public, space)
    group, nothing = world.threads[1].pk, 999_999
    differ = []
    for name in FORBIDDEN:
        client = client_of(people[name])
        for path in ("{}/", "{}/x/", "{}/new/", "{}/posts/", "{}/row/", "{}/posts/1/history/", "{}/posts/1/edit/",
                     "{}/posts/1/comment/", "{}/moderate/lock/"):  # fmt: skip
            there, not_there = (client.get(f"/forum/{path.format(number)}") for number in (group, nothing))
            same = str(nothing), str(group)
            if (there.status_code, _plain(there.content.decode())) != (
                not_there.status_code, _plain(not_there.content.decode()).replace(*same)
            ):  # fmt: skip
                differ.append((name, path))
    assert differ == []


def test_acts_on_a_hidden_thread_are_404_and_change_nothing(people, public, space, client_of):
    """4 people × 12 acts: nothing is said, nothing is done."""
    world = hide(people, public, space)
    group = world.threads[1]
    paths = [reverse(f"forum:{name}", args=[group.pk]) for name in ("answer", "follow-thread", "us-too", "unaccept")]
    paths += [
        reverse(f"forum:{name}", args=[group.pk, 2])
        for name in ("comment", "edit", "delete", "helpful", "accept", "remove", "restore")
    ] + [reverse("forum:follow-space", args=["heron-room"])]
    before = _state(group)
    form = {"body": "Hello", "why": "Because", "follow": "following"}
    statuses = {name: [client_of(people[name]).post(path, form).status_code for path in paths] for name in FORBIDDEN}
    stranger = statuses.pop("anyone")
    assert {name: set(some) for name, some in statuses.items()} == {"charlie": {404}, "dan": {404}, "gwen": {404}}
    # who is not signed in gets what they wrote back, or is sent to sign in; for what never was, too
    never = [path.replace(f"/{group.pk}/", "/999999999/") for path in paths]
    writing = {"answer", "comment", "edit"}
    assert stranger == [403 if path.split("/")[-2] in writing else 302 for path in paths]
    assert stranger == [client_of(None).post(path, form).status_code for path in never]
    assert _state(group) == before


def _state(thread: Thread) -> tuple:
    thread.refresh_from_db()
    posts = list(Post.objects.filter(thread=thread).values_list("pk", "html", "removed_at", "helpful_count"))
    return (
        thread.change_no,
        posts,
        list(thread.readings.values_list("member", "follow", "last_read_number")),
        Notice.objects.count(),
    )


def test_the_demo_outbox_is_only_for_this_machine(people, public, space, client_of, settings):
    """It shows everybody's mail: behind a proxy, from elsewhere and without DEMO there is none."""
    hide(people, public, space)
    client = client_of(None)
    assert client.get("/outbox/").status_code == 200
    assert client.get("/outbox/", REMOTE_ADDR="192.0.2.7").status_code == 404
    assert client.get("/outbox/", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404
    settings.DEMO = False
    assert client.get("/outbox/").status_code == 404
