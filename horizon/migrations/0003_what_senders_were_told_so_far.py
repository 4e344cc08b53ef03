"""Before, every sender of a signal that became something was told at once that it is on the Horizon."""

from django.db import migrations
from django.db.models import F

TOLD = "Thank you. It is on the Horizon now."


def say_no_more_than_is_so(apps, schema_editor):
    signals = apps.get_model("horizon", "Signal").objects
    signals.filter(outcome=TOLD).update(outcome="")
    signals.filter(state="triaged", development__shown=True).update(shown_told_at=F("decided_at"))


class Migration(migrations.Migration):
    dependencies = [("horizon", "0002_senders_are_told_once_it_is_shown")]

    operations = [migrations.RunPython(say_no_more_than_is_so, migrations.RunPython.noop)]
