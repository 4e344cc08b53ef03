from django.db import migrations, models


class Migration(migrations.Migration):
    """Rows written before stay empty: what they look like is rendered when it is shown."""

    dependencies = [
        ('forum', '0003_page_thread'),
    ]

    operations = [
        migrations.AddField(
            model_name='postedit',
            name='html',
            field=models.TextField(blank=True, help_text='As it was shown then; empty for what was edited before this was kept.'),
        ),
    ]
