"""Agencies outside the school, the people who work there, and which of them are in a student's life."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from contacts.querysets import AgencyLinkQuerySet, AgencyQuerySet
from pastoral.core.withdrawal import Withdrawable
from students.models import Student


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Agency(models.Model):
    """An agency or a body that the school works with. threshold: whom it takes, in a few words."""

    class Kind(models.TextChoices):
        """What it does."""

        CHILDRENS_SERVICES = "childrens_services", "Children's services"
        EARLY_HELP = "early_help", "Early help"
        POLICE = "police", "Police"
        YOUTH_JUSTICE = "youth_justice", "Youth justice"
        CAMHS = "camhs", "Mental health (CAMHS)"
        HEALTH = "health", "Health"
        EDUCATION_WELFARE = "education_welfare", "Education welfare"
        VIRTUAL_SCHOOL = "virtual_school", "Virtual school"
        SEN = "sen", "SEN and inclusion"
        HOUSING = "housing", "Housing"
        CHARITY = "charity", "Charity"
        PROVIDER = "provider", "Alternative provision"
        SCHOOL = "school", "Another school"
        OTHER = "other", "Something else"

    # Somebody of these is told of an unexplained absence (domain.md 1.6), and calls for their children come first.
    SOCIAL_WORK = (Kind.CHILDRENS_SERVICES, Kind.YOUTH_JUSTICE)

    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    telephone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    website = models.URLField(blank=True)
    address = models.TextField(blank=True)
    offers = models.CharField(max_length=300, blank=True, help_text="what it does for young people")
    threshold = models.CharField(max_length=300, blank=True, help_text="whom it takes")
    how_to_refer = models.CharField(max_length=300, blank=True)
    is_active = models.BooleanField(default=True)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class AgencyWorker(models.Model):
    """Somebody who works for an agency."""

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="workers")
    name = models.CharField(max_length=120)
    job = models.CharField(max_length=120, blank=True)
    telephone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("agency", "name")
        constraints = (models.UniqueConstraint(fields=["agency", "name"], name="agency_worker_once"),)

    def __str__(self) -> str:
        return f"{self.name}, {self.job}" if self.job else self.name


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class AgencyLink(Withdrawable):
    """An agency, by its worker where one is named, that works with a student for a span of days."""

    token = models.UUIDField(unique=True, help_text="the sending it was made by")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="agency_links")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="links")
    worker = models.ForeignKey(AgencyWorker, null=True, blank=True, on_delete=models.PROTECT, related_name="links")
    role = models.CharField(max_length=120, blank=True, help_text="what for")
    reference = models.CharField(max_length=60, blank=True, help_text="the agency's own number")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = AgencyLinkQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("student", "-starts_on")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="agency_link_in_order",
                violation_error_message="It cannot end before it begins.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.student_id} {self.agency_id}"
