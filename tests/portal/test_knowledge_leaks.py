"""Nothing that the network keeps to itself is anywhere: pages, files, templates, words nobody agreed to be quoted with.

Who looks: nobody signed in; charlie, signed in and waiting, though in the group; dan, a member outside the group;
gwen, who left the group but keeps what it told her; iris, inside it, for what is not published. That is 5 people ×
over 50 hidden things (8 restricted pages of 4 types, 12 that are drafts, scheduled or expired, an unpublished
change, files, pictures, templates and a version of one, discussions, excerpts, old addresses) × over 550 addresses,
each fetched plainly, those without a query also as htmx does: over 4,500 answers read, headers too. Those who may
see a thing do find it at the same addresses, and are asked before and after: what they warm is nobody else's.
"""

import re
from pathlib import PurePath
from urllib.parse import urlencode

import pytest
from django.urls import NoReverseMatch, reverse

from notifications.models import Notice
from tests.architecture.addresses import ours
from tests.factories import MemberFactory
from tests.portal import hidden as hiding
from tests.portal.hidden import Hidden, canaries_of
from tests.portal.test_leaks import crawl

pytestmark = [pytest.mark.engines, pytest.mark.timeout(240)]

MEMBERS = canaries_of("m") | {
    "kvxqmtemplate",
    "kvxqmfile",
    "kvxqmpicture",
    "kvxqmdownload",
    "kvxqmcaption",
    "kvxqmtalk",
}
GROUP = canaries_of("g") | {
    "kvxqgtemplate", "kvxqgfile", "kvxqgcontent", "kvxqgpicture", "kvxqgdownload", "kvxqgcaption", "kvxqgtalk", "kvxqgversion"
}  # fmt: skip
NAMES = {"kvxqmcollection", "kvxqminner", "kvxqgcollection", "kvxqginner"}
NOT_OUT = {word for kind in ("u1", "u2", "u3") for word in canaries_of(kind)} | {"kvxquchange", "kvxquversion"}
UNQUOTED = {"kvxqnasked", "kvxqnrefused", "kvxqnremoved"}
NOBODYS = NOT_OUT | UNQUOTED | NAMES
FORBIDDEN = {
    "anyone": MEMBERS | GROUP | NOBODYS,
    "charlie": MEMBERS | GROUP | NOBODYS,
    "dan": GROUP | NOBODYS,
    "gwen": GROUP | NOBODYS,
    "iris": NOBODYS,
}
FOUND = {
    "alice": MEMBERS,
    "iris": GROUP - {"kvxqgtalk"},  # there is no place where only a group's members talk about a page
    "cora": {f"kvxq{kind}{name}title" for kind in ("u1", "u2", "u3") for name in hiding.MAKERS} | {"kvxquchange"},
    "bob": {"kvxqnasked", "kvxqnrefused"},
}
WORDS = ("heron", "kvxqm", "kvxqgguide", "heron kvxqu1")
API_PARAMETERS = [
    "fields=*", "limit=20&fields=*", "search=heron", "search=kvxqmguidetitle", "order=title", "order=-id", "offset=5",
    "type=cms.GuidancePage&fields=*", "type=cms.StoryPage", "type=cms.NewsPage", "type=cms.StartPage",
    "title=Heron+kvxqmguidetitle", "slug=heron-kvxqmguideslug", "show_in_menus=false", "locale=en-gb",
    "fields=_,title,detail_url", "fields=parent(title)", "search=heron&search_operator=or", "tags=heron",
]  # fmt: skip


ACTS = {f"forum:{act}" for act in (
    "answer", "comment", "edit", "delete", "history", "helpful", "accept", "unaccept", "us-too", "moderate", "restore",
    "remove", "follow-thread", "preview", "catch-up",
)}  # fmt: skip


@pytest.fixture
def people(cast, charity):
    for name in ("dan", "gwen", "iris"):
        cast[name] = MemberFactory(display_name=f"{name.title()} Dale", handle=name, organisation=charity)
    return cast


@pytest.fixture
def world(people, settings) -> Hidden:
    settings.RATE_LIMIT_FACTOR = 1000
    return hiding.hide(people)


