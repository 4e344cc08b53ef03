"""The forum in Wagtail's admin: what its log says."""

from django.contrib import messages
from django.shortcuts import redirect
from wagtail import hooks
from wagtail.log_actions import LogFormatter
from wagtail.snippets.models import register_snippet

from forum.actions import spaces
from forum.models import Space
from forum.viewsets import SpaceViewSet

LOGGED = {
    "forum.remove": ("Remove post", "Removed post {post}"),
    "forum.restore": ("Restore post", "Restored post {post}"),
    "forum.lock": ("Lock thread", "Locked"),
    "forum.unlock": ("Unlock thread", "Unlocked"),
    "forum.pin": ("Pin thread", "Pinned"),
    "forum.unpin": ("Unpin thread", "Unpinned"),
    "forum.move": ("Move thread", "Moved to {to}"),
    "forum.retag": ("Retag thread", "Gave it the topics {after}"),
}


class Said(LogFormatter):
    """What the history says: what was done to which post, and why."""

    def format_message(self, log_entry):
        data = {key: ", ".join(value) if isinstance(value, list) else value for key, value in log_entry.data.items()}
        said = self.message.format_map({"post": "", "after": "", "to": ""} | data)
        return f"{said}: {data['why']}" if data.get("why") else said


@hooks.register("register_log_actions")
def register_log_actions(actions):
    for name, (label, message) in LOGGED.items():
        actions.register_action(name)(type("Said", (Said,), {"label": label, "message": message}))


register_snippet(SpaceViewSet)


@hooks.register("after_create_snippet")
def space_opened(request, instance):
    """Kept pages are made anew."""
    if isinstance(instance, Space):
        spaces.changed(instance)


@hooks.register("after_delete_snippet")
def space_gone(request, instances):
    """What is kept of the lists no longer leads to it."""
    if any(isinstance(one, Space) for one in instances):
        spaces.gone()


@hooks.register("before_delete_snippet")
def spaces_with_threads_stay(request, instances):
    """A space with threads is never deleted: what was said there would go with it."""
    if any(isinstance(one, Space) and one.threads.exists() for one in instances):
        messages.error(request, "A space that has threads can't be deleted. Make it a private group instead.")
        return redirect("wagtailsnippets_forum_space:list")
    return None
