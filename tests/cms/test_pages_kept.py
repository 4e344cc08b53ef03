"""What readers of a page share is read and rendered once, forgotten as soon as it is different, and theirs alone."""

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from cms.actions import contacts, drafting, handing_over
from cms.bylines import faces_of, member_byline
from cms.models import ContactAgreement, Excerpt, StoryContact
from cms.querysets.stories import Agreed
from core import caching
from core.models import CustomDocument, CustomImage, Topic
from forum.actions import asking, following, moderating, posting
from forum.models import PageThread
from members import roles
from members.actions import details, standing
from members.models import Member
from reference.actions.provisions import mark_changed
from reference.models import PageProvision
from tests.cms.test_blocks import PIXEL
from tests.factories import MemberFactory, ThreadFactory, knowledge

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def queries(client, url) -> list[str]:
    """The statements of a page that somebody else has read before."""
    client.get("/glossary/")
    with CaptureQueriesContext(connection) as made:
        assert client.get(url).status_code == 200
    return [one["sql"][:120] for one in made.captured_queries]


def add_to(page, **fields):
    """Change a page as an editor does: a new version, published."""
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


@pytest.fixture
def guidance(cora, alice, space):
    """Guidance with something of everything."""
    parent = knowledge.guidance("The national code", level="national")
    page = knowledge.guidance("How we share", supersedes=parent, keeper=alice, topics=["fire"])
    add_to(page, provision_links=[PageProvision(provision=knowledge.ProvisionFactory())])
    PageThread.objects.create(page=page, thread=ThreadFactory(title="May we?", author=alice, space=space))
    return page


@pytest.fixture
def story(alice, council):
    page = knowledge.story("Nightly matching", topics=["fire"], sector=council.sector)
    add_to(page, contacts=[StoryContact(member=alice)], organisations=[council])
    return page


@pytest.mark.parametrize("name", ["guidance", "story"])
def test_the_second_reader_of_a_page_costs_few_queries(name, request, client_of, alice, bob):
    page = request.getfixturevalue(name)
    client_of(alice).get(page.url)
    made = queries(client_of(bob), page.url)
    assert len(made) <= 8, made


def test_the_second_reader_of_a_topic_costs_few_queries(guidance, story, client_of, alice, bob):
    client_of(alice).get("/topics/fire/")
    made = queries(client_of(bob), "/topics/fire/")
    assert len(made) <= 8, made


def test_a_new_version_is_read_by_the_next_and_a_draft_by_nobody(guidance, reads, acts, alice, bob):
    assert "protect a child" in reads(alice, guidance.url)
    with acts():
        guidance.topics.add("water")
        add_to(guidance, body=[("text", "<p>You must ask first.</p>")])
    for person in (alice, bob, None):
        html = reads(person, guidance.url)
        assert "You must ask first." in html
        assert "/topics/water/" in html
        assert "protect a child" not in html
    guidance.body = [("text", "<p>A thought of mine.</p>")]
    guidance.save_revision()
    assert "A thought of mine." not in reads(alice, guidance.url)


def test_words_that_were_written_past_the_editor_are_read_as_they_are(guidance, reads, alice):
    reads(alice, guidance.url)
    guidance.body = [("text", "<p>Put right by hand.</p>")]
    guidance.save()
    assert "Put right by hand." in reads(alice, guidance.url)


def test_a_preview_shows_the_draft_and_nobody_else_gets_it(guidance, reads, client_of, cora, bob):
    roles.follow_role(cora)
    guidance.body = [("text", "<p>A thought of mine.</p>")]
    revision = guidance.save_revision()
    asked = client_of(cora).get("/admin/").wsgi_request
    assert "A thought of mine." in revision.as_object().make_preview_request(asked).rendered_content
    for person in (cora, bob, None):
        assert "A thought of mine." not in reads(person, guidance.url)


