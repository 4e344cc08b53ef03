from django.apps import AppConfig


class ReferenceConfig(AppConfig):
    name = "reference"
    verbose_name = "Reference"

    def ready(self):
        from reference import jobs, noticekinds, permissions  # noqa: F401
