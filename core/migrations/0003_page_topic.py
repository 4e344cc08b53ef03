import django.db.models.deletion
import modelcluster.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """The topics of pages come down from `cms`, whose next migration renames the table."""

    dependencies = [
        ("core", "0002_initial"),
        ("wagtailcore", "0001_squashed_0016_change_page_url_path_to_text_field"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="PageTopic",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("content_object", modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name="topic_links", to="wagtailcore.page")),
                        ("tag", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="page_topics", to="core.topic")),
                    ],
                    options={"constraints": [models.UniqueConstraint(fields=("tag", "content_object"), name="one_topic_per_page")]},
                ),
            ],
        ),
    ]
