"""“Talk to someone who did this”: asked by a notice when the story is published, shown only after a yes."""

import pytest

from cms.actions import contacts
from cms.models import ContactAgreement, StoryContact, StoryPage
from core import outbox
from members import roles
from notifications.models import Notice
from tests.cms import desk


@pytest.fixture
def story(db):
    desk.make_desk()
    return desk.story()


def publish_with(story, *members, by=None):
    """As the editor does it: the story's contacts are exactly these, and it is published."""
    story = StoryPage.objects.get(pk=story.pk)
    story.contacts = [StoryContact(member=member, sort_order=place) for place, member in enumerate(members)]
    story.save_revision(user=by).publish(user=by)
    return story


def notices_of(member):
    return [(notice.kind, notice.subject, notice.url, notice.read_at is None) for notice in member.notices.all()]


def test_publishing_asks_each_new_contact_once(story, alice, bob, cora):
    roles.follow_role(cora)
    publish_with(story, alice, by=cora)
    first = ContactAgreement.objects.get()
    publish_with(story, alice, bob, by=cora)
    second = ContactAgreement.objects.get(member=bob)
    assert notices_of(alice) == [("cms.contact_asked", story.title, f"/stories/contact/{first.pk}/", True)]
    assert notices_of(bob) == [("cms.contact_asked", story.title, f"/stories/contact/{second.pk}/", True)]
    assert Notice.objects.filter(recipient=alice).get().actor == cora


def test_a_draft_asks_nobody(story, alice, cora):
    story.contacts = [StoryContact(member=alice)]
    story.save_revision(user=cora)
    assert (ContactAgreement.objects.count(), notices_of(alice)) == (0, [])


def test_a_yes_names_them_a_no_takes_them_off_again(
    client_of, client, story, alice, django_capture_on_commit_callbacks
):
    publish_with(story, alice)
    url = ContactAgreement.objects.get().get_absolute_url()
    member = client_of(alice)
    assert "May readers ask you how it went?" in member.get(url).content.decode()

    def named():
        return [contact.byline.name for contact in client.get(story.url).context["contacts"]]

    def say(answer):
        with django_capture_on_commit_callbacks(execute=True):
            return member.post(url, {"answer": answer})

    assert named() == []
    assert say("yes").headers["Location"] == story.url
    assert named() == ["Alice Amory"]
    assert notices_of(alice)[0][3] is False
    say("no")
    assert named() == []
    say("nonsense")
    assert named() == []


def test_nobody_else_can_see_or_answer_it(client_of, story, alice, bob, cora):
    publish_with(story, alice)
    agreement = ContactAgreement.objects.get()
    url = agreement.get_absolute_url()
    for person in (bob, cora):
        assert client_of(person).get(url).status_code == 404
        assert client_of(person).post(url, {"answer": "yes"}).status_code == 404
    assert client_of(None).get(url).headers["Location"].startswith("/accounts/login/")
    assert client_of(alice).get(f"/stories/contact/{2**63}/").status_code == 404
    with pytest.raises(contacts.NotYours):
        contacts.agree(by=bob, agreement=agreement)
    assert not ContactAgreement.objects.get().is_agreed()


def test_publishing_an_old_draft_does_not_bring_a_withdrawn_yes_back(client_of, client, story, alice):
    publish_with(story, alice)
    agreement = ContactAgreement.objects.get()
    contacts.agree(by=alice, agreement=agreement)
    old = StoryPage.objects.get(pk=story.pk).save_revision()
    contacts.decline(by=alice, agreement=agreement)
    old.publish()
    assert client.get(story.url).context["contacts"] == []


def test_who_is_taken_off_a_story_is_forgotten_and_their_notice_taken_back(story, alice):
    publish_with(story, alice)
    publish_with(story)
    assert (ContactAgreement.objects.count(), notices_of(alice)) == (0, [])


def test_the_mail_says_what_is_asked_and_goes_once(
    story, alice, settings, mailoutbox, django_capture_on_commit_callbacks
):
    from notifications import jobs

    settings.MAIL_WAIT_SECONDS = 0
    with django_capture_on_commit_callbacks(execute=True):
        publish_with(story, alice)
    outbox.drain()
    jobs.send_due_mail()
    jobs.send_due_mail()
    (mail,) = mailoutbox
    assert mail.to == [alice.email]
    assert mail.subject == f"May readers of “{story.title}” ask you how it went?"
    assert "only if you say yes" in mail.body


def test_an_answer_shows_at_once_on_the_kept_page(
    client, client_of, settings, story, alice, django_capture_on_commit_callbacks
):
    settings.ANONYMOUS_CACHE = True
    publish_with(story, alice)
    client.get(story.url)
    with django_capture_on_commit_callbacks(execute=True):
        contacts.agree(by=alice, agreement=ContactAgreement.objects.get())
    assert "Alice Amory" in client.get(story.url).content.decode()
