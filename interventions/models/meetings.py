"""Meetings: why, who was asked and who came, what was said of each student, what was decided and who does it."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from contacts.models import AgencyWorker
from interventions.models.cases import PACase
from interventions.models.plans import Plan
from interventions.querysets import MeetingQuerySet
from pastoral.core.withdrawal import Withdrawable
from students.models import ParentCarer, Student, YearGroup


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Meeting(Withdrawable):
    """One meeting, planned or held. Its minutes are what it holds, drawn as a page or a PDF.

    rag_week: the Monday of the weekly RAG that it walked through, for RAG meetings; rag_issue: which issue of it.
    What was said of a student stands with that student; notes are for those who see the whole meeting.
    """

    class Purpose(models.TextChoices):
        """What it is for."""

        RAG = "rag", "Weekly RAG"
        PANEL = "panel", "Attendance panel"
        FAMILY = "family", "With a family"
        REVIEW = "review", "Review of a plan"
        TAF = "taf", "Team around the family"
        REINTEGRATION = "reintegration", "Reintegration"
        YEAR_TEAM = "year_team", "Year team"
        CONSULTATION = "consultation", "Consultation evening"
        OTHER = "other", "Something else"

    token = models.UUIDField(unique=True, help_text="the sending it was made by")
    purpose = models.CharField(max_length=13, choices=Purpose)
    title = models.CharField(max_length=120)
    held_on = models.DateField()
    starts_at = models.TimeField(null=True, blank=True)
    place = models.CharField(max_length=80, blank=True)
    year_group = models.ForeignKey(YearGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    convener = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    follows = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="next_meeting", help_text="the one before"
    )
    rag_week = models.DateField(null=True, blank=True)
    rag_issue = models.PositiveSmallIntegerField(null=True, blank=True)
    notes = models.TextField(blank=True)
    next_on = models.DateField(null=True, blank=True)
    is_restricted = models.BooleanField(
        default=False, help_text="what was said is for those who were there, and few more"
    )
    closed_at = models.DateTimeField(null=True, blank=True, help_text="since when the minutes stand")
    made_at = models.DateTimeField(default=timezone.now)

    objects = MeetingQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-held_on", "-pk")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(rag_week=None, rag_issue=None)
                | Q(rag_week__iso_week_day=1, rag_issue__gte=1, purpose="rag"),
                name="meeting_rag_of_a_week",
            ),
            models.UniqueConstraint(
                fields=["rag_week", "year_group"],
                condition=Q(withdrawn_at=None, rag_week__isnull=False),
                nulls_distinct=False,
                name="meeting_rag_once",
                violation_error_message="There is a meeting on this week's RAG already.",
            ),
        )

    def __str__(self) -> str:
        return self.title


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class MeetingPerson(models.Model):
    """Somebody asked to a meeting: a colleague, a parent or carer, a worker of an agency, the student, or by name."""

    WHO = ("staff", "parent_carer", "worker", "student")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="people")
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    parent_carer = models.ForeignKey(ParentCarer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(AgencyWorker, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    student = models.ForeignKey(Student, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    part = models.CharField(max_length=80, blank=True, help_text="chair, notes, mother")
    invited_on = models.DateField(null=True, blank=True)
    came = models.BooleanField(null=True, blank=True, help_text="nothing until the meeting was held")

    class Meta:
        ordering = ("meeting", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(staff__isnull=False, parent_carer=None, worker=None, student=None, name="")
                | Q(staff=None, parent_carer__isnull=False, worker=None, student=None, name="")
                | Q(staff=None, parent_carer=None, worker__isnull=False, student=None, name="")
                | Q(staff=None, parent_carer=None, worker=None, student__isnull=False, name="")
                | Q(staff=None, parent_carer=None, worker=None, student=None) & ~Q(name=""),
                name="meeting_person_is_one",
                violation_error_message="Say who.",
            ),
            models.UniqueConstraint(
                fields=["meeting", "staff", "parent_carer", "worker", "student", "name"],
                nulls_distinct=False,
                name="meeting_person_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.pk}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class MeetingStudent(models.Model):
    """One student of a meeting: what was said and decided. In a RAG meeting: one mover, left until looked at."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="students")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="meetings")
    order = models.PositiveSmallIntegerField(default=0)
    case = models.ForeignKey(PACase, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=160, blank=True, help_text="why the student was talked of: green to red")
    notes = models.TextField(blank=True)
    decision = models.TextField(blank=True, help_text="whole, however much was decided: minutes are never cut")
    looked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("meeting", "order", "pk")
        constraints = (models.UniqueConstraint(fields=["meeting", "student"], name="meeting_student_once"),)

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.student_id}"