def test_the_keeper_is_shown_to_each_as_they_wish(guidance, reads, acts, alice, bob, cora, charlie):
    for first in (cora, alice, bob):  # whoever warmed it
        assert "Alice Amory" in reads(first, guidance.url)
    with acts():
        details.update_details(by=alice, show_name="members")
    assert "Alice Amory" in reads(bob, guidance.url)
    for person in (None, charlie):
        assert "Alice Amory" not in reads(person, guidance.url)
    with acts():
        details.update_details(by=alice, show_name="nobody")
    for person, named in ((cora, True), (alice, True), (bob, False), (charlie, False), (None, False)):
        assert ("Alice Amory" in reads(person, guidance.url)) == named, person


def test_the_new_owner_is_named_at_once(guidance, reads, acts, alice, bob, cora):
    assert "Alice Amory" in reads(bob, guidance.url)
    with acts():
        handing_over.hand_over(by=cora, records=[guidance], to=bob)
    assert "Bob Barley" in reads(alice, guidance.url)


def test_guidance_beside_it_is_named_to_those_alone_who_may_see_it(guidance, reads, acts, alice, charlie):
    for person in (alice, charlie, None):
        assert "The national code" in reads(person, guidance.url)
    with acts():
        PageViewRestriction.objects.create(page=guidance.supersedes, restriction_type="login")
    assert "The national code" in reads(alice, guidance.url)
    for person in (charlie, None):
        assert "The national code" not in reads(person, guidance.url)
    with acts():
        guidance.supersedes.unpublish()
    assert "The national code" not in reads(alice, guidance.url)


def test_the_law_is_checked_by_who_may_and_nobody_gets_their_button(guidance, reads, acts, client_of, alice, bob, cora):
    law = guidance.provision_links.get().provision
    assert "Check this" not in reads(alice, guidance.url)
    with acts():
        mark_changed(by=cora, provision=law, what="It names schools now.")
    assert "It names schools now." in reads(alice, guidance.url)
    assert f"/still-right/{guidance.pk}/" in reads(alice, guidance.url)
    html = reads(bob, guidance.url)
    assert "It names schools now." in html
    assert f"/still-right/{guidance.pk}/" not in html
    assert "csrfmiddlewaretoken" not in reads(None, guidance.url)
    with acts():
        client_of(alice).post(f"/still-right/{guidance.pk}/")
    assert "It names schools now." not in reads(bob, guidance.url)


def test_threads_are_shown_to_those_who_may_read_them(guidance, reads, acts, group_space, alice, bob, charlie, morag):
    linked = ThreadFactory(title="CANARY beside it", author=alice, space=group_space)
    named = ThreadFactory(title="CANARY in the words", author=alice, space=group_space)
    with acts():
        PageThread.objects.create(page=guidance, thread=linked)
        add_to(guidance, body=[("thread", named)])
    for _again in range(2):
        for person in (alice, bob):
            html = reads(person, guidance.url)
            assert "CANARY beside it" in html
            assert "CANARY in the words" in html
        for person in (charlie, morag, None):
            assert "CANARY" not in reads(person, guidance.url)
    with acts():
        posting.answer(by=bob, thread=named, body="Yes, you may.")
    assert "1 answer" in reads(alice, guidance.url)


def test_a_thread_that_is_taken_away_is_gone_at_once(guidance, reads, acts, space, alice, bob, morag):
    thread = asking.ask(by=alice, space=space, kind="question", title="To be taken away", body="?")
    with acts():
        PageThread.objects.create(page=guidance, thread=thread)
        add_to(guidance, body=[("thread", thread)])
    assert reads(bob, guidance.url).count("To be taken away") == 2
    with acts():
        moderating.remove(by=morag, post=thread.posts.get(number=1), why="Off topic.")
    for person in (alice, bob, morag, None):
        assert "To be taken away" not in reads(person, guidance.url)


