"""The page of a development as it would be if the form in the admin were saved: saved, drawn, and taken back."""

from django.db import DatabaseError, transaction
from django.utils.decorators import method_decorator
from wagtail.snippets.views.snippets import PreviewOnCreateView, PreviewOnEditView
from wagtail.utils.decorators import xframe_options_sameorigin_override

from core import caching
from horizon.views.developments import development as page_of_development


class _SavedAndTakenBackMixin:
    @method_decorator(xframe_options_sameorigin_override)
    def get(self, request, *args, **kwargs):
        form = self.get_form(self._get_form_data(self._get_form_state()))
        if not self.validate_form(form):
            return self.error_response()
        request.is_preview = True
        try:
            with caching.nothing_kept(), transaction.atomic():
                saved = form.save()
                response = page_of_development(request, saved.slug)
                transaction.set_rollback(True)
        except DatabaseError:  # half a form: what the database insists on is still missing
            return self.error_response()
        return response


class DevelopmentPreviewOnCreate(_SavedAndTakenBackMixin, PreviewOnCreateView):
    pass


class DevelopmentPreviewOnEdit(_SavedAndTakenBackMixin, PreviewOnEditView):
    pass
