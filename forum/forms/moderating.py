from django import forms

from forum.forms.asking import AskForm
from forum.forms.fields import OneLine


class ReasonForm(forms.Form):
    """Why a moderator does something: shown where it was done, or kept in the log."""

    why = OneLine(
        label="Why?",
        help_text="One sentence, in words you would say to the person.",
        max_length=240,
        required="Say why, so that everyone can understand it later.",
        too_long="That is %(show_value)d characters; %(limit_value)d is the most.",
    )


class RetagForm(ReasonForm):
    topics = OneLine(label="Topics", help_text="Put a comma between them; five at most.", required="", max_length=400)

    clean_topics = AskForm.clean_topics
    field_order = ["topics", "why"]
