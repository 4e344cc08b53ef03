"""Nothing that the network keeps to itself is anywhere: pages, files, templates, words nobody agreed to be quoted with.

Who looks: nobody signed in; charlie, signed in and waiting, though in the group; dan, a member outside the group;
gwen, who left the group but keeps what it told her; iris, inside it, for what is not published. That is 5 people ×
over 70 hidden things (10 restricted pages of 5 types, 15 that are drafts, scheduled or expired, an unpublished
change, 3 events with their talks, speakers and slides, a development, files, pictures, templates and a version of one,
discussions, excerpts, old addresses) × up to 850 addresses (gwen and iris go where it matters to them), 3,000 answers,
headers too. Those who may see a thing do find it at the same addresses, and look first: what they warm is nobody
else's.
"""

import functools
import re
import uuid
from itertools import product
from pathlib import PurePath
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.db import transaction
from django.test import override_settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from forum import about
from forum.actions import discussing
from forum.actions.refusals import NotAllowed
from notifications.delivery import mail as delivery
from notifications.models import Notice
from tests.architecture.addresses import ours
from tests.factories import MemberFactory
from tests.parts.cast import make_people
from tests.portal import hidden as hiding
from tests.portal.hidden import Hidden, canaries_of, canaries_of_event
from tests.portal.test_leaks import crawl

pytestmark = pytest.mark.timeout(240)

MEMBERS = (
    canaries_of("m")
    | canaries_of_event("m")
    | {
        "kvxqmtemplate",
        "kvxqmfile",
        "kvxqmpicture",
        "kvxqmdownload",
        "kvxqmcaption",
        "kvxqmtalk",
    }
)
GROUP = canaries_of("g") | canaries_of_event("g") | {
    "kvxqgtemplate", "kvxqgfile", "kvxqgcontent", "kvxqgpicture", "kvxqgdownload", "kvxqgcaption", "kvxqgtalk",
    "kvxqgversion",
}  # fmt: skip
NAMES = {"kvxqmcollection", "kvxqminner", "kvxqgcollection", "kvxqginner"}
NOT_OUT = {word for kind in ("u1", "u2", "u3") for word in canaries_of(kind)} | {"kvxquchange", "kvxquversion"}
UNSEEN = {"kvxqudevelopment", "kvxqustep"}
UNQUOTED = {"kvxqnasked", "kvxqnrefused", "kvxqnremoved"}
NOBODYS = NOT_OUT | UNSEEN | UNQUOTED | NAMES | canaries_of_event("u")
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
    "cora": {f"kvxq{kind}{name}title" for kind in ("u1", "u2", "u3") for name in hiding.MAKERS}
    | {"kvxquchange"}
    | UNSEEN,
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


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """(who looks, by name, what is hidden): made once for all tests here, and rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        people = make_people()
        for name in ("dan", "gwen", "iris"):
            organisation = people["charlie"].organisation
            people[name] = MemberFactory(display_name=f"{name.title()} Dale", handle=name, organisation=organisation)
        with override_settings(RATE_LIMIT_FACTOR=1000):
            yield people | {"anyone": AnonymousUser()}, hiding.hide(people)
        transaction.set_rollback(True)


@pytest.fixture
def people(made) -> dict:
    return made[0]


@pytest.fixture
def world(made, db) -> Hidden:
    """What is hidden; what a test does to it is taken back after it."""
    return made[1]


# --- The addresses ------------------------------------------------------------------------------------


def _values(world: Hidden, name: str, parameter: str) -> list:
    numbers = [thread.pk for thread in world.threads]
    view = name.partition(":")[2]
    developments = [world.development.slug, world.unseen.slug]
    slugs = {
        "topic": ["waders", *world.topics], "topic-feed": ["waders", *world.topics[:3]], "space": ["only-members"],
        "space-feed": ["only-members", "heron-room"], "organisation": ["mardyke-food-bank"], "thread-detail": ["wrong"],
        "provision": [world.provision.slug], "term": ["heron"], "follow-topic": world.topics[:2],
        "follow-space": ["only-members"], "template-detail": world.templates, "template-version": world.templates,
        "template-follow": world.templates, "template-download": world.templates,
        "development": developments, "development-feed": developments, "development-calendar": developments,
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
            "token": ["not-ours"], "section": ["pages", "threads", "templates", "gateways", "changes"],
            "topic": ["waders", *world.topics], "page": pages[:3],
            "key": ["nobodys"] if view == "calendar" else [uuid.UUID(int=1)],
            "rest": ["documents/x.txt"], "kind": ["page", "document"]}[parameter]  # fmt: skip


def addresses(world: Hidden) -> list[str]:
    """Every address of ours with every hidden thing in it, Wagtail's own, and what else may tell of them."""
    found = []
    for address in ours():
        if address.name in ACTS:  # forms about one post: nothing of the network's pages is in them
            continue
        if address.name.startswith("events:") and "<" in address.route:  # one event's own: tests/events/test_leaks.py
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
    found = ["/horizon/", "/stories/", "/guidance/", "/news/", "/start-here/", *world.old_addresses]
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
    near = [world.pages[key].pk for key in ("mguide", "gstory", "u1news", "u3start")]
    found += [f"{root}/pages/?{way}={pk}" for way in ("child_of", "descendant_of", "ancestor_of") for pk in near]
    found += [f"{root}/pages/{page.pk}/?fields=*" for page in world.public.values()]
    for kind, things in (("documents", world.documents), ("images", world.pictures)):
        found += [f"{root}/{kind}/{path}{one.pk}" for one in things.values() for path in ("", "find/?id=")]
        found += [f"{root}/{kind}/{one.pk}/" for one in things.values()]
    return found


