"""What people fill in around votes and questions: a code, an answer, a count of paper, a question."""

import unicodedata
import uuid

from django import forms

from core.numbers import CountField
from events.models.audience import AudienceQuestion
from events.models.vote import Vote, VoteSet
from events.querysets.votes import Asked, clean_code
from members.forms import clean_line

MOST_QUESTIONS, LEAST_OPTIONS, MOST_OPTIONS = 12, 2, 8
LONGEST_QUESTION, LONGEST_OPTION = 160, 100


def says_something(text: str) -> bool:
    return any(unicodedata.category(letter)[0] in "LN" for letter in text)


class CodeForm(forms.Form):
    """The code of a vote, as it stands on the screen."""

    code = forms.CharField(
        label="Code", max_length=40, help_text="Six letters and figures, as on the screen. Capitals don’t matter.",
        error_messages={"required": "Type the code that is on the screen."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip

    def clean_code(self) -> str:
        code = clean_code(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError("A code has six letters and figures, such as “ktm 4rp”. Look again.")
        return code


class CastForm(forms.Form):
    """One question with its options."""

    option = forms.TypedChoiceField(
        coerce=int, widget=forms.RadioSelect, error_messages={"required": "Choose an answer.",
        "invalid_choice": "Choose one of these answers."},
    )  # fmt: skip
    question = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, asked: Asked, chosen: int | None = None):
        super().__init__(data, initial={"question": asked.pk, "option": chosen})
        fields: dict = self.fields
        fields["option"].choices = [(pk, words) for pk, words in asked.options]
        fields["option"].label = asked.words


class DraftVoteForm(forms.Form):
    """A vote at an event."""

    vote_set = forms.ModelChoiceField(
        VoteSet.objects.none(), label="Questions", empty_label="Choose",
        error_messages={"required": "Choose the questions."},
    )  # fmt: skip
    session = forms.ModelChoiceField(
        None, label="Session", required=False, empty_label="The whole event",
        help_text="Whoever takes its chair can run the vote too.",
    )  # fmt: skip
    manner = forms.ChoiceField(
        label="How people vote", choices=Vote.Manner, widget=forms.RadioSelect, initial=Vote.Manner.ANONYMOUS
    )
    shows = forms.ChoiceField(
        label="The result is shown", choices=Vote.Shows, widget=forms.RadioSelect, initial=Vote.Shows.AFTER_VOTING
    )

    def __init__(self, data=None, *, event):
        super().__init__(data)
        fields: dict = self.fields
        fields["vote_set"].queryset = VoteSet.objects.order_by("name")
        fields["session"].queryset = event.sessions.order_by("starts_at", "pk")


class SetForm(forms.Form):
    """A set of questions, typed as text: a question on a line, its answers on the lines below, then an empty line."""

    name = forms.CharField(
        label="Name of the set", max_length=120, help_text="For the team, such as “Every year at the conference”.",
        error_messages={"required": "Give the set a name."},
    )  # fmt: skip
    text = forms.CharField(
        label="Questions", max_length=8000, widget=forms.Textarea(attrs={"rows": 12}),
        help_text="A question on a line, its answers on the lines below it. An empty line, then the next question.",
        error_messages={"required": "Type at least one question."},
    )  # fmt: skip

    def clean_name(self) -> str:
        return clean_line(self.cleaned_data["name"])

    def clean_text(self) -> list[tuple[str, list[str]]]:
        """The questions with their answers."""
        text = self.cleaned_data["text"].replace("\r\n", "\n")
        lines = [clean_line(line) if says_something(line) else "" for line in text.split("\n")]
        blocks = [[line for line in block.split("\n") if line] for block in "\n".join(lines).split("\n\n")]
        found = [(block[0], block[1:]) for block in blocks if block]
        if len(found) > MOST_QUESTIONS:
            raise forms.ValidationError(f"These are {len(found)} questions; {MOST_QUESTIONS} is the most.")
        for words, options in found:
            _check(words, options)
        if len({words.lower() for words, _ in found}) < len(found):
            raise forms.ValidationError("The same question stands there twice.")
        return found


def _check(words: str, options: list[str]) -> None:
    """Raises ValidationError for a question that can't be asked so."""
    if len(words) > LONGEST_QUESTION:
        raise forms.ValidationError(f"“{words[:40]}…” is longer than {LONGEST_QUESTION} characters.")
    if not LEAST_OPTIONS <= len(options) <= MOST_OPTIONS:
        said = f"has {len(options)} answers; give it {LEAST_OPTIONS} to {MOST_OPTIONS}, each on a line below it."
        raise forms.ValidationError(f"“{words}” {said}")
    if any(len(option) > LONGEST_OPTION for option in options):
        raise forms.ValidationError(f"An answer to “{words}” is longer than {LONGEST_OPTION} characters.")
    if len({option.lower() for option in options}) < len(options):
        raise forms.ValidationError(f"“{words}” has the same answer twice.")


class OpenForm(forms.Form):
    """How long a vote is open; empty: until somebody closes it."""

    minutes = CountField(required=False, min_value=1, max_value=1440)


class PaperForm(forms.Form):
    """How often each answer to one question was chosen on paper."""

    def __init__(self, data=None, *, asked: Asked, counts: dict[int, int]):
        super().__init__(data)
        for pk, words in asked.options:
            self.fields[f"option_{pk}"] = CountField(
                label=words, min_value=0, max_value=100_000, required=False, initial=counts.get(pk),
                error_messages={"min_value": "It can’t be less than nothing."},
            )  # fmt: skip

    def counts(self) -> dict[int, int]:
        """By the number of the option."""
        return {int(name.removeprefix("option_")): count or 0 for name, count in self.cleaned_data.items()}


class AskForm(forms.Form):
    """A question from the audience."""

    words = forms.CharField(
        label="Your question", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Up to 300 characters. Leave out anything about a person.",
        error_messages={"required": "Type your question.", "max_length":
        "This is %(show_value)d characters; %(limit_value)d is the most. Shorten it a little."},
    )  # fmt: skip
    name = forms.CharField(
        label="Your name", max_length=80, required=False,
        help_text="Leave it empty if you would rather not say. We erase it a year after the event.",
    )  # fmt: skip
    show_name = forms.BooleanField(label="Show my name to everybody", required=False)
    once_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, data=None, *, member: bool):
        super().__init__(data, initial={"once_key": uuid.uuid4()})
        self.fields["words"].widget.attrs.pop("maxlength", None)
        who = "Without it, only the chair and the core team see who asks."
        self.fields["show_name"].help_text = who
        if member:
            del self.fields["name"]

    def clean_words(self) -> str:
        words = clean_line(self.cleaned_data["words"])
        if not says_something(words):
            raise forms.ValidationError("Type your question.")
        return words

    def clean_name(self) -> str:
        return clean_line(self.cleaned_data["name"])

    def clean_once_key(self) -> uuid.UUID:
        """A key that was tampered with only loses its promise: the question is still sent."""
        try:
            return uuid.UUID(self.cleaned_data["once_key"])
        except ValueError:
            return uuid.uuid4()


class DecideForm(forms.Form):
    """What the chair makes of a question: a verb, and what it needs."""

    VERBS = ("let_in", "answered_live", "decline", "group", "back_to_queue", "hand_on")

    verb = forms.ChoiceField(choices=[(verb, verb) for verb in VERBS])
    reason = forms.CharField(max_length=200, required=False)
    into = forms.ModelChoiceField(None, required=False)

    def __init__(self, data, *, session: int):
        super().__init__(data)
        fields: dict = self.fields
        fields["into"].queryset = AudienceQuestion.objects.filter(session=session, state__in=AudienceQuestion.OPEN)

    def clean(self):
        said = super().clean() or {}
        if said.get("verb") == "decline" and not (said.get("reason") or "").strip():
            raise forms.ValidationError("Say why it is not taken: the asker reads it.")
        if said.get("verb") == "group" and said.get("into") is None:
            raise forms.ValidationError("Choose the question to put it together with.")
        return said
