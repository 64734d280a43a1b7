"""Lists kept under a name."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from reports.querysets.saved import SavedViewQuerySet


class SavedView(models.Model):
    """A list with its filters and sorting, kept by one person under a name."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=40, help_text="the URL name of the list")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500, blank=True, help_text="the address's query: filters and order, no names")
    saved_at = models.DateTimeField(default=timezone.now)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ("page", "name")
        constraints = (models.UniqueConstraint(fields=["owner", "page", "name"], name="saved_view_once"),)

    def __str__(self) -> str:
        return self.name
