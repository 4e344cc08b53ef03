"""Members, organisations, sectors and topics in Wagtail's admin."""

from collections import defaultdict
from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, ProtectedError
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import get_text_list
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.admin.widgets.button import Button

from core import caching
from core.dates import words_of
from core.known import KnowingMixin
from core.models import Topic
from core.sheets import text_of
from members.admin_forms import MemberAdminForm, OrganisationAdminForm
from members.importing import COLUMNS, cells_of
from members.models import Member, Organisation, Sector
from members.views.deciding import decide, offered
from members.views.importing import empty_list, import_list
from members.views.vouching import vouch_for_many


class _TouchingMixin:
    """A saved form shows at once on the kept pages of the directory."""

    def save_instance(self):
        instance = super().save_instance()
        caching.touch("members", "forum")
        return instance


class TouchingCreateView(_TouchingMixin, generic.CreateView):
    pass


class OrganisationCreateView(TouchingCreateView):
    """Begins with the name that somebody who waits gave: `?name=`."""

    def get_initial_form_instance(self):
        return Organisation(name=self.request.GET.get("name", "")[:160])


class TouchingEditView(_TouchingMixin, KnowingMixin, generic.EditView):
    pass


class TouchingDeleteView(generic.DeleteView):
    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except ProtectedError as needed:
            said = in_the_way(needed.protected_objects)
            messages.error(
                self.request,
                f"“{self.object}” can’t be deleted, because others need it: {said}. Change those first.",
            )
            return redirect(self.edit_url_name, self.object.pk)

    def delete_action(self):
        super().delete_action()
        caching.touch("members", "forum")


def in_the_way(rows: Iterable[Model]) -> str:
    """“1 allocation (places kept at “Data day”) and 12 members (Ann, Ben, Cleo and others)”."""
    by_kind = defaultdict(list)
    for row in sorted(rows, key=lambda one: one.pk):
        by_kind[row._meta].append(row)
    said = []
    for kind, found in by_kind.items():
        names = ", ".join(str(one) for one in found[:3]) + (" and others" if len(found) > 3 else "")
        what = kind.verbose_name if len(found) == 1 else kind.verbose_name_plural
        said.append(f"{len(found)} {what} ({names})")
    return get_text_list(sorted(said), "and")


OWN_ADDRESSES = [
    path("<int:pk>/decide/<slug:verb>/", decide, name="decide"),
    path("vouch-for-many/", vouch_for_many, name="vouch-for-many"),
]


def _works_at(member: Member) -> str:
    return str(member.organisation or "Not in the directory")


def _waits(member: Member) -> str:
    if member.standing != Member.Standing.WAITING:
        return ""
    said = f"Since {words_of(timezone.localdate(member.waits_since))}"  # type: ignore[attr-defined]
    return f"{said}: longer than the working day we promise" if member.is_kept_waiting() else said


class _PlainCellsMixin:
    """What people wrote stays text in a spreadsheet: it never runs there as a formula, and its letters stay whole."""

    def stream_csv(self, queryset):
        yield "\ufeff"  # Excel would take the file for one of another alphabet
        yield from super().stream_csv(queryset)

    def preprocess_field_value(self, field, value, export_format):
        value = super().preprocess_field_value(field, value, export_format)
        return text_of(value) if isinstance(value, str) else value


class _TicksMixin:
    """Rows can be ticked, for `members.views.bulk`: only those seen, as Wagtail’s “all in the list” forgets filters."""

    @cached_property
    def columns(self):
        return [BulkActionsCheckboxColumn("bulk_actions", obj_type=self.model._meta.model_name), *super().columns]

    def _get_title_column(self, *args, **kwargs):
        name = self.model._meta.model_name
        return super()._get_title_column(*args, **kwargs, get_title_id=lambda one: f"{name}_{one.pk}_title")


class MemberIndexView(_TicksMixin, _PlainCellsMixin, generic.IndexView):
    page_title = "Members"
    show_other_searches = True

    def get_base_queryset(self):
        return Member.objects.with_organisation().with_waits_since()

    @cached_property
    def header_more_buttons(self):
        url = reverse("wagtailusers_users:vouch-for-many")
        return [*super().header_more_buttons, Button("Vouch for several", url=url, icon_name="check", priority=5)]

    def get_list_more_buttons(self, instance):
        decisions = [
            Button(
                verb.title.format(name=instance.display_name),
                url=reverse("wagtailusers_users:decide", args=[instance.pk, name]),
                icon_name=verb.icon,
                priority=20 + place,
            )
            for place, (name, verb) in enumerate(offered(self.request.user, instance))
        ]
        return super().get_list_more_buttons(instance) + decisions