def test_files_are_shown_to_those_who_may_fetch_them(guidance, reads, acts, alice, charlie):
    shelf = Collection.get_first_root_node().add_child(name="Shelf")
    file = CustomDocument.objects.create(title="CANARY sheet", file=ContentFile(b"a", name="a.txt"), collection=shelf)
    image = CustomImage.objects.create(
        title="Dot", file=ImageFile(ContentFile(PIXEL, name="dot.png")), collection=shelf
    )
    image.contextual_alt_text, image.decorative = "CANARY hall", False
    with acts():
        add_to(guidance, body=[("download", {"document": file}), ("image", {"image": image, "caption": "CANARY"})])
    for person in (alice, charlie, None):
        assert reads(person, guidance.url).count("CANARY") == 3
    with acts():
        CollectionViewRestriction.objects.create(collection=shelf, restriction_type="login")
    for _again in range(2):
        assert reads(alice, guidance.url).count("CANARY") == 3
        for person in (charlie, None):
            assert "CANARY" not in reads(person, guidance.url)
    with acts():
        file.title = "Another sheet"
        file.save()
        image.delete()
    html = reads(alice, guidance.url)
    assert "Another sheet" in html
    assert "CANARY" not in html


def test_nobody_is_quoted_longer_than_they_agree(guidance, reads, acts, thread, alice, bob, charlie, morag):
    post = posting.answer(by=bob, thread=thread, body="CANARY said so.")
    excerpt = Excerpt.objects.create(page=guidance, post=post, words="CANARY said so.")
    with acts():
        add_to(guidance, body=[("excerpt", {"excerpt": excerpt, "summary": "In short."})])
    everybody = (alice, bob, charlie, None)
    for person in everybody:
        assert "In short." in reads(person, guidance.url)
        assert "CANARY" not in reads(person, guidance.url)
    with acts():
        drafting.answer(by=bob, excerpt=excerpt, agree=True)
    for person in everybody:
        assert "CANARY said so." in reads(person, guidance.url)
    with acts():
        details.update_details(by=bob, show_name="members")
    for person, named in ((alice, True), (charlie, False), (None, False)):
        assert ("Bob Barley" in reads(person, guidance.url)) == named
    with acts():
        moderating.remove(by=morag, post=post, why="It names somebody.")
    for person in everybody:
        assert "CANARY" not in reads(person, guidance.url)


def test_words_are_explained_as_the_glossary_has_them(guidance, reads, acts, client_of, cora, alice):
    roles.set_up_groups()
    term = knowledge.TermFactory(term="child", definition="Anybody under eighteen.")
    with acts():
        add_to(guidance)
    assert "Anybody under eighteen." in reads(alice, guidance.url)
    with acts():
        assert client_of(cora).post(f"/admin/snippets/reference/term/delete/{term.pk}/").status_code == 302
    for person in (alice, None):
        assert "Anybody under eighteen." not in reads(person, guidance.url)


def test_who_may_be_asked_of_a_story_is_each_ones_own_to_say(story, reads, acts, alice, bob, charlie, cora):
    everybody = (alice, bob, charlie, cora, None)
    agreement = ContactAgreement.objects.get(member=alice)
    for person in everybody:
        assert "have offered" not in reads(person, story.url)
        assert "member has offered" not in reads(person, story.url)
    with acts():
        contacts.agree(by=alice, agreement=agreement)
    for person in everybody:
        assert "Alice Amory" in reads(person, story.url)
    with acts():
        details.update_details(by=alice, show_name="members")
    for person, named in ((alice, True), (bob, True), (cora, True), (charlie, False), (None, False)):
        assert ("member has offered" in reads(person, story.url)) == named, person
        assert ("%40alice" in reads(person, story.url)) == named, person
    with acts():
        contacts.decline(by=alice, agreement=agreement)
    for person in everybody:
        assert "member has offered" not in reads(person, story.url)


