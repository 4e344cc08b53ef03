from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0006_say_what_a_broken_promise_means'),
    ]

    operations = [
        migrations.AddField(
            model_name='materialask',
            name='told_due_on',
            field=models.DateField(editable=False, help_text='The day they were told last.', null=True),
        ),
        migrations.AddField(
            model_name='materialask',
            name='told_link_number',
            field=models.PositiveIntegerField(default=0, editable=False, help_text='The link they got last.'),
        ),
    ]
