"""Where authors may write, and who agrees before it is published. Made by set_up; safe to repeat."""

from django.contrib.auth.models import Group
from django.db import transaction
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Task,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from cms.models import ApprovalTask, GuidanceIndexPage, NewsIndexPage, StoryIndexPage
from events.pages.index import EventsIndexPage
from horizon.models import HorizonIndexPage
from members import roles

NAME = "Author, then approver"
FILES = "For pages"
OPEN_TO_AUTHORS = (GuidanceIndexPage, StoryIndexPage, NewsIndexPage, HorizonIndexPage, EventsIndexPage)


@transaction.atomic
def set_up_editing() -> Workflow:
    """The workflow over all pages, and what authors may do: draft below the libraries, add pictures and files.

    To be called after `members.roles.set_up_groups` and once the index pages stand.
    """
    workflow, _made = Workflow.objects.get_or_create(name=NAME)
    task = ApprovalTask.objects.filter(active=True).first() or ApprovalTask.objects.create(name="Approval")
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task.task_ptr)
    root = Page.objects.get(depth=1)
    WorkflowPage.objects.update_or_create(page=root, defaults={"workflow": workflow})
    _put_away_wagtails_own()
    let_authors_write()
    return workflow


def _put_away_wagtails_own() -> None:
    """The groups and the workflow Wagtail comes with: nobody is in them, and they would be offered beside ours."""
    Workflow.objects.filter(name="Moderators approval", active=True).update(active=False)
    Task.objects.filter(name="Moderators approval", active=True).update(active=False)
    Group.objects.filter(name__in=["Editors", "Moderators"], user=None).delete()


def let_authors_write() -> None:
    """Authors may add pages to each library there is, pictures and files to a collection of their own."""
    group, _made = Group.objects.get_or_create(name=roles.AUTHORS)
    for model in OPEN_TO_AUTHORS:
        for page in model.objects.all():
            for permission in roles.permissions_of(Page, ("add",)):
                GroupPagePermission.objects.get_or_create(group=group, page=page, permission=permission)
    root = Collection.get_first_root_node()
    files = root.get_children().filter(name=FILES).first() or root.add_child(name=FILES)
    for model in (Image, Document):
        for permission in roles.permissions_of(model, ("add", "choose")):
            GroupCollectionPermission.objects.get_or_create(group=group, collection=files, permission=permission)