# --- The addresses ------------------------------------------------------------------------------------


def _values(world: Hidden, name: str, parameter: str) -> list:
    numbers = [thread.pk for thread in world.threads]
    view = name.partition(":")[2]
    slugs = {
        "topic": ["waders", *world.topics], "topic-feed": ["waders", *world.topics[:3]], "space": ["only-members"],
        "space-feed": ["only-members", "heron-room"], "organisation": ["mardyke-food-bank"], "thread-detail": ["wrong"],
        "provision": [world.provision.slug], "term": ["heron"], "follow-topic": world.topics[:2],
        "follow-space": ["only-members"], "template-detail": world.templates, "template-version": world.templates,
        "template-follow": world.templates, "template-download": world.templates,
    }  # fmt: skip
    if parameter == "slug":
        return slugs[view]
    if parameter == "name":
        return ["page"] if view == "discuss" else ["none.png"]
    if parameter == "number":
        return [1, 2, 3] if view.startswith("template") else numbers
    pages = [page.pk for page in world.pages.values()]
    pks = {"discuss": pages, "linked": pages, "still-right": pages[:9], "consent": world.excerpts, "story-contact": [1],
           "open": list(Notice.objects.values_list("pk", flat=True))}  # fmt: skip
    return {"pk": pks.get(view, [1]), "post": [1, 2], "handle": ["alice", "gwen"], "act": ["lock"],
            "token": ["not-ours"], "section": ["pages", "threads", "templates", "gateways"],
            "rest": ["documents/x.txt"], "kind": ["page", "document"]}[parameter]  # fmt: skip


def addresses(world: Hidden) -> list[str]:
    """Every address of ours with every hidden thing in it, Wagtail's own, and what else may tell of them."""
    found = []
    for address in ours():
        if address.name in ACTS:  # forms about one post: nothing of the network's pages is in them
            continue
        sets = [{}]
        for parameter in re.findall(r"<(?:\w+:)?(\w+)>", address.route):
            sets = [one | {parameter: value} for one in sets for value in _values(world, address.name, parameter)]
        for one in sets:
            try:
                found.append(reverse(address.name, kwargs=one))
            except NoReverseMatch:
                raise AssertionError(f"the hunt does not know how to reach {address.name}") from None
    found += [thread.get_absolute_url() for thread in world.threads]
    found += [*_of_pages(world), *_of_files(world), *_of_the_api(world), *_with_queries(world)]
    return sorted(set(found)) + ["/", "/nowhere/", "/admin/"]


def _of_pages(world: Hidden) -> list[str]:
    found = ["/stories/", "/guidance/", "/news/", "/start-here/", *world.old_addresses]
    found += [f"{old}?then=1" for old in world.old_addresses[:4]] + [world.old_addresses[0].rstrip("/")]
    found += [page.url for page in world.public.values()]
    for page in world.pages.values():
        found += [page.url, f"{page.url}?x=1", page.url.rstrip("/"), f"{page.url}feed/"]
        found += [f"/admin/pages/{page.pk}/view_draft/", f"/admin/pages/{page.pk}/"]
    return [*found, f"/admin/pages/{world.public['changing'].pk}/view_draft/"]


def _of_files(world: Hidden) -> list[str]:
    found = []
    for file in world.documents.values():
        name = PurePath(file.file.name).name
        found += [file.url, f"/documents/{file.pk}/", f"/documents/{file.pk}/wrong.txt", f"/media/documents/{name}"]
    for image in world.pictures.values():
        names = [one.file.name for one in (image, *image.renditions.all())]
        found += [f"/media/{name}" for name in names]
    return found


def _of_the_api(world: Hidden) -> list[str]:
    root = "/api/v2"
    found = [f"{root}/{kind}/?{more}" for kind in ("pages", "documents", "images") for more in API_PARAMETERS]
    for page in world.pages.values():
        found += [f"{root}/pages/{page.pk}/?fields=*", f"{root}/pages/find/?html_path={page.url}"]
        found += [f"{root}/pages/?{way}={page.pk}" for way in ("child_of", "descendant_of", "ancestor_of")]
    found += [f"{root}/pages/{page.pk}/?fields=*" for page in world.public.values()]
    for kind, things in (("documents", world.documents), ("images", world.pictures)):
        found += [f"{root}/{kind}/{path}{one.pk}" for one in things.values() for path in ("", "find/?id=")]
        found += [f"{root}/{kind}/{one.pk}/" for one in things.values()]
    return found


