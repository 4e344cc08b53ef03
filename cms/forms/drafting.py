from django import forms

from cms.actions.drafting import GUIDANCE, STORY


class DraftFromThreadForm(forms.Form):
    """What a thread is made into, and which posts come along."""

    kind = forms.ChoiceField(
        label="What should it become?",
        choices=[(STORY, "A success story"), (GUIDANCE, "Local guidance")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it should become.", "invalid_choice": "Choose one of the two."},
    )
    posts = forms.TypedMultipleChoiceField(
        label="Which posts come along?",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text="Each author is asked before a word of theirs is shown.",
        error_messages={
            "required": "Choose at least one post to begin with.",
            "invalid_choice": "One of these posts is not there any more. Choose again.",
        },
    )

    def __init__(self, *args, posts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["posts"].choices = [(post.number, str(post.number)) for post in posts]
        self.found = {post.number: post for post in posts}

    def chosen(self) -> list:
        """The posts that were ticked, in the order of the thread. Only for a valid form."""
        return [self.found[number] for number in sorted(set(self.cleaned_data["posts"]))]
