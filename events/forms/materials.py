"""Sending slides: the files, who may get them, how they may be used, and when."""

from django import forms

from events.actions.materials import COPIES, MOST_IN_WORDS, SLIDES, NotTaken, Terms, check_file, kinds_in_words
from events.models.material import Material

SLIDES_TAKEN = f"{kinds_in_words(SLIDES)}, up to {MOST_IN_WORDS}."
COPIES_TAKEN = f"{kinds_in_words(COPIES)}, up to {MOST_IN_WORDS}."
CHOOSE = "Choose the file with your slides."
RELEASE = [(Material.Release.NOW, "Now"), (Material.Release.AFTER, "When my talk is over")]


def chooser(allowed: tuple[str, ...]) -> forms.FileInput:
    """A field to choose a file that ends in one of these."""
    return forms.FileInput(attrs={"accept": ",".join(f".{one}" for one in allowed)})


class UploadForm(forms.Form):
    """A file of a talk. `has_file`: there is one already, so that a new one may be left out."""

    kind = forms.ChoiceField(
        label="What is it?", choices=Material.Kind.choices, initial=Material.Kind.SLIDES, widget=forms.RadioSelect
    )
    file = forms.FileField(
        label="The file", help_text=f"{SLIDES_TAKEN} PDF opens everywhere.",
        widget=chooser(SLIDES), max_length=None,
        error_messages={
            "required": CHOOSE, "missing": CHOOSE, "invalid": CHOOSE,
            "empty": "This file is empty. Choose another, or save it again.",
        },
    )  # fmt: skip
    copy = forms.FileField(
        label="A copy that everybody can read", required=False,
        help_text="Your words, for people who listen to slides or enlarge them: what is said on each slide, what each "
        f"picture shows. {COPIES_TAKEN}",
        widget=chooser(COPIES),
        error_messages={"empty": "This file is empty. Choose another, or save it again."},
    )  # fmt: skip
    audience = forms.ChoiceField(
        label="Who may get it?", choices=Material.Audience.choices, initial=Material.Audience.PUBLIC,
        widget=forms.RadioSelect,
    )  # fmt: skip
    licence = forms.ChoiceField(
        label="How may it be used?", choices=Material.Licence.choices, initial=Material.Licence.OGL,
        widget=forms.RadioSelect, help_text="The first two let others build on it if they name you.",
    )  # fmt: skip
    release = forms.ChoiceField(
        label="When does it come out?", choices=RELEASE, initial=Material.Release.AFTER, widget=forms.RadioSelect
    )

    def __init__(self, *args, material: Material | None = None, over: bool = False, **kwargs):
        """`material`: what is replaced; `over`: the talk is over, so that there is nothing to wait for."""
        super().__init__(*args, **kwargs)
        self.material = material
        if material is not None:
            del self.fields["kind"]
            self.fields["audience"].initial, self.fields["licence"].initial = material.audience, material.licence
            self.fields["release"].initial = material.release
            self.fields["file"].required = not material.is_there()
        if over:
            del self.fields["release"]
        elif material is not None and material.release in {Material.Release.HELD, Material.Release.AT}:
            # the core team settled it: left as it is
            del self.fields["release"]

    def clean_file(self):
        return self._checked("file", SLIDES)

    def clean_copy(self):
        return self._checked("copy", COPIES)

    def _checked(self, name: str, allowed: tuple[str, ...]):
        file = self.cleaned_data[name]
        if file:
            try:
                check_file(file, allowed=allowed)
            except NotTaken as wrong:
                raise forms.ValidationError(str(wrong)) from None
        return file

    def only_copy_is_wrong(self) -> bool:
        """The file itself is good, and is not to be lost because of its copy."""
        return set(self.errors) == {"copy"} and bool(self.cleaned_data.get("file"))

    def terms(self) -> Terms:
        said, held = self.cleaned_data, self.material
        release = said.get("release") or (held.release if held else Material.Release.NOW)
        return Terms(said["licence"], said["audience"], release, held.released_at if held else None)
