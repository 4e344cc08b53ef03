import re

from django.db import migrations

LINK = re.compile(r'<a href="/people/([a-z0-9-]+)/" class="mention"')


def name_nobody(apps, schema_editor):
    """Quotations made until now say the handles of people whom the quoted post mentions: they may hide their names."""
    here = schema_editor.connection.alias
    mentions = apps.get_model("forum", "Mention").objects.using(here)
    excerpts = apps.get_model("cms", "Excerpt").objects.using(here).select_related("post")
    for excerpt in excerpts.filter(words__contains="@"):
        named = set(mentions.filter(post=excerpt.post_id).values_list("member__handle", flat=True))
        named |= set(LINK.findall(excerpt.post.html))
        if named:
            handles = "|".join(sorted(map(re.escape, named), key=len, reverse=True))
            words = re.sub(rf"(?<!\w)@(?:{handles})(?![\w-])", "@a member", excerpt.words, flags=re.IGNORECASE)
            if words != excerpt.words:
                excerpt.words = words[:2000]
                excerpt.save(update_fields=["words"])


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0004_say_what_a_broken_promise_means"),
        ("forum", "0010_mark_mentions_anew"),
    ]

    operations = [migrations.RunPython(name_nobody, migrations.RunPython.noop)]
