from django.db import migrations


def look_again(apps, schema_editor):
    """Until now not every thread was for as few people as what it is about: the worker looks at each of them."""
    if apps.get_model("forum", "Thread").objects.filter(about_id__isnull=False).exists():
        apps.get_model("core", "OutboxItem").objects.create(kind="cms.bring_threads_along", payload={})


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0005_quotations_name_nobody"),
        ("core", "0003_page_topic"),
        ("forum", "0010_mark_mentions_anew"),
    ]

    operations = [migrations.RunPython(look_again, migrations.RunPython.noop)]
