from wagtail.models import Page


class AbstractPage(Page):
    """What every page of a Folkmoot site shares."""

    show_in_menus_default = False

    class Meta:
        abstract = True
