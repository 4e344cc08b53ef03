"""Who hears of what happened in the forum. The act has happened; here is told of it.

Those it is about (the asker, the author commented on, the mentioned) get their rows in the act's own
transaction; followers get theirs from the worker, in a fixed number of statements.
"""

from collections.abc import Iterable

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from wagtail.models import ModelLogEntry

from core import outbox
from core.prepared import Source
from forum.models import Post, Reading, Space, SpaceFollow, Thread, TopicFollow
from members.models import Member
from notifications import inbox
from notifications.models import Notice

ACCEPTED = "forum.accepted"
LOST = "forum.lost"
MENTIONED = "forum.mentioned"
REMOVED = "removed:"  # how the group key of a removed post begins


def group_key(thread: Thread) -> str:
    """One unread notice per member and thread."""
    return f"thread:{thread.pk}"


def lock_key(thread: Thread) -> str:
    return f"locked:{thread.pk}"


def lost_key(thread: Thread) -> str:
    return f"lost:{thread.pk}"


def url_of(thread: Thread, post: Post) -> str:
    return f"/forum/{thread.pk}/{thread.slug}/?post={post.number}#post-{post.number}"


def url_now(thread: Thread, url: str) -> str:
    """What a notice keeps as its address, with the title of now: that of then may have been taken back."""
    path, mark, place = url.partition("?")
    of_thread, of_one_post = (path.startswith(f"/forum/{thread.pk}/{what}") for what in ("", "posts/"))
    return thread.get_absolute_url() + mark + place if of_thread and not of_one_post else url


def url_of_own(thread: Thread, post: Post) -> str:
    """Where the author of a post that is gone reads what they wrote, also when its thread is gone."""
    return f"/forum/{thread.pk}/posts/{post.number}/gone/"


def _tell(kind: str, thread: Thread, post: Post, *, recipients, why, by=None, by_mail: bool = True) -> None:
    """Tell of a post; `by` whom, if not its author; without `by_mail` by the bell alone."""
    inbox.notify(
        kind, recipients=recipients, group_key=group_key(thread), subject=thread.title, url=url_of(thread, post),
        actor=by or post.author, item_id=post.pk, why=why, listed=True, by_mail=by_mail,
    )  # fmt: skip


def _take_back(thread: Thread, post: Post, *, kind: str = "") -> None:
    """What was told of a post, or only as `kind`, is told no more; what else is new in the thread stays."""

    inbox.take_back(group_key(thread), post.pk, kind=kind, urls=lambda pks: _urls(thread, pk__in=pks))


def _urls(thread: Thread, **which) -> dict[int, str]:
    """The addresses of posts by their id."""
    return {one.pk: url_of(thread, one) for one in thread.posts.only("number", "thread").filter(**which)}


def posts_shown(thread: Thread, member: Member, *, up_to: int, and_these: Iterable[int] = ()) -> None:
    """`member` was shown all posts up to a number, and these (ids): they need not hear of them any more."""

    def unshown(pks: set[int]) -> dict[int, str]:
        return _urls(thread, pk__in=pks.difference(and_these), number__gt=up_to)

    inbox.read_as_shown(member, group_key(thread), unshown=unshown)


def _unmuted(thread: Thread, ids: Iterable[int]) -> QuerySet | Source:
    """Of these members, those who take part, may still read the thread, and have not muted it."""
    people = sorted(ids)
    if len(people) == 1:
        # the one who asked, or is commented on: every reply tells them, so its SQL is kept
        if thread.space.visibility == "group":
            return Source(_one_of_group, (thread.pk, people[0], thread.space_id))
        return Source(_one, (thread.pk, people[0]))
    return readers(thread).filter(pk__in=people).filter(~Exists(_muting(thread.pk)))


def _one(thread: int, member: int) -> QuerySet:
    return Member.objects.taking_part().filter(~Exists(_muting(thread)), pk=member)


def _one_of_group(thread: int, member: int, space: int) -> QuerySet:
    return _one(thread, member).filter(space_memberships__space=space)


def _muting(thread: int) -> QuerySet:
    return Reading.objects.filter(thread=thread, member=OuterRef("pk"), follow="muted")


def readers(thread: Thread):
    """Members who may read a thread."""
    people = Member.objects.taking_part()
    return people.filter(space_memberships__space=thread.space_id) if thread.space.visibility == "group" else people


