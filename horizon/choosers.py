"""Choosing a development in the admin: authors choose among those that readers see."""

from wagtail.snippets.views.chooser import (
    ChooseResultsView,
    ChooseView,
    SnippetChooserViewSet,
    SnippetChosenMultipleView,
    SnippetChosenView,
)

from horizon.models import Development


class _ListedMixin:
    def get_object_list(self):
        return Development.objects.visible_to(self.request.user)


class _ChosenMixin:
    def get_object(self, pk):
        return Development.objects.visible_to(self.request.user).get(pk=pk)

    def get_objects(self, pks):
        return Development.objects.visible_to(self.request.user).filter(pk__in=pks)


class DevelopmentChooseView(_ListedMixin, ChooseView):
    pass


class DevelopmentResultsView(_ListedMixin, ChooseResultsView):
    pass


class DevelopmentChosenView(_ChosenMixin, SnippetChosenView):
    pass


class DevelopmentsChosenView(_ChosenMixin, SnippetChosenMultipleView):
    pass


class DevelopmentChooser(SnippetChooserViewSet):
    choose_view_class = DevelopmentChooseView
    choose_results_view_class = DevelopmentResultsView
    chosen_view_class = DevelopmentChosenView
    chosen_multiple_view_class = DevelopmentsChosenView
