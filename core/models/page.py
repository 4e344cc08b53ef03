from modelcluster.models import get_all_child_relations
from wagtail.models import Page


class AbstractPage(Page):
    """What every page of a Folkmoot site shares."""

    show_in_menus_default = False
    # No shared passwords: whoever may see a page is asked of the person, in lists and search as well.
    private_page_options = ["login", "groups"]

    class Meta:
        abstract = True

    def with_content_json(self, content):
        """As Wagtail does it; rows that were deleted since come back as new ones.

        Wagtail leaves them their old numbers, which the editor's form then refuses: an old version with such a row
        could be looked at, but not brought back.
        """
        page = super().with_content_json(content)
        for relation in get_all_child_relations(page):
            rows = list(getattr(page, relation.get_accessor_name()).all())
            known = {row.pk for row in rows if row.pk is not None}
            gone = known - set(relation.related_model._base_manager.filter(pk__in=known).values_list("pk", flat=True))
            for row in rows:
                if row.pk in gone:
                    row.pk = None
        return page
