"""Lists kept under a name, each its owner's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from pastoral.core.models import User

if TYPE_CHECKING:
    from reports.models import SavedView  # noqa: F401 named in quotes below


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Filters of a list that somebody gave a name."""

    def visible_to(self, user: User) -> Self:
        """Return the views this person saved."""
        return self.filter(owner=user)
