from django import forms

from notifications.choices import Choice, row_of
from notifications.kinds import Group, Kind


class PreferencesForm(forms.Form):
    """A tick for each kind and channel, and a button that turns all mail off or on again.

    `landed_on`: the name of the kind whose row the address leads to.
    """

    mail_off = forms.BooleanField(required=False, widget=forms.HiddenInput)
    all_mail = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, rows: list[Choice], all_mail_off: bool, landed_on: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.landed_on = landed_on
        self.kinds = [row.kind for row in rows]
        self.fields["mail_off"].initial = all_mail_off
        for row in rows:
            self.fields[f"bell:{row.kind.name}"] = self._tick(row.bell, f"Bell: {row.kind.title}")
            if row.kind.mail is not None:
                self.fields[f"mail:{row.kind.name}"] = self._tick(row.mail, f"E-mail at once: {row.kind.title}")

    @staticmethod
    def _tick(initial: bool, label: str) -> forms.BooleanField:
        return forms.BooleanField(label=label, initial=initial, required=False)

    def groups(self) -> list[dict]:
        """What the tables show, under what it is about: each kind with its two ticks (`mail` None where none is sent).

        `first` stand there at once, `more` folded; `open` when the address leads to one of these.
        """
        groups = [self._group(group, [kind for kind in self.kinds if kind.group == group]) for group in Group]
        return [group for group in groups if group["rows"]]

    def _group(self, group: Group, kinds: list[Kind]) -> dict:
        first = [kind for kind in kinds if kind.common] or kinds
        more = [kind for kind in kinds if kind not in first]
        rows = [self._row(kind) for kind in [*first, *more]]
        return {
            "title": group.value, "rows": rows, "first": rows[: len(first)], "more": rows[len(first) :],
            "open": any(kind.name == self.landed_on for kind in more),
        }  # fmt: skip

    def _row(self, kind: Kind) -> dict:
        return {"kind": kind, "id": row_of(kind.name), "bell": self._field("bell", kind),
                "mail": self._field("mail", kind)}  # fmt: skip

    def all_mail_off(self) -> bool:
        """Whether no mail is to go: as the button says that was pressed, else as it was."""
        pressed = self.cleaned_data["all_mail"]
        return pressed == "off" if pressed in {"off", "on"} else self.cleaned_data["mail_off"]

    def _field(self, channel: str, kind: Kind):
        name = f"{channel}:{kind.name}"
        return self[name] if name in self.fields else None

    def choices(self) -> list[Choice]:
        """What was ticked."""
        ticked = self.cleaned_data
        return [
            Choice(kind, ticked[f"bell:{kind.name}"], ticked.get(f"mail:{kind.name}", False)) for kind in self.kinds
        ]