def _with_queries(world: Hidden) -> list[str]:
    shows = ("", "guidance", "stories", "questions")
    found = [f"/search/?{urlencode({'q': words, 'show': show})}" for words in WORDS for show in shows]
    found += [f"/search/?q={word}" for word in ("kvxqmguidetilte", "kvxqgguidetilte", "kvxqmtemplat", "kvxqgtemplat")]
    found += [f"/gateways/?{more}" for more in ("topic=waders", "q=heron", "kind=power")]
    found += ["/gateways/find/?who=council&whom=fire&purpose=crime", "/gateways/find/?who=council&whom=&purpose="]
    found += [f"/guidance/?{more}" for more in ("topic=waders", "level=national", "sort=a-z", "review=due")]
    found += [f"/stories/?topic={topic}" for topic in ("waders", world.topics[0])] + ["/news/?topic=waders&page=2"]
    found += [f"/forum/ask/?topic={topic}" for topic in world.topics[:3]]
    found += [f"/forum/ask/?about=page:{page.pk}" for page in list(world.pages.values())[:8]]
    found += [f"/forum/ask/similar/?{name}=heron" for name in ("q", "title")] + ["/forum/ask/topics/?q=her"]
    found += [f"/forum/{thread.pk}/{part}/?after=0" for thread in world.threads for part in ("new", "posts")]
    return found


# --- The hunts ----------------------------------------------------------------------------------------


def test_no_outsider_finds_what_is_hidden_at_any_address(people, world, client_of):
    """5 people × over 50 things × up to 500 addresses: over 2,000 answers, read while members had warmed the caches."""
    paths = addresses(world)
    assert (world.objects() > 50, len(paths) > 500) == (True, True), f"{world.objects()} things, {len(paths)} addresses"
    theirs = _where_they_look(world, paths)
    found = {
        name: set(crawl(client_of(people[name]), theirs.get(name, paths), canaries, until_all=True, parts="-")[0])
        for name, canaries in FOUND.items()
    }
    leaks, broken, answers = {}, {}, 0
    for name, canaries in FORBIDDEN.items():
        client = client_of(people[name])
        client.raise_request_exception = False
        leaks[name], broken[name], read = crawl(client, theirs.get(name, paths), canaries, parts="/notifications/")
        answers += read
    open("/tmp/leaks.txt", "w").write(
        repr((len(paths), answers, world.objects()))
        + __import__("pprint").pformat(
            {n: {c: sorted(v)[:6] for c, v in l.items()} for n, l in leaks.items()}, width=150
        )
        + str(broken)
        + str({n: FOUND[n] - found[n] for n in FOUND})
    )
    assert leaks == {name: {} for name in FORBIDDEN}, f"{answers} answers to {len(FORBIDDEN)} people were read"
    assert broken == {name: [] for name in FORBIDDEN}
    assert found == FOUND
    assert answers > 2000


def _where_they_look(world: Hidden, paths: list[str]) -> dict[str, list[str]]:
    """Some need not go everywhere: gwen looks where her old notices, marks and follows are, iris where pages are."""
    lists = [path for path in paths if path.count("/") < 3 or path.startswith("/search/")]
    threads = [thread.get_absolute_url() for thread in world.threads]
    pages = [page.url for page in (*world.pages.values(), *world.public.values())]
    about_her = ("/notifications/", "/templates/", "/gateways/", "/forum/about/", "/linked/")
    return {
        "bob": [*threads, f"/consent/{world.excerpts[0]}/"],
        "cora": [path for path in paths if "view_draft" in path],
        "gwen": [*(path for path in paths if path.startswith(about_her)), *lists, *threads, *pages],
        "iris": [*lists, *threads, *pages, f"/gateways/{world.provision.slug}/", "/topics/waders/"],
    }