def test_a_contact_who_is_shut_out_is_named_no_more(story, reads, acts, alice, bob, cora):
    with acts():
        contacts.agree(by=alice, agreement=ContactAgreement.objects.get(member=alice))
    assert "member has offered" in reads(bob, story.url)
    with acts():
        standing.ban(by=cora, member=alice, why="Spam.")
    for person in (bob, cora, None):
        assert "member has offered" not in reads(person, story.url)


def test_partners_are_called_what_they_are_called_now(story, reads, acts, client_of, cora, council, bob):
    assert council.name in reads(bob, story.url)
    with acts():
        council.name = "Another Council"
        council.save()
        caching.touch("members", "forum")  # as the admin does
    assert "Another Council" in reads(bob, story.url)


def test_a_topic_shows_each_what_they_may_see_whoever_was_there_first(reads, acts, alice, charlie, cora):
    knowledge.guidance("Open guidance", topics=["fire"])
    shut = [
        knowledge.guidance("CANARY guidance", topics=["fire"]), knowledge.story("CANARY story", topics=["fire"]),
        knowledge.news("CANARY news", topics=["fire"]),
    ]  # fmt: skip
    template = knowledge.template("CANARY template")
    template.topics.add("fire")
    for person in (alice, charlie, None):
        assert reads(person, "/topics/fire/").count("CANARY") >= 4
    with acts():
        for page in shut:
            PageViewRestriction.objects.create(page=page, restriction_type="login")
        shelf = Collection.get_first_root_node().add_child(name="Shelf")
        CollectionViewRestriction.objects.create(collection=shelf, restriction_type="login")
        document = template.versions.get().document
        document.collection = shelf
        document.save()
    for _again in range(2):
        assert reads(alice, "/topics/fire/").count("CANARY") >= 4
        for person in (charlie, None):
            html = reads(person, "/topics/fire/")
            assert "Open guidance" in html
            assert "CANARY" not in html
    with acts():
        shut[0].unpublish()
        add_to(shut[1], title="Told anew")
    html = reads(alice, "/topics/fire/")
    assert "CANARY guidance" not in html
    assert "Told anew" in html


def test_a_topic_says_to_each_whether_they_follow_it(reads, acts, space, alice, bob):
    ThreadFactory(space=space, topics=["fire"])
    topic = Topic.objects.get()
    for person in (alice, bob):
        assert 'value="following" aria-pressed="false"' in reads(person, "/topics/fire/")
    with acts():
        following.follow_topic(by=alice, topic=topic, follow="following")
    assert 'value="default" aria-pressed="true"' in reads(alice, "/topics/fire/")
    assert 'value="following" aria-pressed="false"' in reads(bob, "/topics/fire/")


def test_new_members_and_pages_of_groups(guidance, reads, acts, client_of, alice, bob):
    few = Group.objects.create(name="Few")
    few.user_set.add(bob)
    with acts():
        restriction = PageViewRestriction.objects.create(page=guidance, restriction_type="groups")
        restriction.groups.add(few)
    assert "How we share" in reads(bob, guidance.url)
    for person in (alice, MemberFactory(), None):
        assert client_of(person).get(guidance.url).status_code == 404
        assert "How we share" not in client_of(person).get("/topics/fire/").content.decode()
    assert "How we share" in reads(bob, "/topics/fire/")


@pytest.mark.parametrize("shown", ["everyone", "members", "nobody"])
def test_kept_faces_agree_with_what_each_reader_may_see(cast, council, shown):
    """The twins of `member_byline` and `Member.objects.visible_to`, for every kind of reader and the member's own."""
    fields = {"show_name": shown, "show_organisation": shown, "show_job_title": shown}
    member = MemberFactory(organisation=council, job_title="Adviser", **fields)
    face = faces_of(member)
    agreed = Agreed(member.handle, face, shown == "everyone")
    for viewer in (*cast.values(), member):
        assert face.seen_by(viewer) == member_byline(member, viewer), viewer
        assert agreed.visible_to(viewer) == Member.objects.visible_to(viewer).filter(pk=member.pk).exists(), viewer
