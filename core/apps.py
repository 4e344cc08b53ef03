from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Core"

    def ready(self):
        from core import mail  # noqa: F401  (says who carries out mail of the outbox)
