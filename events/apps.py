from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = "Events"

    def ready(self):
        from events import jobs, noticekinds, permissions, receivers  # noqa: F401
