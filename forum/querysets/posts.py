"""Posts of a thread, and the page of it that one stands on."""

from django.db import models
from django.db.models import Count, OuterRef, Q, Window
from django.db.models.functions import Coalesce, RowNumber

from forum.querysets.counting import MOST_COUNTED, UpTo


class PostQuerySet(models.QuerySet):
    def visible(self):
        """Not deleted or removed. Twin of `is_visible()`."""
        return self.filter(removed_at=None)

    def gone(self):
        """Deleted or removed."""
        return self.exclude(removed_at=None)

    def with_mentions(self):
        """Those that link somebody's page by @handle, whether its owner is shown now or not."""
        return self.filter(html__contains='class="mention"')

    def rendered_before(self, version: int):
        """Those whose HTML an older renderer made, or that of what they said before."""
        return self.filter(renderer_version__lt=version)

    def answers(self):
        return self.filter(kind="answer")

    def comments(self):
        return self.filter(kind="comment")

    def without_comments(self):
        return self.exclude(kind="comment")

    def for_page(self):
        """With everything a post shows that hangs on the post itself, but for its Markdown."""
        return self.select_related("author__organisation__sector", "organisation_then__sector").defer("body")

    def slice_of(self, thread, *, start: int, size: int):
        """The opening, the accepted answer, and `size` answers from the `start`-th on (from 0), by number.

        Deleted and removed ones too: their tombstones keep their places.
        """
        also = Q(number=1) | Q(pk=thread.accepted_answer_id or 0)
        if size:
            answers = self.filter(thread=thread).answers().by_number().values("pk")[start : start + size]
            also |= Q(pk__in=answers)
        return self.filter(also, thread=thread).for_page().by_number()

    def helpful_after(self, thread, *, after: tuple[int, int] | None, size: int):
        """`size` visible answers, most helpful first, from the place (helpful count, number) on."""
        answers = self.filter(thread=thread).answers().visible()
        if after:
            count, number = after
            answers = answers.filter(Q(helpful_count__lt=count) | Q(helpful_count=count, number__gt=number))
        return answers.for_page().most_helpful()[:size]

    def comments_on(self, parents, *, first: int, all_on: int | None = None):
        """The `first` few comments on each of `parents` (ids), all on `all_on`; with `of`, how many there are."""
        ranked = self.filter(parent__in=parents, kind="comment").annotate(
            place=Window(RowNumber(), partition_by="parent", order_by="number"),
            of=Window(Count("pk"), partition_by="parent"),
        )
        return ranked.filter(Q(place__lte=first) | Q(parent=all_on or 0)).for_page().by_number()

    def of_thread(self, thread):
        """The posts of a thread, with what their own pages show."""
        people = ("author__organisation__sector", "organisation_then__sector")
        return self.filter(thread=thread).select_related(*people)

    def with_answers_before(self):
        """With `answers_before`: how many answers stand before a post, or before what it is on; tombstones too."""
        place = Coalesce(OuterRef("parent__number"), OuterRef("number"))
        answers = self.model.objects.filter(thread=OuterRef("thread"), number__lt=place).answers()
        return self.select_related("parent").annotate(answers_before=UpTo(answers.values("pk").order_by()))

    def first_new_to(self, thread, member, *, above: int):
        """The first visible post by somebody else above a number, or None."""
        posts = self.new_in(thread, above=above).exclude(author=member)
        return posts.with_answers_before().by_number().first()

    def new_to(self, thread, member, *, above: int) -> list[int]:
        """The numbers of the visible posts by other people above a number; MOST_COUNTED at most."""
        posts = self.new_in(thread, above=above).by_number()
        if member.is_authenticated:
            posts = posts.exclude(author=member)
        return list(posts.values_list("number", flat=True)[:MOST_COUNTED])

    def new_in(self, thread, *, above: int):
        """Visible posts above a number."""
        return self.filter(thread=thread, number__gt=above).visible()

    def by_number(self):
        return self.order_by("number")

    def most_helpful(self):
        return self.order_by("-helpful_count", "number")
