from wagtail.blocks import ChooserBlock

from cms.choosers import thread_chooser
from forum.models import Thread


class ThreadBlock(ChooserBlock):
    """A thread of the forum. Readers who may not read it are not told that it is there."""

    target_model = Thread
    widget = thread_chooser.widget_class()

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context=parent_context)
        return context | {"thread": _for_reader(value, context)}

    def get_preview_value(self):
        from django.contrib.auth.models import AnonymousUser

        return Thread.objects.visible_to(AnonymousUser()).first()

    class Meta:
        icon = "comment"
        label = "Thread of the forum"
        template = "cms/blocks/thread.html"
        description = "A thread of the forum. Only shown to those who may read it."


def _for_reader(thread, context):
    """The thread if the reader may read it. `context["threads"]` holds those of the page that they may."""
    if thread is None:
        return None
    known = context.get("threads")
    if known is None:
        from cms.querysets.reading import threads_of

        known = threads_of([thread.pk], context.get("request"))
    return known.get(thread.pk)
