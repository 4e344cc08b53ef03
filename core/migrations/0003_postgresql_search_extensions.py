from django.core.management import call_command
from django.db import migrations


def enable(apps, schema_editor):
    """PostgreSQL searches with accents folded and typos forgiven; unaccent has to come first."""
    if schema_editor.connection.vendor == "postgresql":
        call_command("enable_unaccent", verbosity=0)
        call_command("enable_trigram", verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_initial"), ("wagtailsearch", "0010_add_text_fields")]
    operations = [migrations.RunPython(enable, migrations.RunPython.noop)]
