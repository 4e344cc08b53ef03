from taggit.models import TagBase


class Topic(TagBase):
    """What something is about: the one tag that threads, expertise and pages share."""

    class Meta:
        verbose_name = "topic"
        verbose_name_plural = "topics"
        ordering = ["name"]

    def save(self, *args, **kwargs):
        self.name = " ".join(self.name.lower().split())
        super().save(*args, **kwargs)
