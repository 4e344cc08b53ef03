from wagtail.models import Page


class AbstractPage(Page):
    """What every page of a Folkmoot site shares."""

    show_in_menus_default = False
    # No shared passwords: whoever may see a page is asked of the person, in lists and search as well.
    private_page_options = ["login", "groups"]

    class Meta:
        abstract = True
