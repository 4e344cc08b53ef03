"""Wagtail's form for redirects in plain words: from which old address, to which page or address."""

from django.conf import settings
from django.urls import path
from wagtail.contrib.redirects import views
from wagtail.contrib.redirects.forms import RedirectForm as WagtailsForm
from wagtail.contrib.redirects.models import Redirect

NOT_SAVED = "The redirect is not saved yet. What is marked below needs putting right."


class RedirectForm(WagtailsForm):
    """As Wagtail's; but it leads somewhere, and each mistake is said at its field."""

    class Meta(WagtailsForm.Meta):
        labels = {
            "old_path": "Old address",
            "is_permanent": "Moved for good",
            "redirect_page": "To a page of this site",
            "redirect_link": "Or to another address",
        }
        help_texts = {
            "old_path": f"What comes after {settings.SITE_URL}, such as /old-page/.",
            "is_permanent": "Search engines then forget the old address and show the new one.",
            "redirect_link": "The whole address, with https://.",
        }
        error_messages = {
            "old_path": {"required": "Write the old address, such as /old-page/."},
            "redirect_link": {
                "invalid": "Write the whole address, with https://. For a page of this site, choose the page instead."
            },
        }

    def clean(self):
        cleaned = super(WagtailsForm, self).clean()  # its own check tells of a double at no field
        if cleaned.get("old_path") and self._is_taken(cleaned):
            self.add_error("old_path", "There is a redirect from this address already. Change that one instead.")
        if "redirect_page" in cleaned and "redirect_link" in cleaned:
            page, link = cleaned["redirect_page"], cleaned["redirect_link"]
            if not page and not link:
                self.add_error("redirect_page", "Say where it leads: choose a page, or write an address below.")
            elif page and link:
                self.add_error("redirect_link", "It leads to one place only. Leave this empty, or take out the page.")
        return cleaned

    def _is_taken(self, cleaned) -> bool:
        old_path = Redirect.normalise_path(cleaned["old_path"])
        same = Redirect.objects.filter(old_path=old_path, site=cleaned.get("site"))
        return same.exclude(pk=self.instance.pk).exists()


class CreateView(views.CreateView):
    form_class = RedirectForm
    error_message = NOT_SAVED


class EditView(views.EditView):
    form_class = RedirectForm
    error_message = NOT_SAVED


# These stand before Wagtail's own of the same addresses, whose names they answer to.
urlpatterns = [
    path("redirects/add/", CreateView.as_view()),
    path("redirects/<int:redirect_id>/", EditView.as_view()),
]
