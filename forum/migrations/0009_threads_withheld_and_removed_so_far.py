from django.db import migrations

HIDDEN = "nobody but moderators"  # where the log says that a thread went whose page was made private


def note_withheld(apps, schema_editor):
    """Until now a thread that was hidden for what it is about, and its opening removed as well, was only “removed”.

    Its log tells. `removed_at` is the moment it was hidden, unless it is that of a post's removal.
    """
    types = apps.get_model("contenttypes", "ContentType").objects.filter(app_label="forum", model="thread")
    moves = apps.get_model("wagtailcore", "ModelLogEntry").objects.filter(content_type__in=types, action="forum.move")
    last = {int(entry.object_id): entry for entry in moves.order_by("timestamp", "pk").iterator()}
    hidden = {pk: entry.timestamp for pk, entry in last.items() if entry.data.get("to") == HIDDEN}
    threads = apps.get_model("forum", "Thread").objects.filter(withheld_at=None, removed_at__isnull=False)
    for thread in threads.filter(about_id__isnull=False).iterator():
        if thread.pk in hidden:
            removed = thread.posts.filter(removed_at=thread.removed_at).exists()
            threads.filter(pk=thread.pk).update(withheld_at=hidden[thread.pk] if removed else thread.removed_at)


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("forum", "0008_say_what_a_broken_promise_means"),
        ("wagtailcore", "0089_log_entry_data_json_null_to_object"),
    ]

    operations = [migrations.RunPython(note_withheld, migrations.RunPython.noop)]
