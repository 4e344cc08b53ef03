"""Choosing a thread of the forum in the admin: only those the editor may read are offered or named."""

from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets.chooser import BaseChooser

from forum.models import Space, Thread


class _Readable:
    """Offers the threads the person at the admin may read, those last active first."""

    def get_object_list(self):
        threads = Thread.objects.visible_to(self.request.user).filter(removed_at=None)
        return threads.order_by("-last_activity_at", "-pk")


class ThreadChooseView(_Readable, chooser.ChooseView):
    pass


class ThreadChooseResultsView(_Readable, chooser.ChooseResultsView):
    pass


class ThreadChosenView(_Readable, chooser.ChosenView):
    def get_object(self, pk):
        return self.get_object_list().get(pk=pk)


class ThreadChosenMultipleView(_Readable, chooser.ChosenMultipleView):
    def get_objects(self, pks):
        return self.get_object_list().filter(pk__in=pks)


class ThreadWidget(BaseChooser):
    """The chosen thread by its title. It is not told who looks, so a private group's is named by its number."""

    def get_queryset(self):
        return super().get_queryset().select_related("space")

    def get_value_data_from_instance(self, instance):
        data = super().get_value_data_from_instance(instance)
        if instance.space.visibility == Space.Visibility.GROUP:
            data[self.display_title_key] = f"Thread {instance.pk}, in a private group"
        return data


class ThreadChooserViewSet(ChooserViewSet):
    model = Thread
    icon = "comment"
    choose_one_text = "Choose a thread"
    choose_another_text = "Choose another thread"
    edit_item_text = "Open this thread"
    per_page = 15
    choose_view_class = ThreadChooseView
    choose_results_view_class = ThreadChooseResultsView
    chosen_view_class = ThreadChosenView
    chosen_multiple_view_class = ThreadChosenMultipleView
    base_widget_class = ThreadWidget


thread_chooser = ThreadChooserViewSet("thread_chooser")
