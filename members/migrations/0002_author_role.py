from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='member',
            name='role',
            field=models.CharField(choices=[('member', 'Member'), ('author', 'Author'), ('moderator', 'Moderator'), ('core_team', 'Core team')], default='member', max_length=10),
        ),
    ]
