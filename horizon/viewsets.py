"""Developments and signals in Wagtail's admin."""

import django_filters
from django.db import transaction
from django.forms import CheckboxSelectMultiple
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList, TitleFieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button
from wagtail.snippets.views.snippets import (
    CreateView,
    EditView,
    IndexView,
    InspectView,
    SnippetViewSet,
    SnippetViewSetGroup,
)

from core.dates import words_of
from core.known import KnowingMixin
from core.sheets import text_of
from horizon.actions import developments, triage
from horizon.choosers import DevelopmentChooser
from horizon.forms.developments import DevelopmentForm
from horizon.models import Development, DevelopmentSource, Signal
from horizon.querysets.dates import history_of
from horizon.views.preview import DevelopmentPreviewOnCreate, DevelopmentPreviewOnEdit
from horizon.views.triage import signal as signal_page


class _NoFormulasMixin:
    """What people wrote stays text in a spreadsheet."""

    def preprocess_field_value(self, field, value, export_format):
        value = super().preprocess_field_value(field, value, export_format)
        return text_of(value) if isinstance(value, str) else value


# --- Developments ----------------------------------------------------------------------------------------


class DevelopmentFilterSet(WagtailFilterSet):
    due = django_filters.ChoiceFilter(
        label="To check", choices=[("again", "To check again"), ("unconfirmed", "A date passed unconfirmed")],
        method="by_what_is_due",
    )  # fmt: skip

    class Meta:
        model = Development
        fields = ["category", "stage", "shown"]

    def by_what_is_due(self, queryset, name, value):
        today = timezone.localdate()
        return queryset.to_check_again(today) if value == "again" else queryset.passed_unconfirmed(today)


class DevelopmentListView(_NoFormulasMixin, IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().with_dates().select_related("keeper")

    def search_queryset(self, queryset):
        """Each once, however many of its dates have the words."""
        return super().search_queryset(queryset).distinct()


class _SavingMixin:
    """What follows from saving a development happens in the transaction that saves it."""

    def save_instance(self):
        old = self.form.instance.pk is not None
        before = developments.as_it_stands(self.form.instance) if old else None
        changed = self.form.has_changed()
        instance = super().save_instance()
        if changed or before is None:
            since = self.form.cleaned_data["since"]
            developments.saved(by=self.request.user, development=instance, before=before, since=since)
        return instance

    def get_success_buttons(self):
        page = messages.button(self.object.get_absolute_url(), "See its page")
        return [*super().get_success_buttons(), page]


class DevelopmentCreateView(_SavingMixin, CreateView):
    """A new development; with ?signal= it is made of that signal, and both are linked."""

    @cached_property
    def signal(self) -> Signal | None:
        number = self.request.GET.get("signal", "")
        return get_object_or_404(Signal, pk=number) if number.isdecimal() and len(number) < 19 else None

    def get_add_url(self):
        return f"{super().get_add_url()}?signal={self.signal.pk}" if self.signal else super().get_add_url()

    def get_initial_form_instance(self):
        if self.signal is None:
            return super().get_initial_form_instance()
        return _drawn_from(self.signal) if self.request.method == "GET" else None

    def form_valid(self, form):
        if self.signal is None:
            return super().form_valid(form)
        try:
            with transaction.atomic():
                triage.hold(self.signal, by=self.request.user)
                return super().form_valid(form)
        except triage.Decided as refused:
            form.add_error(None, f"{refused} Nothing was saved. Look at the signal before you save this by itself.")
            self.produced_error_message = str(refused)
            return self.form_invalid(form)

    def save_instance(self):
        instance = super().save_instance()
        if self.signal is not None:
            triage.make_development(by=self.request.user, signal=self.signal, development=instance)
        return instance

    def get_success_message(self, instance):
        told = f" {_what_is_told(instance)}" if self.signal else ""
        return f"“{instance}” is saved. {_who_sees(instance)}{told}"


class DevelopmentEditView(_SavingMixin, KnowingMixin, EditView):
    @property
    def header_more_buttons(self):
        page = Button("See its page", url=self.object.get_absolute_url(), icon_name="view", priority=5)
        return [page, *super().header_more_buttons]

    def get_success_message(self):
        return f"“{self.object}” is saved. {_who_sees(self.object)}"


def _who_sees(development: Development) -> str:
    return "Readers see it now." if development.shown else "Only the core team sees it."


def _what_is_told(development: Development) -> str:
    """Of the signal it was made of."""
    if development.shown:
        return "Whoever sent the signal is told."
    return "Whoever sent the signal is told that we are writing it up, and again once readers see it."


def _drawn_from(signal: Signal) -> Development:
    """What the editor starts from: the sender's words, to be put right."""
    drawn = Development(title=signal.title, summary=(signal.what or signal.why_it_matters)[:500])
    drawn.sources = [DevelopmentSource(title=signal.where_seen[:200], reported=True)]
    return drawn


class DevelopmentInspectView(InspectView):
    """Everything about it, and how its dates and stages came to be."""

    def get_field_display_value(self, field_name, field):
        value = super().get_field_display_value(field_name, field)
        return "Not given" if value is None else value

    def get_shown_display_value(self):
        return "Yes" if self.object.shown else "Not yet"

    def get_context_data(self, **kwargs):
        steps = [(step, step.when_in_words()) for step in self.object.milestones.all()]
        return super().get_context_data(**kwargs) | {"history": history_of(self.object), "steps": steps}


def _recheck_day(development: Development) -> str:
    return words_of(development.recheck_on, none="")


class WhenAskedPanel(FieldPanel):
    """The box that says it is another one: only there once we have asked."""

    class BoundPanel(FieldPanel.BoundPanel):
        def is_shown(self):
            return super().is_shown() and bool(self.form.found_alike)


def _row(*names: str) -> FieldRowPanel:
    return FieldRowPanel([FieldPanel(name) for name in names])


class DevelopmentViewSet(SnippetViewSet):
    model = Development
    icon = "calendar-alt"
    menu_label = "Developments"
    copy_view_enabled = False
    index_view_class = DevelopmentListView
    add_view_class = DevelopmentCreateView
    edit_view_class = DevelopmentEditView
    preview_on_add_view_class = DevelopmentPreviewOnCreate
    preview_on_edit_view_class = DevelopmentPreviewOnEdit
    chooser_viewset_class = DevelopmentChooser
    inspect_view_enabled = True
    inspect_view_class = DevelopmentInspectView
    inspect_template_name = "horizon/admin/development_inspect.html"
    inspect_view_fields = [
        "title", "summary", "category", "stage", "certainty", "checked", "impact", "sectors", "provisions", "keeper",
        "shown", "recheck_on", "checked_on",
    ]  # fmt: skip
    filterset_class = DevelopmentFilterSet
    list_display = [
        "title",
        Column("category", label="Kind", accessor="get_category_display", sort_key="category"),
        Column("stage", label="Stage", accessor="get_stage_display", sort_key="stage"),
        Column("next", label="Next date", accessor="next_date_in_words"),
        BooleanColumn("shown", label="Readers see it", sort_key="shown"),
        Column("recheck_on", label="Check again by", accessor=_recheck_day, sort_key="recheck_on"),
    ]
    list_export = [
        "title", "summary", "get_category_display", "get_stage_display", "get_certainty_display",
        "get_checked_display", "impact", "next_date_in_words", "shown", "keeper", "checked_on", "recheck_on",
    ]  # fmt: skip
    export_headings = {
        "get_category_display": "kind", "get_stage_display": "stage", "get_certainty_display": "certainty",
        "get_checked_display": "facts", "next_date_in_words": "next date", "shown": "readers see it",
    }  # fmt: skip
    export_filename = "developments"
    search_backend_name = None
    search_fields = ["title", "summary", "milestones__what"]
    ordering = ["title"]
    list_per_page = 50
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    TitleFieldPanel("title", placeholder=False),
                    WhenAskedPanel("another"),
                    FieldPanel("slug"),
                    FieldPanel("summary"),
                    _row("category", "scope"),
                ],
                "What is coming",
            ),
            MultiFieldPanel(
                [_row("stage", "since"), _row("certainty", "checked"), _row("impact", "nearness")],
                "How far, how sure, how much",
            ),
            InlinePanel(
                "milestones",
                [
                    FieldPanel("what"),
                    _row("on", "kind"),
                    _row("confirmed", "called_off"),
                    FieldPanel("note"),
                    FieldPanel("source_no"),
                ],
                heading="Dates", label="Date",
                help_text="Whoever follows it is told when a date moves. To take one back, tick “will not happen”: "
                "calendars then show it as cancelled.",
            ),
            InlinePanel(
                "sources",
                [FieldPanel("title"), FieldPanel("url"), _row("official", "reported"), FieldPanel("checked_on")],
                heading="Sources", label="Source",
            ),
            MultiFieldPanel(
                [
                    FieldPanel("sectors", widget=CheckboxSelectMultiple),
                    FieldPanel("duties"),
                    FieldPanel("provisions", widget=CheckboxSelectMultiple(attrs={"class": "folkmoot-scroll"})),
                    FieldPanel("topics", heading="Topics"),
                ],
                "Whom and what it touches",
            ),
            MultiFieldPanel(
                [FieldPanel("shown"), FieldPanel("keeper"), _row("checked_on", "recheck_on")],
                "Who sees it, who looks after it",
            ),
        ],
        base_form_class=DevelopmentForm,
    )  # fmt: skip


