from django.db import migrations


def look_again(apps, schema_editor):
    """Until now a mention in public of who hid their name then was left as a word: the worker makes it a link."""
    outbox = apps.get_model("core", "OutboxItem").objects
    for space in apps.get_model("forum", "Space").objects.order_by("pk"):
        outbox.create(kind="forum.mark_mentions_in_space", payload={"space": space.pk})


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_page_topic"),
        ("forum", "0009_threads_withheld_and_removed_so_far"),
    ]

    operations = [migrations.RunPython(look_again, migrations.RunPython.noop)]