def thread_started(thread: Thread, post: Post, *, mentioned: list[Member], keeper: int | None = None) -> None:
    """Tell the mentioned now, and leave the followers of the space and the topics to the worker.

    `keeper` looks after the page that these are the first words about: they follow the thread, and are told now.
    """
    named = _ids(mentioned)
    if keeper and named:
        inbox.hold_inboxes(Member.objects.filter(pk__in=named | {keeper}))
    if named:
        _tell(MENTIONED, thread, post, recipients=_unmuted(thread, named), why="mentioned")
    if keeper:
        _page_talked_about(thread, post, keeper=keeper)
    outbox.put("forum.fan_out_thread", post=post.pk)
    reindex(thread)


def _page_talked_about(thread: Thread, post: Post, *, keeper: int) -> None:
    if keeper == post.author_id:
        return
    _, made = Reading.objects.get_or_create(member_id=keeper, thread=thread, defaults={"follow": "following"})
    if made:
        _tell("forum.new_thread", thread, post, recipients=_unmuted(thread, [keeper]), why="keeper")


def post_written(thread: Thread, post: Post, *, on: Post | None, mentioned: list[Member]) -> None:
    """Tell the asker (of an answer), the author commented on and the mentioned now; the followers by the worker."""
    named = _ids(mentioned)
    asked = _direct(thread, post, on) - named
    if asked and named:
        inbox.hold_inboxes(Member.objects.filter(pk__in=named | asked))
    _tell_directly(thread, post, on=on, asked=asked, named=named)
    outbox.put("forum.fan_out_post", post=post.pk)


def _direct(thread: Thread, post: Post, on: Post | None) -> set[int]:
    """Whom a reply or a comment answers, as a set of one; empty when that is its own author, or nobody now."""
    direct = on.author_id if on else thread.author_id
    return {direct} if direct and direct != post.author_id else set()


def _tell_directly(thread: Thread, post: Post, *, on: Post | None, asked: set[int], named: set[int]) -> None:
    if asked:
        kind, why = _kind_of_reply(on)
        _tell(kind, thread, post, recipients=_unmuted(thread, asked), why=why)
    if named:
        _tell(MENTIONED, thread, post, recipients=_unmuted(thread, named), why="mentioned")


def _kind_of_reply(on: Post | None) -> tuple[str, str]:
    """As which kind somebody is told of a reply to what they wrote, or asked, and why."""
    return ("forum.commented", "author") if on else ("forum.answered", "asker")


def post_put_back(thread: Thread, post: Post, *, whole: bool) -> None:
    """Its author or a moderator put a post back: whom it tells hear of it, as of a new one, unless they have read it.

    `whole`: its thread came back with it, and of what else stands there they hear again, too.
    """
    back = [(one, *_about(thread, one)) for one in _coming_back(thread, post, whole=whole)]
    people = set().union(*(direct | named for _, direct, named in back))
    read_to = dict(thread.readings.filter(member__in=people).values_list("member", "last_read_number"))
    for one, direct, named in back:
        unread = {pk for pk in direct | named if read_to.get(pk, 0) < one.number}
        _tell_directly(thread, one, on=one.parent, asked=(direct - named) & unread, named=named & unread)
        if one.kind == Post.Kind.OPENING:
            outbox.put("forum.fan_out_thread", post=one.pk)
    replies = [one.pk for one, *_ in back if one.kind != Post.Kind.OPENING]
    outbox.put_all("forum.fan_out_post", [{"post": pk} for pk in replies])


def hold_for_put_back(thread: Thread, post: Post, *, whole: bool) -> None:
    """Before a post is put back: lock the inboxes of all who may be told at once, in order."""
    people = [_about(thread, one) for one in _coming_back(thread, post, whole=whole)]
    hold(thread, thread.author_id, post.author_id, *set().union(*(direct | named for direct, named in people)))


def _coming_back(thread: Thread, post: Post, *, whole: bool) -> QuerySet:
    """What is put back: a post, or with it all that stands in its thread; by number, with whom they mention."""
    which = Q(pk=post.pk) | Q(removed_at=None) if whole else Q(pk=post.pk)
    return thread.posts.filter(which).select_related("author", "parent").prefetch_related("mentions").by_number()


def _about(thread: Thread, post: Post) -> tuple[set[int], set[int]]:
    """Whom a post answers, and whom it mentions. No query for what comes with both."""
    direct = set() if post.kind == Post.Kind.OPENING else _direct(thread, post, post.parent)
    return direct, {one.member_id for one in post.mentions.all()} - {post.author_id}


def mentioned_later(thread: Thread, post: Post, *, people: list[Member]) -> None:
    """An edit mentions someone for the first time."""
    if people:
        _tell(MENTIONED, thread, post, recipients=_unmuted(thread, _ids(people)), why="mentioned")


