from django.db import migrations, models


def list_what_is_known(apps, schema_editor):
    """Give unread notices of threads the list of what they told of, as far as their rows say it.

    They say the first item, the last, and one that mattered again; what came between is counted all the same.
    """
    notices = apps.get_model("notifications", "Notice").objects
    unread = notices.filter(read_at=None, group_key__startswith="thread:", item_id__isnull=False)
    changed = []
    for notice in unread.order_by("pk").iterator(chunk_size=1000):
        again, mailed_to = notice.also_item_id, notice.mailed_item_id or 0
        known = {notice.item_id: (notice.kind, notice.why)}
        if again:
            known[again] = (notice.kind, notice.why)
        if notice.count > 1 and notice.last_item_id:
            known.setdefault(notice.last_item_id, ("forum.new_post", "following"))
        mailed = [item for item in sorted(known) if item <= mailed_to and item != again]
        rest = [item for item in sorted(known) if item not in mailed]
        lines = [f";{number} {known[item][0]} {item} {known[item][1]}" for number, item in enumerate(mailed + rest, 1)]
        notice.told, notice.told_number = "".join(lines), len(lines)
        notice.mailed_item_id = len(mailed) or None
        notice.mailing_item_id = notice.mail_leased_until = None
        changed.append(notice)
        if len(changed) == 500:
            _save(notices, changed)
            changed = []
    _save(notices, changed)


def _save(notices, changed):
    fields = ["told", "told_number", "mailed_item_id", "mailing_item_id", "mail_leased_until"]
    notices.bulk_update(changed, fields)


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0003_say_what_a_broken_promise_means"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="told",
            field=models.TextField(
                blank=True, db_default="", default="", help_text="What it told of, where one of it may be taken back."
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="told_number",
            field=models.PositiveIntegerField(
                db_default=0, default=0, help_text="The number of the last event in that list; never falls."
            ),
        ),
        migrations.RunPython(list_what_is_known, migrations.RunPython.noop),
    ]
