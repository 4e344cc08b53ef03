from django.db import migrations


def look_again(apps, schema_editor):
    """Until now search found people by mentions whose names their owners hide: the worker writes those entries anew."""
    outbox = apps.get_model("core", "OutboxItem").objects
    for space in apps.get_model("forum", "Space").objects.order_by("pk"):
        outbox.create(kind="forum.index_space", payload={"space": space.pk})


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_page_topic"),
        ("forum", "0006_threads_withheld_so_far"),
    ]

    operations = [migrations.RunPython(look_again, migrations.RunPython.noop)]