def _with_queries(world: Hidden) -> list[str]:
    shows = ("", "guidance", "stories", "questions", "events", "sessions", "slides", "speakers")
    found = [f"/search/?{urlencode({'q': words, 'show': show})}" for words in WORDS for show in shows]
    found += [f"/search/?q={word}" for word in ("kvxqmguidetilte", "kvxqgguidetilte", "kvxqmtemplat", "kvxqgtemplat",
                                            "kvxqmsesion", "kvxqgspeakr", "kvxquslidse")]  # fmt: skip
    found += [f"/gateways/?{more}" for more in ("topic=waders", "q=heron", "kind=power")]
    found += ["/gateways/find/?who=council&whom=fire&purpose=crime", "/gateways/find/?who=council&whom=&purpose="]
    found += [f"/guidance/?{more}" for more in ("topic=waders", "level=national", "sort=a-z", "review=due")]
    found += [f"/stories/?topic={topic}" for topic in ("waders", world.topics[0])] + ["/news/?topic=waders&page=2"]
    found += [f"/horizon/{part}?topic={topic}" for part in ("", "timeline/", "radar/", "feed/")
              for topic in ("waders", world.topics[0], "heron-kvxqudevelopment")]  # fmt: skip
    found += ["/horizon/?category=law&act=on", "/horizon/feed/?category=law", "/search/?q=kvxqudevelopmnet"]
    found += [f"/forum/ask/?topic={topic}" for topic in world.topics[:3]]
    found += [f"/forum/ask/?about=page:{page.pk}" for page in list(world.pages.values())[:8]]
    found += [f"/forum/ask/similar/?{name}=heron" for name in ("q", "title")] + ["/forum/ask/topics/?q=her"]
    found += [f"/forum/{thread.pk}/{part}/?after=0" for thread in world.threads for part in ("new", "posts")]
    return found


# --- The hunts ----------------------------------------------------------------------------------------


def test_no_outsider_finds_what_is_hidden_at_any_address(people, world, client_of):
    """5 people × over 70 things × up to 850 addresses: over 2,500 answers, after members warmed the caches."""
    paths = addresses(world)
    assert (world.objects() > 70, len(paths) > 600) == (True, True), f"{world.objects()} things, {len(paths)} addresses"
    theirs = _where_they_look(world, paths)
    found = {
        name: set(crawl(client_of(people[name]), theirs.get(name, paths), canaries, until_all=True)[0])
        for name, canaries in FOUND.items()
    }
    leaks, broken, answers = {}, {}, 0
    for name, canaries in FORBIDDEN.items():
        client = client_of(people[name])
        client.raise_request_exception = False
        leaks[name], broken[name], read = crawl(client, theirs.get(name, paths), canaries)
        answers += read
    assert leaks == {name: {} for name in FORBIDDEN}, f"{answers} answers to {len(FORBIDDEN)} people were read"
    assert broken == {name: [] for name in FORBIDDEN}
    assert found == FOUND
    assert answers > 2500


def _where_they_look(world: Hidden, paths: list[str]) -> dict[str, list[str]]:
    """Some need not go everywhere: gwen looks where her old notices, marks and follows are, iris where pages are."""
    lists = [path for path in paths if path.count("/") < 3 or path.startswith("/search/")]
    threads = [thread.get_absolute_url() for thread in world.threads]
    pages = [page.url for page in (*world.pages.values(), *world.public.values())]
    about_her = ("/notifications/", "/templates/", "/gateways/", "/forum/about/", "/linked/")
    return {
        "bob": [*threads, f"/consent/{world.excerpts[0]}/"],
        "cora": [path for path in paths if "view_draft" in path or path.startswith("/horizon/developments/")],
        "gwen": [*(path for path in paths if path.startswith(about_her)), *lists, *threads, *pages],
        "iris": [
            *lists,
            *threads,
            *pages,
            *_of_files(world),
            f"/gateways/{world.provision.slug}/",
            "/topics/waders/",
            *(path for path in paths if path.startswith("/templates/")),
        ],
    }