def answer_accepted(thread: Thread, post: Post, *, by: Member, instead_of: Post | None = None) -> None:
    """Tell the author of the accepted answer; the author of the one that was until now need not hear of it any more.

    Nor need the asker hear that the one before is gone.
    """
    done = inbox.may_be_unread(by, lost_key(thread))
    if instead_of is not None or done:
        people = {post.author_id, instead_of and instead_of.author_id, by.pk if done else None}
        inbox.hold_inboxes(Member.objects.filter(pk__in=people - {None}))
    if done:
        inbox.read(by, lost_key(thread))
    if instead_of is not None:
        acceptance_taken_back(thread, instead_of)
    if post.author_id and post.author_id != by.pk:
        recipients = _unmuted(thread, [post.author_id])
        by_mail = post.acceptance_mailed_at is None
        _tell(ACCEPTED, thread, post, recipients=recipients, why="author", by=by, by_mail=by_mail)


def acceptance_taken_back(thread: Thread, post: Post) -> None:
    """Its author, if they have not read yet that it was accepted, need not; what else is new in the thread stays."""
    remember_mail_of_acceptance(thread, post)
    _take_back(thread, post, kind=ACCEPTED)


def remember_mail_of_acceptance(thread: Thread, post: Post) -> None:
    """Before an acceptance ends: if a mail told its author of it, none will again, however often it is accepted."""
    told = Notice.objects.filter(group_key=group_key(thread), recipient=post.author_id)
    told = told.filter(told__contains=f" {ACCEPTED} {post.pk} ")
    if post.acceptance_mailed_at is None and any(one.has_mailed(ACCEPTED, post.pk) for one in told):
        Post.objects.filter(pk=post.pk).update(acceptance_mailed_at=timezone.now())


def acceptance_lost(thread: Thread, post: Post, *, by: Member) -> None:
    """Tell the asker that the answer they accepted was deleted, or removed: their question is open again."""
    removed = post.removed_by == Post.RemovedBy.MODERATOR
    _tell_asker(thread, post, by=by, why="removed" if removed else "deleted", url=thread.get_absolute_url())


def acceptance_back(thread: Thread, post: Post, *, by: Member) -> None:
    """Tell the asker that it is back and accepted again, if they heard that it was gone."""
    _tell_asker(thread, post, by=by, why="back", url=url_of(thread, post))


def _tell_asker(thread: Thread, post: Post, *, by: Member, why: str, url: str) -> None:
    asker, key = thread.author_id, lost_key(thread)
    if asker and _is_news(key, asker, by=by):
        inbox.notify(LOST, recipients=_unmuted(thread, [asker]), group_key=key, subject=thread.title, url=url,
                     item_id=post.pk, why=why)  # fmt: skip


def post_removed(thread: Thread, post: Post, *, by: Member, entry: ModelLogEntry, whole: bool) -> None:
    """Tell the author that a moderator took their post away, and why; `whole`: its thread went with it."""
    _post_moderated(thread, post, by=by, entry=entry, url=url_of_own(thread, post) if whole else url_of(thread, post))


def post_restored(thread: Thread, post: Post, *, by: Member, entry: ModelLogEntry) -> None:
    """Tell the author that a moderator put their post back, and why."""
    _post_moderated(thread, post, by=by, entry=entry, url=url_of(thread, post))


def removal_taken_back(thread: Thread, post: Post, *, by: Member, entry: ModelLogEntry) -> None:
    """Tell the author that what they had deleted is as they left it, no longer removed: they can put it back."""
    _post_moderated(thread, post, by=by, entry=entry, url=url_of_own(thread, post))


def _post_moderated(thread: Thread, post: Post, *, by: Member, entry: ModelLogEntry, url: str) -> None:
    author = Member.objects.filter(pk=post.author_id, is_active=True)
    key = f"{REMOVED}{post.pk}"
    if _is_news(key, post.author_id, by=by):
        inbox.notify("forum.removed", recipients=author, group_key=key, subject=thread.title, url=url,
                     item_id=entry.pk, why="author")  # fmt: skip


def thread_locked(thread: Thread, *, by: Member, entry: ModelLogEntry) -> None:
    """Tell who started a thread that a moderator locked or unlocked it, and why."""
    asker, key = thread.author_id, lock_key(thread)
    if asker and _is_news(key, asker, by=by):
        inbox.notify("forum.locked", recipients=_unmuted(thread, [asker]), group_key=key, subject=thread.title,
                     url=thread.get_absolute_url(), item_id=entry.pk, why="asker")  # fmt: skip


