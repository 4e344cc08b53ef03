"""Choosing a thread of the forum or a member in the admin: only those the person may see are offered or named."""

from django import forms
from django.db.models import Q
from wagtail.admin.forms.choosers import BaseFilterForm
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


class MemberWidget(BaseChooser):
    """The chosen member by name and organisation: two people may have the same name."""

    def get_display_title(self, instance):
        return f"{instance}, {instance.organisation}" if instance.organisation else str(instance)


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
