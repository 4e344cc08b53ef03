"""Choosing a thread, an excerpt of a post or a member in the admin: only what the person may see is offered."""

from django import forms
from django.db.models import Q
from django.utils.text import Truncator
from wagtail import hooks
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets.chooser import BaseChooser

from forum.models import Space, Thread
from members.models import Member


class WordsFilter(BaseFilterForm):
    """All words of what is typed must stand in one of `fields`: no index is asked, so half a word will do."""

    fields_asked: tuple[str, ...] = ()

    q = forms.CharField(
        label="Search", required=False, max_length=100, widget=forms.TextInput(attrs={"placeholder": "Search"})
    )

    def filter(self, objects):
        objects = super().filter(objects)
        self.search_query = self.cleaned_data.get("q", "")
        self.is_searching = bool(self.search_query)
        for word in self.search_query.split():
            found = Q()
            for field in self.fields_asked:
                found |= Q(**{f"{field}__icontains": word})
            objects = objects.filter(found)
        return objects


class ThreadFilter(WordsFilter):
    fields_asked = ("title",)


class MemberFilter(WordsFilter):
    fields_asked = ("display_name", "handle", "organisation__name")


class ExcerptFilter(WordsFilter):
    fields_asked = ("words", "page__title", "post__thread__title")


class _Threads:
    """Those the person at the admin may read, the last active first."""

    filter_form_class = ThreadFilter

    def get_object_list(self):
        threads = Thread.objects.visible_to(self.request.user).filter(removed_at=None)
        return threads.order_by("-last_activity_at", "-pk")


class _Members:
    """Those who take part and whose page the person at the admin may open, by name."""

    filter_form_class = MemberFilter

    def get_object_list(self):
        people = Member.objects.visible_to(self.request.user).taking_part().with_organisation()
        return people.order_by("display_name", "pk")

    @property
    def title_column(self):
        column = super().title_column
        column.accessor, column.label = member_title, "Name"
        return column


class _Approvers(_Members):
    """Those who may approve: members who take part and write here, by name."""

    def get_object_list(self):
        return super().get_object_list().writers()

    @property
    def columns(self):
        return [*super().columns, Column("role", label="Role", accessor="get_role_display")]


def member_title(member) -> str:
    """“Priya Nair, Mardyke Food Bank”: two people may have the same name."""
    return f"{member}, {member.organisation}" if member.organisation else str(member)


class _Excerpts:
    """Those of threads the person at the admin may read, the last asked for first."""

    filter_form_class = ExcerptFilter

    def get_object_list(self):
        threads = Thread.objects.visible_to(self.request.user).values("pk")
        return self.model_class.objects.filter(post__thread__in=threads).select_related("page").order_by("-pk")

    @property
    def title_column(self):
        column = super().title_column
        column.accessor = excerpt_title
        return column


def excerpt_title(excerpt) -> str:
    """“Ask them first, and…” (given), for Sharing with the fire service."""
    words = Truncator(excerpt.words).chars(80)
    return f"“{words}” ({excerpt.get_consent_display().lower()}), for {excerpt.page.title}"


class _Chosen:
    def get_object(self, pk):
        return self.get_object_list().get(pk=pk)


class _ChosenMultiple:
    def get_objects(self, pks):
        return self.get_object_list().filter(pk__in=pks)


def _views(listed: type) -> dict[str, type]:
    """The four views of a chooser that offers what `listed` lists."""
    bases = {
        "choose_view_class": (listed, chooser.ChooseView),
        "choose_results_view_class": (listed, chooser.ChooseResultsView),
        "chosen_view_class": (_Chosen, listed, chooser.ChosenView),
        "chosen_multiple_view_class": (_ChosenMultiple, listed, chooser.ChosenMultipleView),
    }
    return {name: type(f"{listed.__name__[1:]}{view[-1].__name__}", view, {}) for name, view in bases.items()}


class ThreadWidget(BaseChooser):
    """The chosen thread by its title. It is not told who looks, so a private group's is named by its number."""

    def get_display_title(self, instance):
        if instance.space.visibility == Space.Visibility.GROUP:
            return f"Thread {instance.pk}, in a private group"
        return super().get_display_title(instance)


class ExcerptWidget(BaseChooser):
    """The chosen excerpt by its words and how far its author is; not those of a private group before they agree."""

    def get_display_title(self, instance):
        private = instance.post.thread.space.visibility == Space.Visibility.GROUP
        if private and instance.consent != instance.Consent.GIVEN:
            return f"Words from a private group ({instance.get_consent_display().lower()}), for {instance.page.title}"
        return excerpt_title(instance)


class MemberWidget(BaseChooser):
    """The chosen member by name and organisation."""

    def get_display_title(self, instance):
        return member_title(instance)


thread_chooser = ChooserViewSet(
    "thread_chooser", model=Thread, icon="comment", choose_one_text="Choose a thread",
    choose_another_text="Choose another thread", edit_item_text="Open this thread", per_page=15,
    base_widget_class=ThreadWidget, **_views(_Threads),
)  # fmt: skip

member_chooser = ChooserViewSet(
    "member_chooser", model=Member, icon="user", choose_one_text="Choose a member",
    choose_another_text="Choose another member", edit_item_text="Open this member", per_page=15,
    base_widget_class=MemberWidget, **_views(_Members),
)  # fmt: skip

# Only for the field that names an approver: other choices of a member go on with the one above.
approver_chooser = ChooserViewSet(
    "approver_chooser", model=Member, icon="user", choose_one_text="Choose who approves",
    choose_another_text="Choose somebody else", edit_item_text="Open this member", per_page=15,
    base_widget_class=MemberWidget, register_widget=False, **_views(_Approvers),
)  # fmt: skip

excerpt_chooser = ChooserViewSet(
    "excerpt_chooser", model="cms.Excerpt", icon="openquote", choose_one_text="Choose words from a post",
    choose_another_text="Choose other words", edit_item_text="Open", per_page=15,
    base_widget_class=ExcerptWidget, **_views(_Excerpts),
)  # fmt: skip


@hooks.register("register_admin_viewset")
def choosers():
    return [thread_chooser, member_chooser, approver_chooser, excerpt_chooser]
