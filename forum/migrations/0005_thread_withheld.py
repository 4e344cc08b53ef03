from django.db import migrations, models


class Migration(migrations.Migration):
    """A thread that is hidden because of what it is about says so, apart from being removed."""

    dependencies = [("forum", "0004_keep_what_edited_posts_looked_like")]

    operations = [
        migrations.AddField(
            model_name="thread",
            name="withheld_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
