from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "Website"

    def ready(self):
        _tell_people_ourselves()
        _say_who_may_see()
        from cms import citing, jobs, joining, noticekinds, receivers  # noqa: F401
        from cms.editing import comments
        from cms.editing import noticekinds as editors_kinds  # noqa: F401

        _tell_of_comments_ourselves(comments.written)


def _tell_people_ourselves() -> None:
    """Wagtail's own workflow mails stay off: people are told by notices, in the way they chose (cms.receivers)."""
    from wagtail.admin import signal_handlers

    signal_handlers.register_signal_handlers = lambda: None  # ours is ready before Wagtail's admin is


def _tell_of_comments_ourselves(written) -> None:
    """Nor does the editor mail what is commented, or ask who wants its mails: `written` tells people."""
    from wagtail.admin.views.account import NotificationsSettingsPanel
    from wagtail.admin.views.pages.edit import EditView

    EditView.send_commenting_notifications = lambda view, changes: written(view.page, changes, by=view.request.user)
    NotificationsSettingsPanel.is_active = lambda panel: False


def _say_who_may_see() -> None:
    """The choices of Wagtail's window “Change privacy” say what they mean here (members.pages)."""
    from wagtail.models import CollectionViewRestriction, PageViewRestriction

    words = (
        (PageViewRestriction.NONE, "Public"),
        (PageViewRestriction.LOGIN, "Members who take part"),
        (PageViewRestriction.GROUPS, "Some groups"),
    )
    for model in (PageViewRestriction, CollectionViewRestriction):
        model.RESTRICTION_CHOICES = words  # what its forms and the log read; that of the column stays