def _is_news(key: str, person: int | None, *, by: Member) -> bool:
    """Whether a member hears what a moderator did; what they were told before of the same thing is taken back.

    What undoes something they have not heard of is no news, nor is what they did themself.
    """
    told = Notice.objects.unread().filter(group_key=key, recipient=person)
    unheard = told.filter(seen_at=None, mailed_at=None, mail_leased_until=None).exists()
    inbox.withdraw(key)
    return person not in (None, by.pk) and not unheard


def hold(thread: Thread, *people: int | None) -> None:
    """Before an act that takes notices of a thread back and tells people: lock all their inboxes, in order."""
    told = Notice.objects.unread().filter(group_key__in=keys_of(thread)).values("recipient")
    inbox.hold_inboxes(Member.objects.filter(Q(pk__in=told) | Q(pk__in={*people} - {None})))


def keys_of(thread: Thread) -> list[str]:
    """The group keys of all that is told of a thread to who can read it."""
    return [group_key(thread), lock_key(thread), lost_key(thread)]


def told_of_space(space: Space) -> QuerySet:
    """The unread notices of a space's threads, and of what moderators did to posts there."""
    threads = [key for thread in space.threads.only("pk") for key in keys_of(thread)]
    posts = Post.objects.filter(thread__space=space).annotate(key=Concat(Value(REMOVED), Cast("pk", CharField())))
    return Notice.objects.unread().filter(Q(group_key__in=threads) | Q(group_key__in=posts.values("key")))


def withdraw(thread: Thread, post: Post | None) -> None:
    """A post is gone: unread notices that tell of nothing else go too, others tell of what is left.

    Without `post` the whole thread is gone.
    """
    if post is None:
        inbox.withdraw(*keys_of(thread))
        return
    _take_back(thread, post)


def reindex(thread: Thread) -> None:
    """Have the worker put what the thread says now into the search index."""
    outbox.put("forum.index", thread=thread.pk)


def reindex_all(threads: QuerySet) -> None:
    """The same of many."""
    pks = threads.order_by("pk").values_list("pk", flat=True)
    outbox.put_all("forum.index", [{"thread": pk} for pk in pks])


def reindex_space(space: Space) -> None:
    """Have the worker look which of its threads are to be indexed anew, now that others may read it."""
    outbox.put("forum.index_space", space=space.pk)


def fan_out_post(post: Post) -> None:
    """Tell the followers of a thread of a new post: one INSERT … SELECT, whatever their number."""
    thread = post.thread
    followers = Reading.objects.filter(thread=thread, follow="following", member=OuterRef("pk"))
    # who has read it on the page meanwhile need not be told
    followers = followers.filter(last_read_number__lt=post.number)
    recipients = _not_told_yet(thread, post).filter(Exists(followers))
    _tell("forum.new_post", thread, post, recipients=recipients, why="following")


def fan_out_thread(post: Post) -> None:
    """Tell the followers of a space or a topic of a new thread, unless they muted the other."""
    thread = post.thread
    topics = thread.topic_links.values("tag")
    space = SpaceFollow.objects.filter(space=thread.space_id, member=OuterRef("pk"))
    topic = TopicFollow.objects.filter(topic__in=topics, member=OuterRef("pk"))
    in_space = Q(Exists(space.filter(follow="following"))) & ~Q(Exists(topic.filter(follow="muted")))
    in_topic = Q(Exists(topic.filter(follow="following"))) & ~Q(Exists(space.filter(follow="muted")))
    why = Case(When(in_space, then=Value("space")), default=Value("topic"))
    met = Reading.objects.filter(thread=thread, member=OuterRef("pk"))
    met = met.filter(Q(follow="muted") | Q(last_read_number__gte=post.number))
    recipients = _not_told_yet(thread, post).filter(in_space | in_topic).filter(~Exists(met))
    _tell("forum.new_thread", thread, post, recipients=recipients, why=why)


def _not_told_yet(thread: Thread, post: Post) -> QuerySet:
    """Readers but the author, and whom the act told itself: of those it is about, who wants to hear of that.

    Their notices don't say so: they list no more what their readers were shown meanwhile.
    """
    direct, named = _about(thread, post)
    told = Q(pk=post.author_id or 0)
    for kind, people in ((MENTIONED, named), (_kind_of_reply(post.parent)[0], direct - named)):
        told |= Q(pk__in=inbox.wanting(kind, Member.objects.filter(pk__in=people)).values("pk"))
    return readers(thread).exclude(told)


def _ids(people: Iterable[Member]) -> set[int]:
    return {person.pk for person in people}
