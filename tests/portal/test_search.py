"""Search finds what people mean, shows nothing it should not, and never ends in a dead end."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import caching
from core.timelimit import TooSlow, time_limit
from forum.models import Thread
from members.models import OtherName
from portal import spelling
from portal.search import SOURCES, search
from tests.factories import MemberFactory, OrganisationFactory, PostFactory, ThreadFactory

CANARY = "quillback"


def questions(response) -> list[str]:
    return [group["name"] for group in response.context["groups"]]


# --- finding ---------------------------------------------------------------------------------------


def test_a_thread_is_found_by_its_title_its_topics_and_its_answers(space, alice, bob, indexed, found):
    titled = ThreadFactory(title="Matching council tax for fraud", space=space, author=alice)
    tagged = ThreadFactory(title="A second one", space=space, author=alice, topics=["fraud"])
    answered = ThreadFactory(title="A third one", space=space, author=alice)
    PostFactory(thread=answered, author=bob, body="We found fraud in the permits.")
    ThreadFactory(title="Something else", space=space, author=alice)
    indexed()
    assert sorted(found("fraud")["questions"]) == ["A second one", "A third one", "Matching council tax for fraud"]
    assert found("fraud")["questions"][0] == titled.title
    assert tagged.title in found("fraud")["questions"]


@pytest.mark.engines
def test_relatives_of_a_word_are_found(space, alice, indexed, found):
    ThreadFactory(title="Who signs protocols for sharing?", space=space, author=alice)
    indexed()
    for query in ("protocol", "shared protocols", "Sharing"):
        assert found(query)["questions"] == ["Who signs protocols for sharing?"]


def test_an_organisation_is_found_by_its_short_and_former_names(indexed, found):
    body = OrganisationFactory(name="Essex Partnership University Trust", short_name="EPUT")
    OtherName.objects.create(organisation=body, name="North Essex Mental Health")
    indexed()
    assert found("eput")["partners"] == [body.name]
    assert found("north mental")["partners"] == [body.name]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Saffend", "Southend-on-Sea City Council"),
        ("Sarfend", "Southend-on-Sea City Council"),
        ("southend on see", "Southend-on-Sea City Council"),
        ("Chelmsfrod", "Chelmsford City Council"),
        ("colechester", "Colchester City Council"),
        ("thurock", "Thurrock Council"),
        ("Provde", "Provide CIC"),
        ("virgn care", "HCRG Care Group"),
    ],
)
def test_misspelled_places_and_bodies_are_found(typed, meant, indexed, found):
    for name in (
        "Southend-on-Sea City Council",
        "Chelmsford City Council",
        "Colchester City Council",
        "Thurrock Council",
        "Provide CIC",
        "HCRG Care Group",
    ):
        OrganisationFactory(name=name)
    group = OrganisationFactory(name="HCRG Care Group")
    OtherName.objects.create(organisation=group, name="Virgin Care")
    indexed()
    assert found(typed)["partners"][0] == meant


@pytest.mark.parametrize("typed", ["safegaurding", "safegarding", "Safeguardin", "saveguarding"])
def test_misspelled_topics_are_found(typed, space, alice, indexed, found):
    ThreadFactory(title="A question on it", space=space, author=alice, topics=["safeguarding"])
    indexed()
    assert found(typed)["questions"] == ["A question on it"]


def test_the_page_says_what_it_searched_for_and_offers_the_exact_words(client, indexed):
    OrganisationFactory(name="Southend-on-Sea City Council")
    indexed()
    page = client.get("/search/", {"q": "Saffend"}).content.decode()
    assert "You typed “Saffend”. We searched for <b>“southend”</b>." in page
    exact = client.get("/search/", {"q": "Saffend", "exact": 1})
    assert questions(exact) == []


@pytest.mark.engines
def test_words_the_site_uses_are_not_corrected(space, alice, indexed, found):
    ThreadFactory(title="Our retention policy", space=space, author=alice, topics=["police"])
    ThreadFactory(title="Other things", space=space, author=alice, body="Nothing of note.")
    indexed()
    assert found("xyzzy retention")["questions"] == ["Our retention policy"]


@pytest.mark.engines
def test_a_query_of_any_words_still_gives_the_nearest(space, alice, indexed, client):
    ThreadFactory(title="Fraud in permits", space=space, author=alice)
    indexed()
    response = client.get("/search/", {"q": "fraud unicorns"})
    assert [row["thread"].title for row in response.context["groups"][0]["rows"]] == ["Fraud in permits"]
    assert "Nothing has all of these words." in response.content.decode()


def test_nothing_found_is_not_a_dead_end(client, thread, alice, bob, indexed):
    thread.topics.add("fire safety")
    thread.accepted_answer = PostFactory(thread=thread, author=bob)
    thread.save()
    indexed()
    page = client.get("/search/", {"q": "xyzzy"}).content.decode()
    assert "Nothing here has “xyzzy” in it" in page
    assert f"{reverse('forum:ask')}?title=xyzzy" in page
    assert thread.title in page
    assert "fire safety" in page
    assert client.get("/search/").status_code == 200


def test_results_can_be_paged_within_one_kind(client, space, alice, indexed):
    for number in range(23):
        ThreadFactory(title=f"Fraud question {number}", space=space, author=alice)
    indexed()
    first = client.get("/search/", {"q": "fraud", "in": "questions"})
    second = client.get("/search/", {"q": "fraud", "in": "questions", "page": 2})
    titles = [row["thread"].title for page in (first, second) for row in page.context["groups"][0]["rows"]]
    assert (len(titles), len(set(titles))) == (23, 23)
    assert "page=2" in first.content.decode()


def test_the_words_found_are_marked_and_everything_is_escaped(client, space, alice, indexed):
    ThreadFactory(title="Fraud <script>alert(1)</script>", space=space, author=alice, body="On *fraud* & <b>fines</b>.")
    indexed()
    page = client.get("/search/", {"q": "fraud"}).content.decode()
    assert "<mark>Fraud</mark> &lt;script&gt;" in page
    assert "<script>alert" not in page


# --- leaking ---------------------------------------------------------------------------------------


@pytest.mark.engines
def test_search_shows_each_person_only_what_they_may_read(
    cast, space, members_space, group_space, alice, indexed, found
):
    for room in (space, members_space, group_space):
        ThreadFactory(title=f"{CANARY} in {room.name}", space=room, author=alice, topics=[f"{CANARY} {room.name}"])
    indexed()
    public, members, group = (f"{CANARY} in {room.name}" for room in (space, members_space, group_space))
    expected = {
        "anyone": [public],
        "charlie": [public],
        "alice": [public, members, group],
        "bob": [public, members, group],
        "morag": [public, members],
        "cora": [public, members],
    }
    for name, person in cast.items():
        assert sorted(found(CANARY, person)["questions"]) == sorted(expected[name]), name


def test_a_hidden_thread_leaks_by_no_part_of_the_page(client, group_space, alice, indexed):
    ThreadFactory(
        title="Kestrelgate", space=group_space, author=alice, body=f"All on {CANARY}.", topics=["kestrelwatch"]
    )
    indexed()
    for query in ("kestrelgate", CANARY, "kestrelwatch", "kestrelwach", "xyzzy"):
        page = client.get("/search/", {"q": query}).content.decode().lower().replace(query, "")
        assert "kestrel" not in page
        assert CANARY not in page


@pytest.mark.engines
def test_removed_threads_and_posts_are_not_found(space, alice, bob, morag, indexed, found):
    gone = ThreadFactory(title=f"{CANARY} gone", space=space, author=alice)
    kept = ThreadFactory(title="Kept", space=space, author=alice)
    post = PostFactory(thread=kept, author=bob, body=f"{CANARY} was said here")
    indexed()
    assert sorted(found(CANARY, morag)["questions"]) == ["Kept", f"{CANARY} gone"]
    Thread.objects.filter(pk=gone.pk).update(removed_at=gone.created_at)
    type(post).objects.filter(pk=post.pk).update(removed_at=post.created_at, removed_by="moderator")
    indexed()
    for viewer in (None, alice, morag):
        assert found(CANARY, viewer)["questions"] == []


def test_an_excerpt_never_shows_a_removed_post_even_before_the_index_knows(client, space, alice, bob, indexed):
    kept = ThreadFactory(title="Kept", space=space, author=alice)
    post = PostFactory(thread=kept, author=bob, body=f"{CANARY} was said here")
    indexed()
    type(post).objects.filter(pk=post.pk).update(removed_at=post.created_at, removed_by="moderator")
    assert "was said here" not in client.get("/search/", {"q": CANARY}).content.decode()


@pytest.mark.parametrize("field", ["job_title", "organisation", "expertise"])
def test_a_member_is_found_only_by_what_they_show(field, cast, council, indexed, found):
    hidden = OrganisationFactory(name=f"{CANARY} trust")
    member = MemberFactory(
        display_name="Sasha Reed",
        job_title=f"{CANARY} lead",
        organisation=hidden,
        knows=[f"{CANARY} law"],
        show_job_title="nobody",
        show_organisation="nobody",
        show_expertise="nobody",
    )
    who = {"nobody": [], "members": ["alice", "bob", "cora", "morag"], "everyone": sorted(cast)}
    for audience, people in who.items():
        setattr(member, f"show_{field}", audience)
        member.save()
        indexed()
        finders = sorted(name for name, person in cast.items() if found(CANARY, person)["people"] == ["Sasha Reed"])
        assert finders == people, audience


def test_members_who_hide_their_name_or_do_not_take_part_are_not_found(cast, indexed, found, charity):
    MemberFactory(display_name=f"{CANARY} Shy", organisation=charity, show_name="members")
    MemberFactory(display_name=f"{CANARY} Banned", organisation=charity, standing="banned")
    indexed()
    seen = {name: found(CANARY, person)["people"] for name, person in cast.items()}
    shy = [f"{CANARY} Shy"]
    assert seen == {"anyone": [], "charlie": [], "alice": shy, "bob": shy, "morag": shy, "cora": shy}


def test_what_is_shown_of_a_member_in_results_is_what_they_show(client, charity, indexed):
    MemberFactory(display_name="Sasha Reed", organisation=charity, job_title=CANARY, show_job_title="members")
    indexed()
    page = client.get("/search/", {"q": "Sasha"}).content.decode()
    assert "Sasha" in page
    assert CANARY not in page


def test_organisations_that_applied_or_left_are_the_core_teams_to_find(cast, indexed, found):
    for status in ("applied", "left", "partner", "observer", "replaced"):
        OrganisationFactory(name=f"{CANARY} {status}", status=status, editor_note="plover")
    indexed()
    listed = [f"{CANARY} {status}" for status in ("observer", "partner", "replaced")]
    for name, person in cast.items():
        expected = sorted([*listed, f"{CANARY} applied", f"{CANARY} left"]) if name == "cora" else listed
        assert sorted(found(CANARY, person)["partners"]) == expected, name
        assert found("plover", person)["partners"] == []


# --- hostile input ---------------------------------------------------------------------------------

HOSTILE = [
    '"',
    '"""',
    "''",
    "'; DROP TABLE members_member; --",
    "\\",
    "%",
    "_",
    "*",
    "a*",
    "(",
    ")",
    "((",
    "fraud AND",
    "OR",
    "NOT fraud",
    "NEAR(a b)",
    "title:fraud",
    "^fraud",
    "{title}: fraud",
    "-",
    "--",
    "&",
    "|",
    "!",
    "fraud & !",
    "<->",
    ":*",
    "fraud:*",
    "fraud:A",
    "\x00",
    "a\x00b",
    "\ud800",
    "🦆",
    "ﬁnance",
    "İstanbul",
    "ß",
    "   ",
    "\n\r\t",
    "the of and",
    "x" * 5000,
    "fraud " * 900,
    "é" * 300,
    "%00",
    "${7*7}",
    "{{ 7 }}",
    "<script>",
    "s115",
    "1=1",
    "0",
    "½",
    "̈",
]


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_no_query_breaks_the_page(query, client, thread, indexed):
    indexed()
    query = query.encode("utf-8", "surrogatepass").decode("utf-8", "replace") if "\ud800" in query else query
    for extra in ({}, {"in": "people"}, {"exact": "1"}):
        assert client.get("/search/", {"q": query, **extra}).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "in=nonsense",
        "in=questions&page=0",
        "in=questions&page=-1",
        "in=questions&page=99999999999",
        "page=½&in=people",
        "q=%FF%FE",
        "q[]=a",
        "q=a&q=b",
    ],
)
def test_no_address_breaks_the_page(query, client, thread, indexed):
    indexed()
    assert client.get(f"/search/?q=list&{query}").status_code == 200


