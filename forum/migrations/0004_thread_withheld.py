from django.db import migrations, models


class Migration(migrations.Migration):
    """A thread that is hidden because of what it is about says so, apart from being removed."""

    dependencies = [("forum", "0003_page_thread")]

    operations = [
        migrations.AddField(
            model_name="thread",
            name="withheld_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
