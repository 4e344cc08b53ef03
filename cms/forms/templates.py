"""The form of a template in the admin: its versions get their numbers, and stay."""

from wagtail.admin.forms import WagtailAdminModelForm

from cms.models import TemplateVersion


class TemplateForm(WagtailAdminModelForm):
    """A new version gets the next number; one that is published is not taken away."""

    def clean(self):
        cleaned = super().clean()
        versions = self.formsets.get("versions")
        if versions is not None and versions.is_valid():
            kept = [form.instance for form in versions.initial_forms]
            if any(form.instance.pk for form in versions.deleted_forms):
                self.add_error(
                    None, "A version stays at its address: people have copies of it. Add a newer one instead."
                )
            number = self._highest(kept)
            for form in versions.extra_forms:
                if form.has_changed() and form not in versions.deleted_forms:
                    number += 1
                    form.instance.number = number
        return cleaned

    def _highest(self, kept: list) -> int:
        """The number of the newest version, also of one that another editor added since this form was opened."""
        numbers = [version.number for version in kept if version.number]
        if self.instance.pk:
            numbers += TemplateVersion.objects.filter(template=self.instance.pk).values_list("number", flat=True)
        return max(numbers, default=0)
