from django.db import migrations
from django.db.models import F


def know_what_was_told(apps, schema_editor):
    """Who was asked knows the day and has the link, but for those whose letter still waits."""
    here = schema_editor.connection.alias
    waiting = apps.get_model("core", "OutboxItem").objects.using(here).filter(kind="events.ask_for_slides", done_at=None)
    to_tell = [payload["ask"] for payload in waiting.values_list("payload", flat=True)]
    asks = apps.get_model("events", "MaterialAsk").objects.using(here)
    asks.exclude(pk__in=to_tell).update(told_due_on=F("due_on"), told_link_number=F("link_number"))


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0003_page_topic'),
        ('events', '0007_what_speakers_know'),
    ]

    operations = [
        migrations.RunPython(know_what_was_told, migrations.RunPython.noop),
    ]