class MemberEditView(_TouchingMixin, KnowingMixin, generic.EditView):
    template_name = "members/member_edit.html"

    def get_object(self, queryset=None):
        member = super().get_object(queryset)
        if not self.request.user.has_perm("members.edit", member):
            raise PermissionDenied
        return member

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "decisions": [
                (reverse("wagtailusers_users:decide", args=[self.object.pk, name]), verb,
                 verb.title.format(name=self.object.display_name))
                for name, verb in offered(self.request.user, self.object)
            ]
        }  # fmt: skip


class MemberViewSet(ModelViewSet):
    """Stands in for Wagtail's own users (members/apps.py): no adding, no deleting, no passwords."""

    model = Member
    icon = "group"
    menu_label = "Members"
    menu_name = "members"
    menu_order = 210
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = MemberIndexView
    index_template_name = "members/list_with_ticks.html"
    edit_view_class = MemberEditView
    edit_template_name = "members/member_edit.html"
    search_backend_name = None
    search_fields = ["display_name", "email", "handle", "organisation__name"]
    list_filter = ["standing", "role", "organisation"]
    list_display = [
        "display_name",
        Column("organisation", label="Organisation", accessor=_works_at, sort_key="organisation__name"),
        "job_title",
        Column("standing", label="Standing", accessor="get_standing_display", sort_key="standing"),
        Column("waits", label="Waits", accessor=_waits),
        Column("role", label="Role", accessor="get_role_display", sort_key="role"),
        DateColumn("date_joined", label="Joined", sort_key="date_joined"),
    ]
    list_export = [
        "display_name", "email", "organisation", "job_title", "get_standing_display", "get_role_display", "date_joined",
    ]  # fmt: skip
    export_headings = {
        "display_name": "Name", "email": "E-mail address", "get_standing_display": "Standing",
        "get_role_display": "Role", "date_joined": "Joined",
    }  # fmt: skip
    export_filename = "members"
    ordering = "-date_joined"
    list_per_page = 50

    def get_form_class(self, for_update=False):
        return MemberAdminForm

    def get_urlpatterns(self):
        return [*super().get_urlpatterns(), *OWN_ADDRESSES]


class OrganisationIndexView(_TicksMixin, _PlainCellsMixin, generic.IndexView):
    show_other_searches = True

    def get_base_queryset(self):
        return Organisation.objects.as_rows()

    def to_row_dict(self, item):
        """The columns an import takes."""
        return cells_of(item)

    @cached_property
    def header_more_buttons(self):
        url = reverse("organisation:import")
        return [*super().header_more_buttons, Button("Import a list (CSV)", url=url, icon_name="upload", priority=30)]


class OrganisationViewSet(ModelViewSet):
    model = Organisation
    icon = "site"
    menu_label = "Organisations"
    add_to_reference_index = False
    copy_view_enabled = False
    add_view_class = OrganisationCreateView
    index_view_class = OrganisationIndexView
    index_template_name = "members/list_with_ticks.html"
    edit_view_class = TouchingEditView
    delete_view_class = TouchingDeleteView
    search_backend_name = None
    search_fields = ["name", "short_name", "other_names__name", "email_domains__domain"]
    list_filter = ["sector", "status", "invented"]
    list_display = ["name", "short_name", Column("sector", label="Sector", sort_key="sector__name"), "type", "status"]
    list_export = list(COLUMNS)
    export_headings = {name: name for name in COLUMNS}
    export_filename = "organisations"
    ordering = "name"
    list_per_page = 50

    def get_form_class(self, for_update=False):
        return OrganisationAdminForm

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("import/", import_list, name="import"),
            path("import/empty/", empty_list, name="empty-list"),
        ]


class SectorViewSet(ModelViewSet):
    model = Sector
    icon = "tag"
    menu_label = "Sectors"
    add_to_reference_index = False
    copy_view_enabled = False
    add_view_class = TouchingCreateView
    edit_view_class = TouchingEditView
    delete_view_class = TouchingDeleteView
    search_backend_name = None
    search_fields = ["name", "short_name"]
    form_fields = ["name", "slug", "short_name", "in_words", "colour", "order"]
    list_display = ["name", "short_name", "in_words", "colour", "order"]


class TopicViewSet(ModelViewSet):
    model = Topic
    icon = "tag"
    menu_label = "Topics"
    add_to_reference_index = False
    copy_view_enabled = False
    add_view_class = TouchingCreateView
    edit_view_class = TouchingEditView
    delete_view_class = TouchingDeleteView
    search_backend_name = None
    search_fields = ["name"]
    form_fields = ["name", "slug"]
    list_display = ["name", "slug"]


class DirectoryGroup(ModelViewSetGroup):
    menu_label = "Directory"
    menu_icon = "list-ul"
    menu_order = 220
    items = (OrganisationViewSet, SectorViewSet, TopicViewSet)
