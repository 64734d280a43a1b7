"""Students and the adults who care for them."""

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse

from students.querysets import StudentFactQuerySet, StudentQuerySet


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Student(models.Model):
    """A student ever on roll. `admission_number` is the key in every file of the MIS."""

    class Sex(models.TextChoices):
        """As collected by DfE since 2023/24."""

        FEMALE = "F", "Girl"
        MALE = "M", "Boy"

    admission_number = models.CharField(max_length=20, unique=True)
    upn = models.CharField("UPN", max_length=13, blank=True)
    legal_surname = models.CharField(max_length=100)
    legal_forename = models.CharField(max_length=100)
    preferred_forename = models.CharField(max_length=100, blank=True)
    born_on = models.DateField()
    sex = models.CharField(max_length=1, choices=Sex)
    ethnicity = models.CharField(max_length=4, blank=True)
    house = models.ForeignKey("students.House", null=True, blank=True, on_delete=models.PROTECT)
    admitted_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    search_text = models.TextField(blank=True, editable=False, help_text="kept by a trigger; names without accents")

    objects = StudentQuerySet.as_manager()

    class Meta:
        ordering = ("search_text", "admission_number")  # surname first, accents folded: Łukasik among the Ls
        constraints = (
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("admitted_on")),
                name="student_roll",
            ),
            models.UniqueConstraint(fields=["upn"], condition=~Q(upn=""), name="student_upn_once"),
        )
        indexes = (
            GinIndex(
                fields=["search_text"],
                opclasses=["gin_trgm_ops"],
                name="student_search",
            ),
            models.Index(fields=["left_on", "admitted_on"], name="student_roll_dates"),
        )
        triggers = (
            pgtrigger.Trigger(
                name="student_search_text",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    NEW.search_text := lower(unaccent(
                        NEW.legal_surname || ' ' || NEW.legal_forename || ' ' || NEW.preferred_forename || ' '
                        || NEW.legal_surname || ' ' || NEW.admission_number || ' ' || NEW.upn
                    ));
                    RETURN NEW;
                """,
            ),
        )

    def __str__(self) -> str:
        return self.sort_name

    def get_absolute_url(self) -> str:
        """Return the address of the student's page; the address carries a key, never a name."""
        return reverse("reports:student_detail", args=[self.pk])

    @property
    def forename(self) -> str:
        """The forename the student goes by."""
        return self.preferred_forename or self.legal_forename

    @property
    def full_name(self) -> str:
        """Forename and surname."""
        return f"{self.forename} {self.legal_surname}"

    @property
    def sort_name(self) -> str:
        """Surname first, as lists are sorted."""
        return f"{self.legal_surname}, {self.forename}"


class StudentFact(models.Model):
    """Something true of a student for a span of dates, each kind its own fact (pupil premium does not follow FSM)."""

    class Kind(models.TextChoices):
        """What may be true; SEN carries its provision (K, E) as value."""

        PUPIL_PREMIUM = "pupil_premium", "Pupil premium"
        FSM = "fsm", "Free school meals"
        FSM_EVER_6 = "fsm_ever_6", "FSM Ever 6"
        SEN = "sen", "SEN"
        EAL = "eal", "EAL"
        LOOKED_AFTER = "looked_after", "Looked after"
        YOUNG_CARER = "young_carer", "Young carer"

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="facts")
    kind = models.CharField(max_length=15, choices=Kind)
    value = models.CharField(max_length=10, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = StudentFactQuerySet.as_manager()

    class Meta:
        ordering = ("student", "kind", "starts_on")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="fact_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(kind="sen") | Q(value__in=["K", "E"]),
                name="fact_sen_value",
            ),
            ExclusionConstraint(
                name="fact_spells_apart",
                expressions=[
                    ("student", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (
                        Func(
                            "starts_on",
                            "ends_on",
                            RangeBoundary(True, True),
                            function="DATERANGE",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        )
        indexes = (models.Index(fields=["kind", "starts_on"], name="fact_kind"),)

    def __str__(self) -> str:
        return f"{self.student_id} {self.kind} {self.value}".strip()


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class ParentCarer(models.Model):
    """An adult who cares for one or more students; one person however many children."""

    title = models.CharField(max_length=20, blank=True)
    forename = models.CharField(max_length=100, blank=True)
    surname = models.CharField(max_length=100)
    telephone = models.CharField(max_length=30, blank=True)
    mobile = models.CharField(max_length=30, blank=True)
    email = models.CharField(max_length=254, blank=True)
    address = models.TextField(blank=True)

    class Meta:
        ordering = ("surname", "forename")
        indexes = (models.Index(fields=["surname", "forename"], name="parent_carer_name"),)

    def __str__(self) -> str:
        return " ".join(part for part in [self.title, self.forename, self.surname] if part)


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class ParentCarerLink(models.Model):
    """What an adult is to one student."""

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="parent_carer_links")
    parent_carer = models.ForeignKey(ParentCarer, on_delete=models.PROTECT, related_name="links")
    priority = models.PositiveSmallIntegerField()
    relationship = models.CharField(max_length=40)
    has_parental_responsibility = models.BooleanField(default=False)
    has_court_order = models.BooleanField(default=False, help_text="contact is restricted by a court")
    lives_with = models.BooleanField(default=False)

    class Meta:
        ordering = ("student", "priority")
        constraints = (
            models.UniqueConstraint(fields=["student", "parent_carer"], name="parent_carer_link_once"),
            models.UniqueConstraint(
                fields=["student", "priority"],
                name="parent_carer_priority_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
        )

    def __str__(self) -> str:
        return f"{self.relationship} of {self.student_id}"
