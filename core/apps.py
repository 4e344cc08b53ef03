from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Core"

    def ready(self):
        """In the admin a day is written in words: Wagtail's own field takes what it can't read for today."""
        from django.db.models import DateField
        from wagtail.admin.forms.models import register_form_field_override

        from core.dates import DayFormField

        register_form_field_override(DateField, override={"form_class": DayFormField})
