from django.db import models


class Sector(models.Model):
    """A kind of work that organisations do, with the colour that stands for it."""

    class Colour(models.TextChoices):
        """The palettes of the visual design: each a CSS class `sector--<value>`."""

        COUNCILS = "councils", "Woad blue"
        HEALTH = "health", "Teal"
        POLICE = "police", "Indigo"
        FIRE = "fire", "Orange"
        SCHOOLS = "schools", "Gold"
        VOLUNTARY = "voluntary", "Green"
        HOUSING = "housing", "Plum"
        CORE = "core", "Grey"

    name = models.CharField(max_length=80, unique=True, help_text="As in lists: “Health and care”.")
    slug = models.SlugField(unique=True)
    short_name = models.CharField(max_length=30, help_text="Beside a name: “Health”.")
    in_words = models.CharField(max_length=60, help_text="After “A member from”: “a voluntary group”.")
    colour = models.CharField(max_length=12, choices=Colour, default=Colour.CORE)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "name"]

    def __str__(self):
        return self.name
