"""The home page: a real answered notice anyone may read, kept whole for the anonymous, edited by the core team."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.actions.first_pages import make_first_pages
from cms.pages.standard import StandardPage
from cms.querysets.home import in_short, whole_sentences
from core import caching
from forum.actions import accepting, asking, posting, spaces
from forum.models import SpaceMembership
from members import actions, roles
from tests.factories import MemberFactory, OrganisationFactory, PostFactory, SectorFactory, ThreadFactory


@pytest.fixture
def home(db):
    return make_first_pages()


def answered(title, space, body="Yes, you may.", days_ago=1.0, **fields):
    thread = ThreadFactory(title=title, space=space, **fields)
    post = PostFactory(thread=thread, body=body)
    thread.accepted_answer, thread.accepted_at = post, timezone.now() - dt.timedelta(days=days_ago)
    thread.save()
    return thread


def test_the_latest_accepted_answer_anyone_may_read_is_shown(client, home, space, members_space, group_space):
    answered("Older", space, days_ago=3)
    answered("Newest in public", space, body="**Yes**, if they agree.", days_ago=2)
    answered("For members", members_space)
    answered("In a group", group_space)
    response = client.get("/")
    assert response.context["notice"]["title"] == "Newest in public"
    page = response.content.decode()
    assert "Yes, if they agree." in page
    assert "For members" not in page
    assert "In a group" not in page
    assert [line["title"] for line in response.context["answered"]] == ["Older"]


def test_a_signed_in_member_sees_the_same_notice_and_their_own_waiting_questions(
    client_of, bob, charlie, home, space, members_space
):
    answered("Public", space)
    answered("For members", members_space)
    ThreadFactory(title="Waits in public", space=space)
    ThreadFactory(title="Waits for members", space=members_space)
    for person, waiting in (
        (bob, ["Waits for members", "Waits in public"]),
        (charlie, ["Waits in public"]),
        (None, ["Waits in public"]),
    ):
        context = client_of(person).get("/").context
        assert context["notice"]["title"] == "Public"
        assert [line["title"] for line in context["waiting"]] == waiting


def test_removed_threads_are_not_on_the_home_page(client_of, morag, home, space):
    for thread in (answered("Answered and gone", space), ThreadFactory(title="Waiting and gone", space=space)):
        type(thread).objects.filter(pk=thread.pk).update(removed_at=thread.created_at)
    context = client_of(morag).get("/").context
    assert (context["notice"], context["answered"], context["waiting"]) == (None, [], [])


def test_an_asker_who_hides_their_name_is_not_named(client, home, space, council):
    shy = MemberFactory(display_name="Shy Asker", organisation=council, show_name="members")
    answered("Asked shyly", space, author=shy)
    answered(
        "As a sector", space, author=MemberFactory(display_name="Sector Asker", organisation=council), shown_as="sector"
    )
    page = client.get("/").content.decode()
    assert "Asked shyly" in page
    assert "Shy Asker" not in page
    assert "Sector Asker" not in page


def test_whom_an_answer_mentions_is_named_as_long_as_they_show_their_name(client, home, space, alice, bob, forget):
    thread = asking.ask(by=alice, space=space, kind="question", title="Who was asked?", body="Who knows?")
    accepting.accept(by=alice, post=posting.answer(by=bob, thread=thread, body="Yes, @alice was."))
    assert client.get("/").context["notice"]["answer_text"] == "Yes, @alice was."
    actions.update_details(by=alice, show_name="members")
    forget()
    response = client.get("/")
    assert response.context["notice"]["answer_text"] == "Yes, @a member was."
    assert "@alice" not in response.content.decode()


def test_an_old_answer_is_not_called_this_weeks(client, home, space):
    answered("Long ago", space, days_ago=8)
    assert client.get("/").context["notice"]["head"] == "Answered lately"


def test_a_site_with_nothing_in_it_still_has_a_home(client, home):
    response = client.get("/")
    assert response.status_code == 200
    assert "Every question has an answer." in response.content.decode()


def test_spaces_are_those_the_reader_may_open(client_of, bob, morag, home, space, members_space, group_space):
    names = {
        who: [room.name for room in client_of(person).get("/").context["spaces"]]
        for who, person in {"anyone": None, "bob": bob, "morag": morag}.items()
    }
    assert names == {
        "anyone": ["Lawful sharing"],
        "bob": ["Lawful sharing", "Pilot group", "Safeguarding"],
        "morag": ["Lawful sharing", "Safeguarding"],
    }


def test_partners_are_counted_by_sector(client, home):
    health, fire = SectorFactory(name="Health", colour="health"), SectorFactory(name="Fire", colour="fire")
    for number in range(3):
        OrganisationFactory(name=f"Clinic {number}", sector=health)
    OrganisationFactory(name="Engines", sector=fire)
    OrganisationFactory(name="Watching", sector=fire, status="observer")
    for status in ("applied", "left", "replaced"):
        OrganisationFactory(name=f"Not {status}", sector=fire, status=status)
    context = client.get("/").context
    assert [(part["name"], part["count"]) for part in context["parts"]] == [("Health", 3), ("Fire", 2)]
    assert context["partners_title"] == "5 partners, 2 kinds of work"
    assert context["finding"] == "Of 5 partners, most are in health: 3."


@pytest.mark.parametrize("who", [None, "bob"])
def test_the_number_of_queries_does_not_grow(who, request, client_of, home, space):
    viewer = request.getfixturevalue(who) if who else None

    def count(many: int) -> int:
        for number in range(many):
            answered(f"Answered {many} {number}", space)
            ThreadFactory(title=f"Waits {many} {number}", space=space)
        client = client_of(viewer)
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/").status_code == 200
        return len(queries)

    one, three = count(1), count(3)
    assert one == three
    assert three <= 6


def test_the_home_page_is_kept_for_the_anonymous_until_what_it_shows_changes(
    client, settings, home, django_capture_on_commit_callbacks
):
    settings.ANONYMOUS_CACHE = True
    client.get("/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/")
    assert len(queries) == 0
    home.headline = "A new headline"
    with django_capture_on_commit_callbacks(execute=True):
        home.save_revision().publish()
    assert "A new headline" in client.get("/").content.decode()


def test_pages_for_the_anonymous_set_no_cookie_and_carry_no_token(client, home):
    for path in ("/", "/privacy/"):
        response = client.get(path)
        assert response.cookies == {}
        assert "csrfmiddlewaretoken" not in response.content.decode()


def test_the_core_team_edits_and_previews_the_pages(client_of, cora, bob, home):
    roles.set_up_groups()
    assert client_of(cora).get(f"/admin/pages/{home.pk}/edit/").status_code == 200
    assert client_of(bob).get(f"/admin/pages/{home.pk}/edit/").status_code in {302, 403}
    response = home.make_preview_request(original_request=None, preview_mode="")
    assert response.status_code == 200
    assert home.headline in response.rendered_content


def test_making_the_first_pages_again_keeps_what_was_written(home):
    home.headline = "Our own words"
    home.save()
    assert make_first_pages().headline == "Our own words"
    assert StandardPage.objects.count() == 5


def test_a_page_may_not_take_an_address_of_the_site_itself(home):
    for slug in ("forum", "people", "search", "partners", "admin", "accounts", "healthz"):
        with pytest.raises(ValidationError):
            StandardPage(title="Taken", slug=slug, body="<p>Words</p>").clean()
    StandardPage(title="Free", slug="our-own", body="<p>Words</p>").clean()


def test_a_cut_off_answer_ends_with_a_whole_sentence():
    text = "You may tell them what you saw when you visited the flat. " * 2 + "And then there is the…"
    assert whole_sentences(text) == text.removesuffix(" And then there is the…")
    assert whole_sentences("Short and cut…") == "Short and cut…"


def test_an_answer_in_short_stops_before_a_list_and_what_leads_up_to_it():
    steps = "<ol><li>Talk to your lead.</li><li>Write it down.</li></ol><p>Good luck.</p>"
    assert in_short(f"<p><strong>You may.</strong></p><p>Take it in this order:</p>{steps}") == "You may."
    assert in_short(f"<p>You may. Take it in this order:</p>{steps}") == "You may."
    assert in_short(f"<p>Take it in this order:</p>{steps}") == (
        "Take it in this order: Talk to your lead. Write it down. Good luck."
    )
    assert in_short("<p>You may.</p><p>Good luck.</p>") == "You may. Good luck."
    long = "You may tell them what you saw when you visited the flat. " * 6
    assert in_short(f"<p>{long}</p>") == ("You may tell them what you saw when you visited the flat. " * 3).strip()


def test_a_page_made_private_goes_from_the_kept_pages(client, settings, home, django_capture_on_commit_callbacks):
    settings.ANONYMOUS_CACHE = True
    assert client.get("/privacy/").status_code == 200
    page = StandardPage.objects.get(slug="privacy")
    with django_capture_on_commit_callbacks(execute=True):
        restriction = page.view_restrictions.create(restriction_type="login")
    assert client.get("/privacy/").status_code == 404
    before = caching.versions_of(["site"])
    with django_capture_on_commit_callbacks(execute=True):
        restriction.delete()
    assert caching.versions_of(["site"]) != before
    assert client.get("/privacy/").status_code == 200


def test_spaces_are_shown_to_who_may_read_them_and_as_they_are_now(
    client_of, home, space, members_space, group_space, alice, morag, charlie, django_capture_on_commit_callbacks
):
    def shown(person):
        return {one.name for one in client_of(person).get("/").context["spaces"]}

    for _again in range(2):
        assert shown(alice) == {"Lawful sharing", "Safeguarding", "Pilot group"}
        assert shown(morag) == {"Lawful sharing", "Safeguarding"}
        for person in (charlie, None):
            assert shown(person) == {"Lawful sharing"}
    members_space.name = "Keeping safe"
    members_space.save()
    with django_capture_on_commit_callbacks(execute=True):
        spaces.changed(members_space)
    assert "Keeping safe" in shown(morag)
    SpaceMembership.objects.filter(member=alice).delete()
    assert shown(alice) == {"Lawful sharing", "Keeping safe"}
