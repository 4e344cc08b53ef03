import datetime as dt

from django.db import migrations
from django.utils import timezone

A_SECOND = 20  # threads: what people do meanwhile is carried out in between


def index_anew(apps, schema_editor):
    """Until now search learnt the words of an answer only when its question was changed: the worker looks again.

    The newest first, and some at a time: whoever is answered does not wait until all have been looked at.
    """
    outbox, now = apps.get_model("core", "OutboxItem"), timezone.now()
    threads = apps.get_model("forum", "Thread").objects.filter(highest_number__gt=1).order_by("-pk")
    items = (
        outbox(kind="forum.index", payload={"thread": pk}, due_at=now + dt.timedelta(seconds=place // A_SECOND))
        for place, pk in enumerate(threads.values_list("pk", flat=True))
    )
    outbox.objects.bulk_create(items, batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_page_topic"),
        ("forum", "0013_drafts_of_comments_and_edits"),
    ]

    operations = [migrations.RunPython(index_anew, migrations.RunPython.noop)]
