from django.urls import reverse
from wagtail import hooks
from wagtail.admin.search import SearchArea
from wagtail.log_actions import LogFormatter
from wagtail.users.views.bulk_actions.user_bulk_action import UserBulkAction

from core.sheets import Imported
from members.views import bulk
from members.viewsets import DirectoryGroup

LOGGED = (
    ("members.sign_up", "Sign up", "Signed up"),
    ("members.confirm", "Confirm address", "Confirmed the address"),
    ("members.change_address", "Change address", "Changed the address"),
    ("members.change_organisation", "Change organisation", "Changed organisation"),
    ("members.change_handle", "Change handle", "Changed the handle"),
    ("members.update", "Update details", "Updated the details"),
    ("members.vouch", "Vouch", "Vouched for"),
    ("members.decline", "Decline", "Declined"),
    ("members.ban", "Ban", "Banned"),
    ("members.leave", "Leave", "Left"),
    ("members.let_back_in", "Let back in", "Let back in"),
    ("members.give_role", "Change role", "Changed the role"),
    ("members.set_sector", "Set sector", "Set the sector"),
    ("members.set_status", "Set status", "Set the status"),
    ("members.calendar_address", "Calendar address", "Made an address for their calendar"),
    ("members.calendar_stopped", "Calendar stopped", "Stopped the address of their calendar"),
)


class Said(LogFormatter):
    """What the history says: what was done, and why when there is a reason."""

    def format_message(self, log_entry):
        why = (log_entry.data or {}).get("why")
        return f"{self.message}: {why}" if why else self.message


@hooks.register("register_log_actions")
def log_actions(registry):
    registry.register_action("members.import")(Imported)
    for name, label, message in LOGGED:
        words = type("Said", (Said,), {"label": label, "message": message})
        registry.register_action(name)(words)


# Wagtail's acts on many users write standings and delete people past our verbs: they have no address here.
UserBulkAction.models = []

for act in bulk.ALL:
    hooks.register("register_bulk_action", act)


@hooks.register("register_admin_viewset")
def directory():
    return DirectoryGroup()


@hooks.register("register_account_menu_item")
def own_details(request):
    return {
        "url": reverse("members:account"),
        "label": "Your details",
        "help_text": "Your name, address, password and what others see of you are kept on the site itself.",
    }


class ForKeepers(SearchArea):
    """One more place that the admin's search looks in, for whom its list is open."""

    def __init__(self, *args, permission: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.permission = permission

    def is_shown(self, request):
        return request.user.has_perm(self.permission)


@hooks.register("register_admin_search_area")
def search_members():
    url = reverse("wagtailusers_users:index")
    return ForKeepers("Members", url, name="members", icon_name="group", order=110, permission="members.vouch")


@hooks.register("register_admin_search_area")
def search_organisations():
    url = reverse("organisation:index")
    return ForKeepers(
        "Organisations", url, name="organisations", icon_name="site", order=120, permission="members.keep_directory"
    )