# --- Signals ---------------------------------------------------------------------------------------------


class SignalListView(_NoFormulasMixin, generic.IndexView):
    page_title = "Signals"

    def get_base_queryset(self):
        return Signal.objects.visible_to(self.request.user).for_triage()

    def order_queryset(self, queryset):
        # those to decide on first, unless another order was asked for
        return super().order_queryset(queryset) if self.request.GET.get("ordering") else queryset


def _sender(signal: Signal) -> str:
    if signal.by is None:
        return "A former member"
    return f"{signal.by.display_name}, {signal.by.organisation}" if signal.by.organisation else signal.by.display_name


class SignalViewSet(ModelViewSet):
    """Nobody writes or deletes a signal here; editing it is deciding on it."""

    model = Signal
    icon = "warning"
    menu_label = "Signals"
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = SignalListView
    form_fields = ["outcome"]
    search_backend_name = None
    search_fields = ["title", "what", "where_seen", "why_it_matters"]
    list_filter = ["state"]
    list_display = [
        "title",
        Column("state", label="State", accessor="get_state_display", sort_key="state"),
        Column("by", label="Sent by", accessor=_sender),
        DateColumn("sent_at", label="Sent", sort_key="sent_at"),
        Column("taken_by", label="Who looks into it"),
    ]
    list_export = ["title", "what", "where_seen", "why_it_matters", "get_state_display", "sent_at", "outcome"]
    export_headings = {"get_state_display": "state"}
    export_filename = "signals"
    list_per_page = 50

    def get_urlpatterns(self):
        kept = [
            one
            for one in super().get_urlpatterns()
            if one.name in {"index", "index_results", "history", "history_results"}
        ]
        return [*kept, path("edit/<int:pk>/", signal_page, name="edit")]


class HorizonGroup(SnippetViewSetGroup):
    menu_label = "Horizon"
    menu_icon = "calendar-alt"
    menu_order = 215
    items = (DevelopmentViewSet, SignalViewSet)
