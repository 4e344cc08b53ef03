import datetime as dt

from django.db import migrations


def note_acceptances(apps, schema_editor):
    """Until now only the log of its removal said since when a removed post had been the accepted answer."""
    posts = apps.get_model("forum", "Post").objects.filter(removed_by="moderator", kind="answer")
    removals = apps.get_model("wagtailcore", "ModelLogEntry").objects.filter(action="forum.remove")
    for post in posts.only("thread", "number").iterator():
        of_thread = removals.filter(object_id=str(post.thread_id), data__post=post.number)
        last = of_thread.order_by("-timestamp", "-pk").first()
        if last and (moment := last.data.get("accepted_at")):
            post.was_accepted_at = dt.datetime.fromisoformat(moment)
            post.save(update_fields=["was_accepted_at"])


class Migration(migrations.Migration):
    dependencies = [
        ("forum", "0015_posts_put_back"),
        ("wagtailcore", "0089_log_entry_data_json_null_to_object"),
    ]

    operations = [migrations.RunPython(note_acceptances, migrations.RunPython.noop)]
