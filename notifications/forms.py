from django import forms

from notifications.choices import Choice
from notifications.kinds import Group, Kind


class PreferencesForm(forms.Form):
    """A tick for each kind and channel, and one that turns all mail off."""

    mail_off = forms.BooleanField(label="Send me no e-mail at all", required=False)

    def __init__(self, *args, rows: list[Choice], all_mail_off: bool, **kwargs):
        super().__init__(*args, **kwargs)
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
        """For the table, under what they are about: each kind with its two ticks (`mail` None where none is sent)."""
        groups = [{"title": group.value, "rows": [self._row(kind) for kind in self.kinds if kind.group == group]}
                  for group in Group]  # fmt: skip
        return [group for group in groups if group["rows"]]

    def _row(self, kind: Kind) -> dict:
        return {"kind": kind, "bell": self._field("bell", kind), "mail": self._field("mail", kind)}

    def _field(self, channel: str, kind: Kind):
        name = f"{channel}:{kind.name}"
        return self[name] if name in self.fields else None

    def choices(self) -> list[Choice]:
        """What was ticked."""
        ticked = self.cleaned_data
        return [
            Choice(kind, ticked[f"bell:{kind.name}"], ticked.get(f"mail:{kind.name}", False)) for kind in self.kinds
        ]