def test_a_query_is_cut_not_refused(client, db):
    assert len(client.get("/search/", {"q": "word " * 1000}).context["query"]) <= 200


# --- limits ----------------------------------------------------------------------------------------


def test_an_empty_search_counts_too(client, db, settings):
    """It costs as much as another: topics and top questions are looked up for it."""
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"search": (2, 600)}
    assert [client.get("/search/").status_code for _ in range(3)] == [200, 200, 429]


def test_searching_too_often_is_told_in_plain_words_and_keeps_the_query(client, db, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"search": (2, 600)}
    codes = [client.get("/search/", {"q": "fraud"}).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    page = client.get("/search/", {"q": "fraud"}).content.decode()
    assert "You have searched a lot in a short time." in page
    assert 'value="fraud"' in page
    assert client.get("/search/").status_code == 429


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 1000000000) SELECT count(*) FROM n"


def test_everything_is_read_within_the_time_limit(client, thread):
    for asked in ({}, {"q": "nothing-of-the-kind"}):
        assert isinstance(client.get("/search/", asked).context["topics"], list)


def test_the_database_is_stopped_when_it_takes_too_long(db):
    with pytest.raises(TooSlow), time_limit(0.2), connection.cursor() as cursor:
        cursor.execute(ENDLESS)
    with time_limit(5), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_a_search_that_takes_too_long_is_told_in_plain_words(client, thread, indexed, monkeypatch):
    indexed()
    monkeypatch.setattr("portal.views.search.SECONDS", 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    response = client.get("/search/", {"q": "fire"})
    assert response.status_code in {200, 503}
    if response.status_code == 503:
        assert "That search took too long" in response.content.decode()


@pytest.mark.engines
@pytest.mark.parametrize("who", [None, "bob"])
def test_the_number_of_queries_does_not_grow_with_the_results(who, request, client_of, space, council, indexed):
    viewer = request.getfixturevalue(who) if who else None

    def count(many: int) -> int:
        for number in range(many):
            ThreadFactory(title=f"Fraud {number}", space=space, topics=["fraud"])
            MemberFactory(display_name=f"Fraud Person {number}", organisation=council, knows=["fraud"])
            OrganisationFactory(name=f"Fraud Office {many} {number}")
        indexed()
        client = client_of(viewer)
        client.get("/search/", {"q": "warm up"})
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get("/search/", {"q": "fraud"}).status_code == 200
        return len(queries)

    one, three = count(1), count(3)
    assert one == three
    # on PostgreSQL, where five of them are the time limit and its savepoint; what people show to
    # somebody who is not signed in is asked first
    assert three <= (14 if who else 15)


# --- spelling --------------------------------------------------------------------------------------


def test_words_that_sound_alike_are_alike():
    assert spelling.sound("Saffend") == spelling.sound("Southend") == spelling.sound("sarfend") == "sfnd"
    assert spelling.sound("Southend") != spelling.sound("Southwark")


def test_a_word_far_from_all_known_ones_is_left():
    assert spelling.corrected("xyzzy", ["Southend", "safeguarding"]) is None
    assert spelling.corrected("the police", ["Police"]) is None


# --- who is asked about ----------------------------------------------------------------------------


@pytest.mark.engines
def test_what_is_put_together_for_readers_alike_is_right_for_each(
    cast, space, members_space, group_space, alice, council, indexed, found
):
    """The SQL of `visible` is kept for all readers of a kind: each must get just what `visible` says of them."""
    for number, room in enumerate((space, members_space, group_space)):
        ThreadFactory(title=f"{CANARY} {number}", space=room, author=alice)
    for audience in ("everyone", "members"):
        MemberFactory(display_name=f"{CANARY} {audience}", organisation=council, show_name=audience)
    stranger = MemberFactory(display_name="Outside the group", organisation=council)
    indexed()
    for _ in range(2):
        for person in [*cast.values(), stranger]:
            result = search(CANARY, person or AnonymousUser())
            for source in SOURCES:
                if source.visible:
                    pks = {entry.pk for entry in source.visible(person or AnonymousUser())}
                    assert set(result.pks[source.name]) <= pks
            assert len(result.pks["questions"]) == source_count(person, CANARY)


def source_count(person, word: str) -> int:
    """How many threads with `word` in the title somebody may read."""
    return Thread.objects.visible_to(person or AnonymousUser()).filter(removed_at=None, title__startswith=word).count()


@pytest.mark.engines
def test_nobody_gets_what_was_remembered_of_another(space, group_space, alice, charlie, indexed):
    ThreadFactory(title=f"{CANARY} one", space=group_space, author=alice)
    stranger = MemberFactory(display_name="Like Alice, but outside")
    indexed()
    assert [len(search(CANARY, one).pks["questions"]) for one in (alice, stranger, alice, charlie)] == [1, 0, 1, 0]


def test_an_organisation_that_changed_its_name_is_shown_by_the_new_one(
    client, indexed, django_capture_on_commit_callbacks
):
    body = OrganisationFactory(name="Heron Trust")
    indexed()
    assert "<mark>Heron</mark> Trust" in client.get("/search/", {"q": "heron"}).content.decode()
    body.name = "Heron Foundation"
    body.save()
    with django_capture_on_commit_callbacks(execute=True):
        caching.touch("members")
    indexed()
    assert "<mark>Heron</mark> Foundation" in client.get("/search/", {"q": "heron"}).content.decode()
