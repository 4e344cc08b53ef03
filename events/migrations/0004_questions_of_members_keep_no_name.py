from django.db import migrations


def forget_names(apps, schema_editor):
    """A member's question is shown with the name the member has, so the copy is not needed.

    Where the account is gone nobody can tell that copy from what a guest typed, so all go.
    """
    questions = apps.get_model("events", "AudienceQuestion").objects.using(schema_editor.connection.alias)
    questions.exclude(name="").update(name="")


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0003_names_are_erased'),
    ]

    operations = [
        migrations.RunPython(forget_names, migrations.RunPython.noop),
    ]