def plain(page: str) -> str:
    """A page without what differs each time."""
    return re.sub(r'(csrfmiddlewaretoken|once_key)" value="[^"]*"|data-event-no="[^"]*"|<updated>[^<]*', "", page)


def test_a_hidden_page_answers_like_one_that_never_was(people, world, client_of):
    """4 people × up to 20 pages × 2 addresses, and their old ones: status, words and headers are those of nothing."""
    differ = []
    for name in ("anyone", "charlie", "dan", "gwen"):
        client = client_of(people[name])

        @functools.cache
        def nothing(path: str, client=client) -> tuple:
            return _said(client.get(path), path)

        shut = [page for key, page in world.pages.items() if key[0] != "m" or name in {"anyone", "charlie"}]
        for page, more in product(shut, ("", "x/")):
            never = re.sub(r"[^/]+/$", "never-was/", page.url) + more
            if _said(client.get(page.url + more), page.url + more) != nothing(never) or nothing(never)[0] != 404:
                differ.append((name, page.url + more))
        olds = [old for old in world.old_addresses if name in {"anyone", "charlie"} or "kvxqm" not in old]
        differ += [(name, old) for old in olds if client.get(old).status_code != 404]
    assert differ == []


def _said(answer, path: str) -> tuple:
    return answer.status_code, plain(answer.content.decode()).replace(path, ""), dict(answer.items())


HEADERS = ({}, {"Range": "bytes=0-3"}, {"If-Modified-Since": "Sat, 01 Jan 2039 00:00:00 GMT"}, {"If-Range": "x"})


def test_a_hidden_file_is_not_there_by_any_method_or_header(people, world, client_of):
    """4 people × up to 8 addresses of files × 3 methods × 5 sets of headers, 360 answers: no length, tag or name."""
    told, asked = [], 0
    for name in ("anyone", "charlie", "dan", "gwen"):
        client = client_of(people[name])
        for kind in ("m", "g") if name in {"anyone", "charlie"} else ("g",):
            file, image = world.documents[kind], world.pictures[kind]
            tag = {"If-None-Match": f'"{file.get_file_hash()}"'}
            urls = (file.url, f"/linked/document/{file.pk}/", image.renditions.first().url, image.file.url)
            for url, method, headers in product(urls, ("get", "head", "post"), (*HEADERS, tag)):
                answer = getattr(client, method)(url, headers=headers)
                asked += 1
                said = " ".join(f"{key} {value}" for key, value in answer.items())
                right = answer.status_code in ({403, 404, 405} if method == "post" else {404})
                if not right or {"ETag", "Last-Modified"} & set(answer.headers) or "kvxq" in said:
                    told.append((name, url, method, headers, answer.status_code))
    assert told == []
    assert asked == 360


def test_what_becomes_private_leaves_every_kept_page_at_once_and_comes_back(people, world, client_of):
    """Kept for everyone, made private, opened again: each time the next stranger gets what is right."""
    page = world.public["news"]
    paths = ["/", "/news/", "/news/feed/", page.url, "/topics/waders/", "/sitemap-pages.xml", "/api/v2/pages/?limit=20"]

    def names_it(viewer) -> set[str]:
        client = client_of(viewer)
        answers = {path: client.get(path) for path in paths}
        return {
            path for path, answer in answers.items()
            if answer.status_code == 200 and (page.title in (said := answer.content.decode()) or page.url in said)
        }  # fmt: skip

    for kind in ("login", "groups"):
        assert names_it(None) == set(paths)
        restriction = PageViewRestriction.objects.create(page=page, restriction_type=kind)
        names_it(people["alice"])
        assert names_it(None) == set()
        assert names_it(people["charlie"]) == set()
        restriction.delete()
    assert names_it(None) == set(paths)


def test_nothing_hidden_is_mailed_to_who_may_not_see_it(people, world):
    """Mail is written when it is sent: by then gwen has left the group; charlie waits, dan was never in it."""
    Notice.objects.update(mail_due_at=timezone.now())
    while delivery.send_due():
        pass
    sent = {name: " ".join(f"{one.subject} {one.body}" for one in mail.outbox if people[name].email in one.to).lower()
            for name in ("charlie", "dan", "gwen")}  # fmt: skip
    leaks = {name: sorted(word for word in FORBIDDEN[name] if word in said) for name, said in sent.items()}
    assert leaks == {name: [] for name in sent}
    assert "kvxqmguidetitle" in sent["gwen"]  # she keeps it and may see it: the hunt does read her mail


def test_a_page_of_a_group_is_not_talked_about_where_all_members_read(people, world):
    for name in hiding.MAKERS:
        thing = about.look_up("page", world.pages[f"g{name}"].pk, people["iris"])
        assert (thing.open, thing.for_members) == (False, True)
        with pytest.raises(NotAllowed):
            discussing.say(by=people["iris"], about=thing, body="Only among us.")
