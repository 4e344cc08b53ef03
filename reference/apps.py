from django.apps import AppConfig


class ReferenceConfig(AppConfig):
    name = "reference"
    verbose_name = "Reference"

    def ready(self):
        from core.blocks.words import explain_with
        from reference import jobs, noticekinds, permissions  # noqa: F401
        from reference.glossary import explain

        explain_with(explain)
