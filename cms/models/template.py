from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from taggit.managers import TaggableManager
from taggit.models import ItemBase
from wagtail.search import index

from cms.querysets.templates import TemplateQuerySet, TemplateVersionQuerySet
from core.models import CustomDocument, Topic
from members.models import Member

TAKEN = ("feed",)


class Template(index.Indexed, ClusterableModel):
    """A document to copy: a protocol, a form. Its versions stay, each at its own address."""

    title = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=120, unique=True)
    summary = models.TextField(max_length=300)
    fixed_parts = models.TextField("what must stay as it is", max_length=1000, blank=True)
    free_parts = models.TextField("what you fill in freely", max_length=1000, blank=True)
    topics = TaggableManager(through="cms.TemplateTopic", blank=True)
    keeper = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="kept_templates", verbose_name="owner"
    )
    review_on = models.DateField("review by", null=True, blank=True)

    objects = TemplateQuerySet.as_manager()

    search_fields = [
        index.SearchField("title", boost=4),
        index.SearchField("summary", boost=2),
        index.SearchField("topics_text", boost=2),
        index.SearchField("fixed_parts"),
        index.SearchField("free_parts"),
    ]

    class Meta:
        ordering = ["title"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("cms:template-detail", args=[self.slug])

    def clean(self):
        super().clean()
        if self.slug in TAKEN:
            raise ValidationError({"slug": f"The site itself uses /templates/{self.slug}/. Choose another address."})

    def topics_text(self) -> str:
        return " ".join(topic.name for topic in self.topics.all())


class TemplateTopic(ItemBase):
    """A template is about a topic."""

    tag = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="template_topics")
    content_object = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="template_topics")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "content_object"], name="one_topic_per_template")]


class TemplateVersion(models.Model):
    """One version of a template: its file, what changed, how often it was fetched.

    Never overwritten: people have copies of it, and its address stays. Only its change note may be mended.
    """

    template = ParentalKey(Template, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    document = models.ForeignKey(CustomDocument, on_delete=models.PROTECT, related_name="template_versions")
    change_note = models.TextField("what changed", max_length=600)
    published_at = models.DateTimeField(default=timezone.now)
    downloads = models.PositiveIntegerField(default=0, editable=False)
    # When its followers were told of it, or were about to be: nobody hears of a version twice.
    told_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TemplateVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="one_template_version_per_number")]

    def __str__(self):
        return f"{self.template}, version {self.number}"

    def get_absolute_url(self):
        return reverse("cms:template-version", args=[self.template.slug, self.number])

    def get_download_url(self):
        """The address that counts and leads on to the file."""
        return reverse("cms:template-download", args=[self.template.slug, self.number])

    def file_kind(self) -> str:
        """The file's ending as people say it, such as “DOCX”."""
        return self.document.file_extension.upper()

    def clean(self):
        super().clean()
        before = type(self).objects.filter(pk=self.pk).values("number", "document_id").first() if self.pk else None
        if before and before != {"number": self.number, "document_id": self.document_id}:
            raise ValidationError("A version stays as it is: people have copies of it. Add a new version instead.")


class TemplateFollow(models.Model):
    """A member ticked “tell me about new versions”."""

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="follows")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="template_follows")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["template", "member"], name="one_follow_per_template")]
