from django.db import migrations


def index_anew(apps, schema_editor):
    """Until now search learnt the words of an answer only when its question was changed: the worker looks again."""
    outbox = apps.get_model("core", "OutboxItem")
    threads = apps.get_model("forum", "Thread").objects.filter(highest_number__gt=1).order_by("pk")
    items = (outbox(kind="forum.index", payload={"thread": pk}) for pk in threads.values_list("pk", flat=True))
    outbox.objects.bulk_create(items, batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_page_topic"),
        ("forum", "0013_drafts_of_comments_and_edits"),
    ]

    operations = [migrations.RunPython(index_anew, migrations.RunPython.noop)]
