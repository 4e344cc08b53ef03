import uuid

from django import forms

from forum.forms.asking import MOST_TITLE, AskForm, key_from
from forum.forms.fields import Hidden, Markdown, OneLine, TextBox
from forum.models import Post


class PostForm(forms.Form):
    """An answer or a comment. `once_key` makes one post of the same form sent twice."""

    body = Markdown(
        label="Your answer",
        help_text="Say what you did and whether it worked. "
        "Leave out anything that could identify a person you support.",
        widget=TextBox(attrs={"rows": 6}),
        required="Write your answer first.",
    )
    once_key = forms.CharField(widget=Hidden, required=False, max_length=64)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("once_key", uuid.uuid4())

    def clean_once_key(self) -> uuid.UUID | None:
        return key_from(self.cleaned_data["once_key"])


class ReplyForm(PostForm):
    """A reply to what is no question: a discussion, a concern, a success, a page."""

    body = Markdown(
        label="Your reply",
        help_text="Say what you think or what you did. Leave out anything that could identify a person you support.",
        widget=TextBox(attrs={"rows": 6}),
        required="Write your reply first.",
    )


class StartForm(PostForm):
    """The first words about a page: they start its thread."""

    body = Markdown(
        label="What you want to say",  # templates/forum/_reply_form.html says it too, for pages with the form in place
        widget=TextBox(attrs={"rows": 6}),
        required="Write what you want to say first.",
    )


class CommentForm(PostForm):
    body = Markdown(
        label="Your comment",
        help_text="Short: a question back, or a small addition.",
        widget=TextBox(attrs={"rows": 3}),
        required="Write your comment first.",
        max_length=2_000,
    )


class EditForm(forms.Form):
    """What one's own post says; for an opening also the thread's title and topics."""

    title = OneLine(
        label="Your question in one line",
        max_length=MOST_TITLE,
        required="Write your question in one line.",
        too_long="The line is %(show_value)d characters long; %(limit_value)d is the most.",
    )
    body = Markdown(label="What it says", widget=TextBox(attrs={"rows": 10}), required="A post can't be empty.")
    topics = OneLine(label="Topics", help_text="Put a comma between them; five at most.", required="", max_length=400)

    # which version was changed; a form opened before this was asked has none, and is taken as it is
    known = forms.CharField(widget=Hidden, required=False, max_length=60)

    clean_topics = AskForm.clean_topics

    def __init__(self, *args, post: Post, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("known", post.version())
        self.initial.setdefault("body", post.body)
        if post.kind != Post.Kind.OPENING:
            del self.fields["title"], self.fields["topics"]
            return
        self.fields["title"].widget.attrs.pop("maxlength", None)
        self.initial.setdefault("title", post.thread.title)
        self.initial.setdefault("topics", ", ".join(post.thread.topics.names()))

    def over(self, now: Post, words: str, *, on: str = "body") -> "EditForm":
        """What was typed, to be sent once more over what the post says now. `words` say why, at the field `on`."""
        typed = {name: self[name].value() for name in self.fields}
        again = EditForm(typed | {"known": now.version()}, post=now)
        again.add_error(on, words)
        return again
