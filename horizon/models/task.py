from django.db import models
from django.utils import timezone

from horizon.pages.briefing import BriefingPage
from members.models import Member, Organisation
from reference.models import Provision


class TaskDone(models.Model):
    """An organisation has done a task of a briefing. Kept by the task's key, so that no edit of the page loses it."""

    briefing = models.ForeignKey(BriefingPage, on_delete=models.CASCADE, related_name="done")
    key = models.UUIDField(help_text="The task's own, whatever row of the page it stands in.")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="tasks_done")
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["briefing", "key", "organisation"], name="done_once_per_organisation")
        ]


class TaskReminder(models.Model):
    """That organisations were reminded of a task: each stage of each due date once, whatever else happens."""

    briefing = models.ForeignKey(BriefingPage, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()
    due_on = models.DateField()
    stage = models.SmallIntegerField(help_text="Days to the due date: 14, 0, -14.")
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["briefing", "key", "due_on", "stage"], name="each_task_reminder_once")
        ]


class LawMarking(models.Model):
    """That a briefing's word on a provision was carried out: the law was marked as changed, once."""

    briefing = models.ForeignKey(BriefingPage, on_delete=models.CASCADE, related_name="+")
    provision = models.ForeignKey(Provision, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["briefing", "provision"], name="each_law_marked_once")]


class FollowersTold(models.Model):
    """That followers heard of a briefing: once, however often it is published, or by how many at the same time."""

    briefing = models.OneToOneField(BriefingPage, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)
