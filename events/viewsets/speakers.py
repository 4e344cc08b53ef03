"""Speakers in the admin: photo only with their consent; who is in a programme is never deleted."""

from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.widgets.slug import SlugInput
from wagtail.snippets.views.snippets import EditView, IndexView, SnippetViewSet

from core.known import KnowingMixin
from events.exports import text_of
from events.forms.admin_speakers import SpeakerForm
from events.models.programme import Speaker


class SpeakerListView(IndexView):
    def preprocess_field_value(self, field, value, export_format):
        """What people wrote stays text in a spreadsheet."""
        value = super().preprocess_field_value(field, value, export_format)
        return text_of(value) if isinstance(value, str) else value


class SpeakerEditView(KnowingMixin, EditView):
    pass


class SpeakerViewSet(SnippetViewSet):
    model = Speaker
    icon = "user"
    menu_label = "Speakers"
    copy_view_enabled = False
    index_view_class = SpeakerListView
    edit_view_class = SpeakerEditView
    list_display = ["name", "role", "body", BooleanColumn("photo_consent", label="Agreed to a photo")]
    list_export = ["name", "role", "body", "organisation", "photo_consent"]
    export_filename = "speakers"
    search_backend_name = None
    search_fields = ["name", "body", "role", "email"]
    ordering = ["name"]
    list_per_page = 50
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("name"),
                    FieldPanel("slug", heading="Address", widget=SlugInput),
                    FieldRowPanel([FieldPanel("role"), FieldPanel("body")]),
                    FieldPanel("bio"),
                ],
                "Who",
            ),
            MultiFieldPanel([FieldPanel("photo"), FieldPanel("photo_consent")], "Photo"),
            MultiFieldPanel(
                [FieldPanel("organisation"), FieldPanel("member"), FieldPanel("email")], "How we know them"
            ),
        ],
        base_form_class=SpeakerForm,
    )
