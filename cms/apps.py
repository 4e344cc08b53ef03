from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "Website"

    def ready(self):
        _tell_people_ourselves()
        from cms import citing, jobs, joining, noticekinds, receivers  # noqa: F401
        from cms.editing import noticekinds as editors_kinds  # noqa: F401


def _tell_people_ourselves() -> None:
    """Wagtail's own workflow mails stay off: people are told by notices, in the way they chose (cms.receivers)."""
    from wagtail.admin import signal_handlers

    signal_handlers.register_signal_handlers = lambda: None  # ours is ready before Wagtail's admin is
