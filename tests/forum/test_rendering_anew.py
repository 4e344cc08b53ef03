"""What an older renderer made of posts is made anew, with what they said before."""

import pytest

from core import markdown, worker
from forum.actions import editing, posting, rendering
from forum.models import Post, PostEdit
from forum.pages import mentions
from tests.factories import MemberFactory

# what is kept is thrown away on commit
pytestmark = pytest.mark.django_db(transaction=True)
OLD = "<p>Made <b>long</b> ago</p>"


@pytest.fixture
def answer(thread, bob):
    """In a thread where all is made by this renderer."""
    thread.posts.update(renderer_version=markdown.RENDERER_VERSION)
    return posting.answer(by=bob, thread=thread, body="It is **lawful**.")


def made_old(post: Post, html: str = OLD) -> None:
    """As if an older renderer had made it."""
    Post.objects.filter(pk=post.pk).update(html=html, renderer_version=markdown.RENDERER_VERSION - 1)


def test_the_scheduler_renders_old_posts_anew_and_pages_show_it_at_once(client_of, thread, answer):
    made_old(answer)
    assert OLD in client_of(None).get(thread.get_absolute_url()).content.decode()
    worker.run_chores()
    answer.refresh_from_db()
    assert answer.html == "<p>It is <strong>lawful</strong>.</p>\n"
    assert answer.renderer_version == markdown.RENDERER_VERSION
    shown = client_of(None).get(thread.get_absolute_url()).content.decode()
    assert (OLD in shown, "<strong>lawful</strong>" in shown) == (False, True)


def test_each_is_rendered_once_and_what_is_new_is_left(thread, answer):
    made_old(answer)
    change = Post.objects.get(pk=answer.pk).thread.change_no
    assert [rendering.render_old(), rendering.render_old()] == [1, 0]
    assert Post.objects.get(pk=answer.pk).thread.change_no == change + 1


def test_many_are_done_in_several_bites(thread, answer, bob, monkeypatch):
    monkeypatch.setattr(rendering, "BATCH", 2)
    for number in range(5):
        made_old(posting.answer(by=bob, thread=thread, body=f"No. {number}"))
    assert rendering.render_old() == 5
    assert not Post.objects.rendered_before(markdown.RENDERER_VERSION).exists()


def test_one_look_takes_no_longer_than_its_time(answer, monkeypatch):
    monkeypatch.setattr(rendering, "BUDGET", 0)
    made_old(answer)
    assert rendering.render_old() == 0


def test_what_it_said_before_is_rendered_anew_too(answer, bob):
    editing.edit(by=bob, post=answer, body="It is _not_.")
    PostEdit.objects.update(html=OLD)
    bare = PostEdit.objects.create(post=answer, body="Older still.", html="", by=bob)
    made_old(answer)
    rendering.render_old()
    assert PostEdit.objects.exclude(pk=bare.pk).get().html == "<p>It is <strong>lawful</strong>.</p>\n"
    assert PostEdit.objects.get(pk=bare.pk).html == ""


def test_an_edit_leaves_nothing_of_an_older_renderer_in_the_history(answer, bob):
    editing.edit(by=bob, post=answer, body="It is _not_.")
    PostEdit.objects.update(html=OLD)
    made_old(answer)
    editing.edit(by=bob, post=Post.objects.get(pk=answer.pk), body="Who knows?")
    assert [one.html for one in PostEdit.objects.order_by("pk")] == [
        "<p>It is <strong>lawful</strong>.</p>\n", "<p>It is <em>not</em>.</p>\n",
    ]  # fmt: skip


def test_nobody_is_linked_who_was_not(thread, bob):
    linked, words = MemberFactory(handle="linked"), MemberFactory(handle="words")
    answer = posting.answer(by=bob, thread=thread, body=f"Ask @{linked.handle} or @{words.handle}.")
    before = mentions.linked(answer.body, ["linked"])
    assert (before.count('class="mention"'), "/people/linked/" in before) == (1, True)
    made_old(answer, before)
    rendering.render_old()
    answer.refresh_from_db()
    assert answer.html == before


def test_one_that_cant_be_rendered_stops_no_other(thread, answer, bob, monkeypatch, caplog):
    broken = posting.answer(by=bob, thread=thread, body="BREAKS")
    for post in (answer, broken):
        made_old(post)
    render = mentions.linked

    def breaks(text, handles):
        if "BREAKS" in text:
            raise ValueError("no")
        return render(text, handles)

    monkeypatch.setattr(mentions, "linked", breaks)
    assert [rendering.render_old(), rendering.render_old()] == [2, 0]
    assert f"post {broken.pk} is not rendered anew" in caplog.text
    assert Post.objects.get(pk=answer.pk).html != OLD == Post.objects.get(pk=broken.pk).html
