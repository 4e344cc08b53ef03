import factory
from django.utils import timezone
from django.utils.text import slugify

from core import markdown
from forum.models import Post, Space, SpaceMembership, Thread
from tests.factories.members import MemberFactory


class SpaceFactory(factory.django.DjangoModelFactory):
    """A public space; `people=[…]` puts members into a private group."""

    class Meta:
        model = Space
        django_get_or_create = ("slug",)
        skip_postgeneration_save = True

    name = factory.Sequence(lambda number: f"Room {number}")
    slug = factory.LazyAttribute(lambda space: slugify(space.name))
    purpose = "Where we talk about sharing information."
    visibility = Space.Visibility.PUBLIC

    @factory.post_generation
    def people(space, create, value):  # noqa: N805
        if create:
            for member in value or []:
                SpaceMembership.objects.get_or_create(space=space, member=member)


class ThreadFactory(factory.django.DjangoModelFactory):
    """A question with its opening, as `ask` would leave it, but with no notices. `topics=[…]` names its topics."""

    class Meta:
        model = Thread
        skip_postgeneration_save = True

    title = factory.Sequence(lambda number: f"May we share the list of addresses number {number}?")
    space = factory.SubFactory(SpaceFactory)
    author = factory.SubFactory(MemberFactory)
    organisation_then = factory.LazyAttribute(lambda thread: thread.author and thread.author.organisation)
    created_at = factory.LazyFunction(timezone.now)
    last_activity_at = factory.SelfAttribute("created_at")
    last_author = factory.SelfAttribute("author")
    highest_number = 1
    highest_visible_number = 1
    voices = factory.LazyAttribute(lambda thread: [thread.author.pk] if thread.author else [])
    voice_count = 1

    @factory.post_generation
    def body(thread, create, value):  # noqa: N805
        if create:
            body = value or "A partner asked us for a list. Which law lets us give it?"
            Post.objects.create(
                thread=thread, number=1, kind=Post.Kind.OPENING, author=thread.author, shown_as=thread.shown_as,
                organisation_then=thread.organisation_then, created_at=thread.created_at,
                body=body, html=markdown.render(body),
            )  # fmt: skip

    @factory.post_generation
    def topics(thread, create, value):  # noqa: N805
        if create and value:
            thread.topics.add(*value)


class PostFactory(factory.django.DjangoModelFactory):
    """An answer (or, with `parent=`, a comment), as `answer` would leave it, but with no notices."""

    class Meta:
        model = Post

    thread = factory.SubFactory(ThreadFactory)
    author = factory.SubFactory(MemberFactory)
    organisation_then = factory.LazyAttribute(lambda post: post.author and post.author.organisation)
    number = factory.LazyAttribute(lambda post: post.thread.highest_number + 1)
    kind = factory.LazyAttribute(lambda post: Post.Kind.COMMENT if post.parent else Post.Kind.ANSWER)
    parent = None
    created_at = factory.LazyFunction(timezone.now)
    body = factory.Sequence(lambda number: f"Yes, under the section I wrote down as number {number}.")
    html = factory.LazyAttribute(lambda post: markdown.render(post.body))

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        post = super()._create(model_class, *args, **kwargs)
        _count_in(post)
        return post


def _count_in(post) -> None:
    """Bring the thread's counters up to a post just made."""
    thread = post.thread
    author = post.author_id
    thread.highest_number = thread.highest_visible_number = post.number
    thread.last_activity_at, thread.last_author = post.created_at, post.author
    if post.kind == Post.Kind.ANSWER:
        thread.answer_count += 1
        thread.peer_answer_count += author != thread.author_id
    thread.voices = [author, *(voice for voice in thread.voices if voice != author)][:3]
    thread.voice_count = thread.posts.values("author").distinct().count()
    thread.change_no += 1
    thread.save()
