"""Topics, as far as somebody may know of them."""

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q

from forum.querysets.counting import MOST_COUNTED, UpTo


def topics_like(text, *, member):
    """Topics with a word that starts with `text`, of threads `member` may read: others name private things."""
    from core.models import Topic
    from forum.models import Thread, ThreadTopic

    threads = Thread.objects.visible_to(member).values("pk")
    used = ThreadTopic.objects.filter(tag=OuterRef("pk"), content_object__in=threads)
    starts = Q(name__istartswith=text) | Q(name__icontains=f" {text}")
    return Topic.objects.filter(starts, Exists(used)).order_by("name")


def topics_of(member):
    """Topics a member follows (`followed`) or knows about, by name.

    With `total` visible threads, and `waiting`: visible unanswered questions of other people about it; both
    up to MOST_COUNTED.
    """
    from core.models import Topic
    from forum.models import Thread
    from members.models import Expertise

    about = Thread.objects.visible_to(member).filter(topic_links__tag=OuterRef("pk"), removed_at=None).order_by()
    waiting = about.unanswered().exclude(author=member)
    followed = member.topic_follows.filter(follow="following", topic=OuterRef("pk"))
    known = Expertise.objects.filter(content_object=member, tag=OuterRef("pk"))
    return (
        Topic.objects.annotate(followed=Exists(followed), known=Exists(known))
        .filter(Q(followed=True) | Q(known=True))
        .annotate(total=UpTo(about.values("pk")[:MOST_COUNTED]), waiting=UpTo(waiting.values("pk")[:MOST_COUNTED]))
        .order_by("name")
    )


def topics_with_totals(member):
    """All topics of threads a reader may see, with `total`, counted up to MOST_COUNTED. By name."""
    from core.models import Topic
    from forum.models import Thread

    # in no order: sorted, every thread about a topic would be read before the first hundred are counted
    about = Thread.objects.visible_to(member).filter(topic_links__tag=OuterRef("pk"), removed_at=None).order_by()
    totals = Topic.objects.filter(Exists(about)).annotate(total=UpTo(about.values("pk")[:MOST_COUNTED]))
    return totals.order_by("name")


def topics_seen_by(member):
    """Topics a reader may know of, whether or not a thread is about them. Signed in, with `my_follow` as for spaces.

    Those of threads they may read, what others show that they know about, and what they follow themselves: any
    other could name a private thing.
    """
    from core.models import Topic
    from forum.models import Thread, ThreadTopic, TopicFollow
    from members.models import Expertise, Member

    threads = Thread.objects.visible_to(member).values("pk")
    people = Member.objects.visible_to(member).showing("expertise", to=member).order_by().values("pk")
    seen = Q(Exists(ThreadTopic.objects.filter(tag=OuterRef("pk"), content_object__in=threads)))
    seen |= Q(Exists(Expertise.objects.filter(tag=OuterRef("pk"), content_object__in=people)))
    if not member.is_authenticated:
        return Topic.objects.filter(seen)
    seen |= Q(Exists(TopicFollow.objects.filter(topic=OuterRef("pk"), member=member)))
    return Topic.objects.filter(seen).annotate(
        mine=FilteredRelation("follows", condition=Q(follows__member=member)), my_follow=F("mine__follow")
    )


def topic_name(text: str, *, member) -> str:
    """The name of the topic an address means by its slug, where `member` may see it; else the text itself."""
    return topics_seen_by(member).filter(slug=text).values_list("name", flat=True).first() or text
