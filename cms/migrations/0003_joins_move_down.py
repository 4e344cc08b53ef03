import modelcluster.contrib.taggit
from django.db import migrations


def topics_of(model: str) -> migrations.AlterField:
    return migrations.AlterField(
        model_name=model,
        name="topics",
        field=modelcluster.contrib.taggit.ClusterTaggableManager(
            blank=True, help_text="A comma-separated list of tags.", through="core.PageTopic", to="core.Topic",
            verbose_name="Tags",
        ),
    )


class Migration(migrations.Migration):
    """What joins pages to topics, law and threads moves to the apps it leads to: rows stay, tables change their names."""

    dependencies = [
        ("cms", "0002_knowledge"),
        ("core", "0003_page_topic"),
        ("reference", "0002_page_provision"),
        ("forum", "0003_page_thread"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.AlterModelTable("pagetopic", "core_pagetopic"),
                migrations.AlterModelTable("pageprovision", "reference_pageprovision"),
                migrations.AlterModelTable("pagethread", "forum_pagethread"),
            ],
            state_operations=[
                *(topics_of(model) for model in ("guidancepage", "newspage", "startpage", "storypage")),
                migrations.DeleteModel("PageTopic"),
                migrations.DeleteModel("PageProvision"),
                migrations.DeleteModel("PageThread"),
            ],
        ),
    ]
