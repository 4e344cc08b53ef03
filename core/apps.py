from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Core"

    def ready(self):
        """In the admin days and times are written in words: Wagtail's own fields take what they can't read for now."""
        from django.db.models import DateField, DateTimeField
        from wagtail.admin.forms.models import register_form_field_override

        from core.dates import DayFormField, MomentFormField

        register_form_field_override(DateField, override={"form_class": DayFormField})
        register_form_field_override(DateTimeField, override={"form_class": MomentFormField})
