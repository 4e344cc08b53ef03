import datetime as dt
import secrets

from django.db import models
from django.db.models import Q
from django.utils import timezone

from events.models.programme import Session
from events.pages.event import EventPage
from members.models import Member

# Letters and figures nobody mistakes for another, and that make no words.
CODE_LETTERS = "bcdfghjkmnpqrstvwxz23456789"
CODE_LENGTH = 6


def new_code() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def new_secret() -> str:
    return secrets.token_hex(32)


class VoteSet(models.Model):
    """Questions that are put to a vote together, at one event or at many. Once used it stays as it is."""

    name = models.CharField(max_length=120)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name


class VoteQuestion(models.Model):
    """One question with its options. `key` is the same wherever the same is asked: trends go by it."""

    vote_set = models.ForeignKey(VoteSet, on_delete=models.PROTECT, related_name="questions")
    key = models.SlugField(max_length=80)
    words = models.CharField(max_length=160)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["vote_set", "key"], name="each_vote_question_once")]

    def __str__(self):
        return self.words


class VoteOption(models.Model):
    """One answer to choose. `key` is the same wherever the same answer is offered."""

    question = models.ForeignKey(VoteQuestion, on_delete=models.PROTECT, related_name="options")
    key = models.SlugField(max_length=80)
    words = models.CharField(max_length=100)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["question", "key"], name="each_vote_option_once")]

    def __str__(self):
        return self.words


class Vote(models.Model):
    """A set of questions put to the people at an event.

    `secret` makes the marks of who voted. It is thrown away when the vote closes, so a vote never opens again.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Not open yet"
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    class Manner(models.TextChoices):
        ANONYMOUS = "anonymous", "Nobody can ever see who chose what; a vote can’t be changed"
        CHANGEABLE = "changeable", "People can change their vote while it is open"

    class Shows(models.TextChoices):
        AT_ONCE = "at_once", "To everybody, while people vote"
        AFTER_VOTING = "after_voting", "To each who has voted"
        WHEN_CLOSED = "when_closed", "To everybody, once it is closed"

    code = models.CharField(max_length=CODE_LENGTH, unique=True, default=new_code, editable=False)
    event = models.ForeignKey(EventPage, on_delete=models.CASCADE, related_name="votes")
    session = models.ForeignKey(Session, null=True, blank=True, on_delete=models.SET_NULL, related_name="votes")
    vote_set = models.ForeignKey(VoteSet, on_delete=models.PROTECT, related_name="votes")
    current = models.ForeignKey(VoteQuestion, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=6, choices=State, default=State.DRAFT)
    manner = models.CharField(max_length=10, choices=Manner, default=Manner.ANONYMOUS)
    shows = models.CharField("who sees the result", max_length=12, choices=Shows, default=Shows.AFTER_VOTING)
    opened_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField("closes by itself", null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    secret = models.CharField(max_length=64, default=new_secret, editable=False, blank=True)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_closed_vote_keeps_no_secret",
                violation_error_message="A vote that is closed keeps nothing by which an answer could be found.",
                condition=~Q(state="closed") | Q(secret=""),
            ),
        ]
        indexes = [models.Index(fields=["state", "closes_at"], name="votes_to_close")]

    def __str__(self):
        return f"{self.vote_set} ({self.code})"

    def is_open(self, *, now: dt.datetime) -> bool:
        """Whether it takes votes. One that closes by itself takes none after that, whoever closes it."""
        return self.state == self.State.OPEN and (self.closes_at is None or now < self.closes_at)

    @property
    def is_anonymous(self) -> bool:
        return self.manner == self.Manner.ANONYMOUS


class VoteTally(models.Model):
    """How often an option was chosen by phone. A counter: nothing of who or when. `takes` is false once closed."""

    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="tallies")
    option = models.ForeignKey(VoteOption, on_delete=models.PROTECT, related_name="+")
    count = models.PositiveIntegerField(default=0)
    takes = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["vote", "option"], name="each_option_tallied_once")]


class Participation(models.Model):
    """That somebody answered a question of an anonymous vote: a mark, and nothing of what, when or in which order.

    The mark is the key, so that there is no number that rises. Deleted when the vote closes.
    """

    mark = models.CharField(max_length=64, primary_key=True)
    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="participations")


class Ballot(models.Model):
    """What somebody chose in a vote that can be changed, by their mark. Deleted when the vote closes."""

    mark = models.CharField(max_length=64, primary_key=True)
    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="ballots")
    option = models.ForeignKey(VoteOption, on_delete=models.PROTECT, related_name="+")


class PaperTally(models.Model):
    """How often an option was chosen on paper, as the team counted. Entered again it replaces what stood there."""

    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="paper")
    option = models.ForeignKey(VoteOption, on_delete=models.PROTECT, related_name="+")
    count = models.PositiveIntegerField()
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["vote", "option"], name="each_option_on_paper_once")]
