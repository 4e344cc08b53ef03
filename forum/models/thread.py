import hashlib

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from taggit.managers import TaggableManager
from taggit.models import ItemBase
from wagtail.search import index

from core.models import Topic
from forum.models.space import Space
from forum.querysets import ThreadQuerySet
from members.models import Member, Organisation

SEARCHED = 12  # posts of a thread whose words search knows: the opening and the first answers and comments

# Words that stand after a thread's number in addresses of their own (forum/urls.py; a test compares).
ACTS = frozenset(["answer", "follow", "new", "posts", "row", "unaccept", "us-too"])


class ShownAs(models.TextChoices):
    """How a byline names its author."""

    NAME = "name", "With name and organisation"
    SECTOR = "sector", "A member from a sector"
    MEMBER = "member", "A member"


class Thread(index.Indexed, models.Model):
    """A question, discussion, concern or success, and everything said to it. Its number is its id."""

    class Kind(models.TextChoices):
        QUESTION = "question", "Question"
        DISCUSSION = "discussion", "Discussion"
        CONCERN = "concern", "Concern"
        SUCCESS = "success", "Success"

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.QUESTION)
    title = models.CharField(max_length=140)
    slug = models.SlugField(max_length=80)
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="threads")
    topics = TaggableManager(through="forum.ThreadTopic", blank=True)

    author = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="threads")
    organisation_then = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    shown_as = models.CharField(max_length=6, choices=ShownAs, default=ShownAs.NAME)

    created_at = models.DateTimeField(default=timezone.now)
    last_activity_at = models.DateTimeField(default=timezone.now)
    last_author = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    # Counters kept under this row's lock by the acts of forum.actions.
    highest_number = models.PositiveIntegerField(default=0)
    highest_visible_number = models.PositiveIntegerField(default=0)
    answer_count = models.PositiveIntegerField(default=0, help_text="Visible answers.")
    peer_answer_count = models.PositiveIntegerField(default=0, help_text="Visible answers by others than the asker.")
    us_too_count = models.PositiveIntegerField(default=0)
    change_no = models.PositiveBigIntegerField(default=0, help_text="Raised with every change a reader could see.")
    # The last few who posted, newest first, as member ids; and how many different people there are.
    voices = models.JSONField(default=list)
    voice_count = models.PositiveIntegerField(default=0)

    # The page or record it is about (forum.about says what kinds there are).
    about_type = models.ForeignKey(ContentType, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    about_id = models.PositiveBigIntegerField(null=True, blank=True)

    accepted_answer = models.OneToOneField(
        "forum.Post", null=True, blank=True, on_delete=models.SET_NULL, related_name="accepted_for"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    pinned = models.BooleanField(default=False)
    locked = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True, blank=True)
    # Since when what it is about is open to fewer than may read here. `removed_at` is then the same moment, or that
    # of another reason to remove it.
    withheld_at = models.DateTimeField(null=True, blank=True)

    objects = ThreadQuerySet.as_manager()

    search_fields = [
        index.SearchField("title", boost=4),
        index.SearchField("topics_text", boost=2),
        index.SearchField("posts_text"),
        index.FilterField("space_id"),
        index.FilterField("removed_at"),
    ]

    class Meta:
        ordering = ["-last_activity_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(highest_visible_number__lte=models.F("highest_number")),
                name="visible_numbers_within_numbers",
                violation_error_message="A post that can be seen can’t have a higher number than the last one.",
            ),
            models.CheckConstraint(
                condition=models.Q(peer_answer_count__lte=models.F("answer_count")),
                name="peers_within_answers",
                violation_error_message="There can’t be more answers by others than there are answers.",
            ),
            models.UniqueConstraint(
                fields=["about_type", "about_id"],
                condition=models.Q(removed_at=None),
                name="one_thread_about_each",
                violation_error_message="There is a thread about it already.",
            ),
        ]
        indexes = [
            models.Index(fields=["-last_activity_at", "-id"], name="thread_latest"),
            models.Index(fields=["space", "-last_activity_at", "-id"], name="thread_in_space"),
            models.Index(
                fields=["-created_at", "-id"],
                name="thread_unanswered",
                condition=models.Q(kind="question", peer_answer_count=0, removed_at=None),
            ),
            models.Index(
                fields=["-last_activity_at", "-id"],
                name="thread_answered",
                condition=models.Q(accepted_answer__isnull=False, removed_at=None),
            ),
            models.Index(fields=["author", "-last_activity_at"], name="thread_by_author"),
            models.Index(fields=["pinned"], name="thread_pinned", condition=models.Q(pinned=True)),
        ]

    def __str__(self):
        return self.title

    @classmethod
    def get_indexed_objects(cls):
        """With the space, whose readers the index is written for."""
        return super().get_indexed_objects().select_related("space")

    def save(self, *args, **kwargs):
        self.slug = slugify(self.title)[:80].strip("-") or "thread"
        if self.slug in ACTS:
            self.slug += "-thread"
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("forum:thread-detail", args=[self.pk, self.slug])

    @property
    def number(self) -> int:
        return self.pk

    def is_question(self) -> bool:
        return self.kind == self.Kind.QUESTION

    def is_answered(self) -> bool:
        """An answer is accepted. Twin of `answered()`."""
        return self.accepted_answer_id is not None

    def is_unanswered(self) -> bool:
        """A question with no visible answer by someone else, that takes one. Twin of `unanswered()`."""
        return self.is_question() and self.peer_answer_count == 0 and not self.is_answered() and not self.locked

    def reply_word(self) -> str:
        """What is said to it, one or many: a question has answers, anything else has replies."""
        one, many = ("answer", "answers") if self.is_question() else ("reply", "replies")
        return one if self.answer_count == 1 else many

    def replies_in_words(self) -> str:
        """How many there are: “2 answers”, “1 reply”."""
        return f"{self.answer_count:,} {self.reply_word()}"

    def others_replied(self) -> bool:
        """There is a visible answer or comment by someone else. One query."""
        replies = self.posts.visible().filter(number__gt=1)
        return replies.exclude(author=self.author_id).exists() if self.author_id else replies.exists()

    def goes_with(self, post) -> bool:
        """It goes when this post does: an opening that nobody else replied to, or the last that stands. One query."""
        if post.kind == post.Kind.OPENING:
            return not self.others_replied()
        return not self.posts.visible().exclude(pk=post.pk).exists()

    def is_removed(self) -> bool:
        return self.removed_at is not None

    def went_with_its_posts(self) -> bool:
        """It was removed only because nothing was left in it once its asker had deleted the opening. One query."""
        return self.is_removed() and self.posts.filter(number=1, removed_by="author").exists()

    def is_withheld(self) -> bool:
        """Hidden as a removed one is, as long as what it is about is open to fewer than may read here."""
        return self.withheld_at is not None

    def topics_version(self) -> str:
        """Another one for other topics, 12 letters. One query."""
        return hashlib.sha256("\n".join(sorted(self.topics.names())).encode()).hexdigest()[:12]

    def topics_text(self) -> str:
        """Topic names, for search."""
        return " ".join(self.topics.names())

    def posts_text(self) -> str:
        """The words of the first visible posts (SEARCHED), for search.

        As those read them who may read the space: whom its pages call “a member” is found by no name of theirs.
        """
        from core.markdown import plain
        from forum.pages import mentions
        from forum.pages.shared import MEMBERS, PUBLIC

        first = list(self.posts.visible().order_by("number").values_list("html", flat=True)[:SEARCHED])
        face = PUBLIC if self.space.is_public() else MEMBERS
        return " ".join(plain(html) for html in mentions.shown(face, first))[:20_000]


class ThreadTopic(ItemBase):
    content_object = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="topic_links")
    tag = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="thread_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["content_object", "tag"], name="one_topic_per_thread")]


class UsToo(models.Model):
    """An organisation that has the same question. Counted by sector, never shown by name."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="us_too")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "organisation"], name="us_too_once_each")]
