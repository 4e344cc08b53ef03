import uuid

from django import forms
from django.utils.text import slugify

from forum.actions.topics import MOST as MOST_TOPICS
from forum.actions.topics import normalised
from forum.forms.fields import Markdown, OneLine
from forum.models import Space, Thread

MOST_TITLE = 140
LONGEST_TOPIC = 40
MOST_DRAFT = 100_000  # characters kept of a text, so that what is too long to post is not lost

KINDS = [
    (Thread.Kind.QUESTION, "Question", "You want an answer."),
    (Thread.Kind.DISCUSSION, "Discussion", "You want views."),
    (Thread.Kind.CONCERN, "Concern", "Something worries you."),
    (Thread.Kind.SUCCESS, "Success", "Something worked."),
]


class AskForm(forms.Form):
    """A new thread, as typed on the ask page."""

    title = OneLine(
        label="Your question in one line",
        help_text="Write it as you would say it to a colleague.",
        max_length=MOST_TITLE,
        required="Write your question in one line.",
        too_long="The line is %(show_value)d characters long; %(limit_value)d is the most. "
        "Put the rest into the details.",
    )
    body = Markdown(
        label="What happened, and what have you tried?",
        help_text="Say what kind of organisation you are and who you want to share with. "
        "Leave out names and anything that could identify a person you support.",
        widget=forms.Textarea(attrs={"rows": 8}),
        required="Say a little more: what happened, and what have you tried?",
    )
    space = forms.TypedChoiceField(
        label="Space",
        coerce=int,
        error_messages={
            "required": "Choose a space for your question.",
            "invalid_choice": "Choose a space from the list.",
        },
    )
    topics = OneLine(
        label="Topics", help_text="Put a comma between them; five at most.", required="", max_length=400,
        too_long="That is too much for topics: name five at most.",
    )  # fmt: skip
    kind = forms.ChoiceField(
        label="What kind of post is it?",
        choices=[(value, label) for value, label, _hint in KINDS],
        widget=forms.RadioSelect,
        initial=Thread.Kind.QUESTION,
        error_messages={"required": "Choose what kind of post it is.", "invalid_choice": "Choose one of the four."},
    )
    once_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    # the title that similar questions were shown for: then there is no step between writing and posting
    seen_similar = forms.CharField(widget=forms.HiddenInput, required=False, max_length=1000)
    # the numbers of the questions that the step without a script has shown: it comes again only for others
    seen_matches = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, member, **kwargs):
        super().__init__(*args, **kwargs)
        self.spaces = {space.pk: space for space in Space.objects.startable_by(member)}
        self.fields["space"].choices = [("", "Choose one"), *((pk, space.name) for pk, space in self.spaces.items())]
        self.fields["title"].widget.attrs.pop("maxlength", None)  # said in words and counted, not cut off
        self.initial.setdefault("once_key", uuid.uuid4())
        if len(self.spaces) == 1:
            self.initial.setdefault("space", next(iter(self.spaces)))

    def clean_topics(self) -> list[str]:
        """The names in small letters, each once. Raises for more than five, and for what is no name."""
        names = [name.strip() for name in self.cleaned_data["topics"].split(",") if name.strip()]
        for name in names:
            if not slugify(name):
                raise forms.ValidationError(f"“{name[:LONGEST_TOPIC]}” is not a topic: use letters or numbers.")
            if len(name) > LONGEST_TOPIC:
                raise forms.ValidationError(
                    f"“{name[:LONGEST_TOPIC]}…” is too long for a topic: {LONGEST_TOPIC} characters at most. "
                    "Put a comma between topics."
                )
        if len({name.lower() for name in names}) > MOST_TOPICS:
            raise forms.ValidationError(f"Choose {MOST_TOPICS} topics at most; you have {len(names)}.")
        return normalised(names)

    def clean_once_key(self) -> uuid.UUID | None:
        """A key that was tampered with only loses its promise: the question is still posted."""
        return key_from(self.cleaned_data["once_key"])

    def clean_space(self) -> Space:
        return self.spaces[self.cleaned_data["space"]]

    def chosen_space(self) -> Space | None:
        """The space chosen so far, valid form or not."""
        value = str(self["space"].value() or "")
        return self.spaces.get(int(value)) if value.isdecimal() and len(value) < 19 else None

    def has_seen_similar(self) -> bool:
        """Similar questions were shown for this very title. Only for a valid form."""
        return " ".join(self.cleaned_data["seen_similar"].split()) == self.cleaned_data["title"]

    def seen_matches_numbers(self) -> set[int]:
        """The similar questions that were shown at the step before posting. Only for a valid form."""
        numbers = self.cleaned_data["seen_matches"][:400].split(",")
        return {int(number) for number in numbers if number.isdecimal() and len(number) < 19}

    def as_typed(self) -> dict:
        """What was typed, by field name, whether right or wrong."""
        return {name: self[name].value() for name in self.fields}


class DraftForm(forms.Form):
    """What a tab wants kept. Anything goes but what a database can't hold; nothing is required."""

    thread = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    # the number, in that thread, of the post that is commented on, or changed
    on = forms.IntegerField(required=False, min_value=1, max_value=2**30)
    edits = forms.IntegerField(required=False, min_value=1, max_value=2**30)
    draft_version = forms.IntegerField(required=False, min_value=0, max_value=2**30)
    once_key = forms.CharField(required=False, max_length=64)
    tab = forms.CharField(required=False, max_length=40)
    step = forms.IntegerField(required=False, min_value=0, max_value=2**30)

    TYPED = ("kind", "title", "body", "space", "topics", "known")

    def typed(self) -> dict[str, str]:
        """The fields to keep, by name, each as it was typed but for null characters and an end past MOST_DRAFT."""
        values = {name: self.data.get(name, "").replace("\x00", "")[:MOST_DRAFT] for name in self.TYPED}
        return {name: value for name, value in values.items() if value}

    def is_empty(self) -> bool:
        """Nothing worth keeping: the space and the kind alone are no draft."""
        return not any(self.typed().get(name, "").strip() for name in ("title", "body", "topics"))

    def clean_once_key(self) -> uuid.UUID | None:
        return key_from(self.cleaned_data["once_key"])


def key_from(text: str) -> uuid.UUID | None:
    """The UUID of a form, or None for anything else."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
