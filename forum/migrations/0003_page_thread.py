import django.db.models.deletion
import modelcluster.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """The threads beside pages come down from `cms`, whose next migration renames the table."""

    dependencies = [
        ("forum", "0002_thread_about"),
        ("wagtailcore", "0001_squashed_0016_change_page_url_path_to_text_field"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="PageThread",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
                        ("made_from", models.BooleanField(default=False, help_text="The page was drafted from this thread.")),
                        ("page", modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name="thread_links", to="wagtailcore.page")),
                        ("thread", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="page_links", to="forum.thread")),
                    ],
                    options={
                        "ordering": ["sort_order"],
                        "abstract": False,
                        "constraints": [models.UniqueConstraint(fields=("page", "thread"), name="one_thread_per_page")],
                    },
                ),
            ],
        ),
    ]
