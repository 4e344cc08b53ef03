"""Many at once on the editors' side: nobody's act is lost because another's stands in its way."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from wagtail.models import PageViewRestriction

from cms.models import Excerpt
from cms.notices import drafting as notices
from forum import about
from forum.actions import discussing, posting, spaces
from forum.actions.refusals import NotAllowed
from forum.models import Post, Thread
from notifications.models import Notice
from tests.factories import MemberFactory, PostFactory, SpaceFactory, knowledge
from tests.parts.crowd import all_at_once, second_comes_before_the_first_is_committed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]


def test_authors_asked_by_many_drafts_at_once_all_hear(thread, morag):
    authors = MemberFactory.create_batch(6)
    posts = [PostFactory(thread=thread, author=author, kind=Post.Kind.ANSWER) for author in authors]

    def asking(n):
        page = knowledge.story(f"Story {n}", publish=False)
        excerpts = [Excerpt.objects.create(page=page, post=post, words="So.") for post in posts]
        chosen = excerpts[n % 6 :] + excerpts[: n % 6]
        return lambda: transaction.atomic(notices.consent_asked)(page, chosen, by=morag)

    results = all_at_once([asking(n) for n in range(18)])
    assert [result for result in results if isinstance(result, Exception)] == []
    assert Notice.objects.filter(kind=notices.ASKED).count() == 18 * 6


def test_a_section_is_made_private_while_people_reply(alice, bob, space):
    pages = [knowledge.news(f"News {n}") for n in range(6)]
    for page in pages:
        discussing.say(by=alice, about=about.look_up("page", page.pk, alice), body="First.")
        discussing.say(by=bob, about=about.look_up("page", page.pk, bob), body="Second.")
    threads = list(Thread.objects.order_by("pk"))
    section = pages[0].get_parent()

    def make_private():
        with transaction.atomic():
            return PageViewRestriction.objects.create(page=section, restriction_type="login")

    replies = [
        lambda by=by, thread=threads[-1 - n % 3]: posting.answer(by=by, thread=thread, body="Yes.")
        for n, by in enumerate(MemberFactory.create_batch(40))
    ]
    results = all_at_once([make_private, *replies])
    errors = [result for result in results if isinstance(result, Exception)]
    assert [error for error in errors if not isinstance(error, NotAllowed)] == []  # it was hidden before they came
    assert not Thread.objects.listed().exists()
    assert not Notice.objects.unread().filter(recipient__in=[alice, bob]).exists()


def test_two_sections_are_made_private_at_once(alice, bob, space):
    """One above the other: each follows all threads below it."""
    pages = [knowledge.news(f"News {n}") for n in range(6)]
    for page in pages:
        discussing.say(by=alice, about=about.look_up("page", page.pk, alice), body=f"First, @{bob.handle}.")
    section = pages[0].get_parent()
    places = [section, section.get_parent(), *pages] * 2
    acts = [lambda at=at: PageViewRestriction.objects.create(page=at, restriction_type="login") for at in places]
    assert [result for result in all_at_once(acts) if isinstance(result, Exception)] == []
    assert not Thread.objects.listed().exists()


@pytest.mark.parametrize("written_first", [True, False])
def test_a_page_made_private_while_its_first_words_are_written_keeps_them_to_members(
    bob, space, members_space, written_first
):
    page = knowledge.news("News")
    looked_at = about.look_up("page", page.pk, bob)
    acts = [
        lambda: discussing.say(by=bob, about=looked_at, body="First."),
        lambda: PageViewRestriction.objects.create(page=page, restriction_type="login"),
    ]
    results = second_comes_before_the_first_is_committed(*acts if written_first else reversed(acts))
    assert [result for result in results if isinstance(result, Exception)] == []
    assert Thread.objects.get().space == members_space


@pytest.mark.parametrize("written_first", [True, False])
def test_a_space_opened_while_first_words_about_a_members_page_are_written_does_not_show_them(
    bob, members_space, written_first
):
    page = knowledge.news("News")
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    other = SpaceFactory(name="Another of theirs", visibility="members", order=9)
    looked_at = about.look_up("page", page.pk, bob)

    def open_up():
        with transaction.atomic():
            members_space.visibility = "public"
            members_space.save()
            spaces.changed(members_space)

    acts = [lambda: discussing.say(by=bob, about=looked_at, body="First."), open_up]
    results = second_comes_before_the_first_is_committed(*acts if written_first else reversed(acts))
    assert [result for result in results if isinstance(result, Exception)] == []
    assert Thread.objects.get().space == other
    assert not Thread.objects.visible_to(AnonymousUser()).exists()
