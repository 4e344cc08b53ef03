import django.db.models.deletion
import modelcluster.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """The law that pages stand on comes down from `cms`, whose next migration renames the table."""

    dependencies = [
        ("reference", "0001_initial"),
        ("wagtailcore", "0001_squashed_0016_change_page_url_path_to_text_field"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="PageProvision",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
                        ("page", modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name="provision_links", to="wagtailcore.page")),
                        ("provision", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="page_links", to="reference.provision")),
                    ],
                    options={
                        "ordering": ["sort_order"],
                        "abstract": False,
                        "constraints": [models.UniqueConstraint(fields=("page", "provision"), name="one_provision_per_page")],
                    },
                ),
            ],
        ),
    ]
