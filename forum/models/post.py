import datetime as dt

from django.db import models
from django.urls import reverse
from django.utils import timezone

from forum.models.thread import SEARCHED, ShownAs, Thread
from forum.querysets import PostQuerySet
from members.models import Member, Organisation, RetiredHandle

PUT_BACK_WITHIN = dt.timedelta(days=30)  # of deleting one's own post


class Post(models.Model):
    """Something said in a thread. Number 1 is its opening; comments share the numbering of answers."""

    class Kind(models.TextChoices):
        OPENING = "opening", "Opening"
        ANSWER = "answer", "Answer"
        COMMENT = "comment", "Comment"

    class RemovedBy(models.TextChoices):
        AUTHOR = "author", "Deleted by its author"
        MODERATOR = "moderator", "Removed by a moderator"

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="posts")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="comments",
        help_text="The opening or answer that a comment is on.",
    )  # fmt: skip
    author = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="posts")
    organisation_then = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    shown_as = models.CharField(max_length=6, choices=ShownAs, default=ShownAs.NAME)
    body = models.TextField("Markdown")
    html = models.TextField()
    renderer_version = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    helpful_count = models.PositiveIntegerField(default=0)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.CharField(max_length=9, choices=RemovedBy, blank=True)
    removed_why = models.CharField(max_length=240, blank=True)
    deleted_at = models.DateTimeField(
        null=True, blank=True, help_text="When its author had deleted it, before a moderator removed it."
    )
    was_accepted_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when it had been the accepted answer when it was deleted or removed."
    )
    acceptance_mailed_at = models.DateTimeField(
        null=True, blank=True, help_text="An acceptance of it that was taken back had been mailed: no other one is."
    )
    # The form it was sent with: the same form sent twice makes one post.
    once_key = models.UUIDField(null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["thread_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["thread", "number"], name="one_post_per_number"),
            models.UniqueConstraint(fields=["author", "once_key"], name="one_post_per_form"),
            models.CheckConstraint(
                condition=models.Q(kind="comment", parent__isnull=False)
                | ~models.Q(kind="comment") & models.Q(parent=None),
                name="comments_have_a_parent",
                violation_error_message="A comment stands below a post, and nothing else does.",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="opening", number=1) | ~models.Q(kind="opening") & models.Q(number__gt=1),
                name="the_opening_is_number_one",
                violation_error_message="The first post of a thread has number 1, and no other has.",
            ),
        ]
        indexes = [
            models.Index(fields=["author", "-created_at"], name="post_by_author"),
            models.Index(fields=["parent", "number"], name="post_comments", condition=models.Q(kind="comment")),
            models.Index(
                fields=["thread", "-helpful_count", "number"], name="post_helpful", condition=models.Q(kind="answer")
            ),
            models.Index(fields=["thread", "number"], name="post_answers", condition=models.Q(kind="answer")),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.number} in {self.thread_id}"

    def get_absolute_url(self):
        """The share link of this post: lands on its page of the thread."""
        base = reverse("forum:thread-detail", args=[self.thread_id, self.thread.slug])
        return f"{base}?post={self.number}#post-{self.number}"

    def word(self) -> str:
        """What people call it: “question”, “answer”, “reply”, “comment”…"""
        if self.kind == self.Kind.OPENING:
            return self.thread.get_kind_display().lower()
        if self.kind == self.Kind.ANSWER and not self.thread.is_question():
            return "reply"
        return self.get_kind_display().lower()

    def is_visible(self) -> bool:
        """Not deleted or removed. Twin of `visible()`."""
        return self.removed_at is None

    def put_back_until(self) -> dt.datetime | None:
        """Until when its author may put back what they deleted; None for what they did not delete."""
        if self.removed_at is None or self.removed_by != self.RemovedBy.AUTHOR:
            return None
        return self.removed_at + PUT_BACK_WITHIN

    def handles_named(self) -> set[str]:
        """The handles, old ones too, of whom it mentions or mentioned, and of who wrote it. One query."""
        people = Member.objects.filter(models.Q(pk=self.author_id) | models.Q(pk__in=self.mentions.values("member")))
        old = RetiredHandle.objects.filter(member__in=people.values("pk")).values_list("handle")
        return {handle for (handle,) in people.order_by().values_list("handle").union(old)}

    def whether_searched(self) -> models.expressions.NegatedExpression:
        """Whether search knows the words of this post: an expression, asked with something else about its thread."""
        before = Post.objects.visible().filter(thread=self.thread_id, number__lt=self.number).order_by("number")
        return ~models.Exists(before[SEARCHED - 1 : SEARCHED])

    def version(self) -> str:
        """What a form to edit it remembers: another one when it was edited since; of an opening, also its topics."""
        words = self.edited_at.astimezone(dt.UTC).isoformat() if self.edited_at else "first"
        return f"{words}/{self.thread.topics_version()}" if self.kind == self.Kind.OPENING else words

    def changed_since(self, known: str) -> tuple[bool, bool]:
        """Whether its words, and whether its topics, are others than at that `version()`.

        A version of an older release says nothing of topics: they count as the same.
        """
        words, _, topics = known.partition("/")
        words_now, _, topics_now = self.version().partition("/")
        return words != words_now, bool(topics) and topics != topics_now


class PostEdit(models.Model):
    """What a post said before it was edited."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="edits")
    title = models.CharField(max_length=140, blank=True, help_text="The thread's title before, for an opening.")
    body = models.TextField()
    html = models.TextField(
        blank=True, help_text="As it was shown then; empty for what was edited before this was kept."
    )
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]


class Helpful(models.Model):
    """A member found a post helpful."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="helpful")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "member"], name="helpful_once_each")]


class Mention(models.Model):
    """A post names a member by handle; told once, also when the post is edited."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="mentions")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "member"], name="mentioned_once_per_post")]
