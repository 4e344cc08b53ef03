from django.db import migrations
from django.db.models import Exists, F, OuterRef


def note_withheld(apps, schema_editor):
    """Until now a thread was removed with its opening still there for one reason: what it is about was made private."""
    openings = apps.get_model("forum", "Post").objects.filter(thread=OuterRef("pk"), number=1, removed_at=None)
    threads = apps.get_model("forum", "Thread").objects.filter(removed_at__isnull=False, about_id__isnull=False)
    threads.filter(Exists(openings)).update(withheld_at=F("removed_at"))


class Migration(migrations.Migration):
    dependencies = [("forum", "0005_thread_withheld")]

    operations = [migrations.RunPython(note_withheld, migrations.RunPython.noop)]
