"""Letters: their templates and rules, the batches made, each letter with what it rests on, and each copy sent."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from attendance.models import Session
from contacts.models.contacts import Contact
from contacts.querysets import (
    LetterBatchQuerySet,
    LetterCopyQuerySet,
    LetterQuerySet,
    LetterRuleQuerySet,
    LetterTemplateQuerySet,
)
from pastoral.core.models import Job
from pastoral.core.withdrawal import Withdrawable
from students.models import ParentCarer, Student


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class LetterTemplate(models.Model):
    """The words of a letter with merge fields, checked when it is saved. A letter keeps its own words."""

    class Kind(models.TextChoices):
        """What the letter is for; a ladder's step."""

        ATTENDANCE_1 = "attendance_1", "Attendance, stage 1"
        ATTENDANCE_2 = "attendance_2", "Attendance, stage 2"
        ATTENDANCE_3 = "attendance_3", "Attendance, stage 3"
        MINUTES_LATE = "minutes_late", "Minutes late"
        UNIFORM = "uniform", "Uniform"
        EQUIPMENT = "equipment", "Equipment"
        PRAISE = "praise", "Praise"
        ACKNOWLEDGEMENT = "acknowledgement", "Acknowledgement of an enquiry"
        OTHER = "other", "Something else"

    kind = models.CharField(max_length=15, choices=Kind)
    name = models.CharField(max_length=80, unique=True)
    subject = models.CharField(max_length=120)
    body = models.TextField()
    is_active = models.BooleanField(default=True)

    objects = LetterTemplateQuerySet.as_manager()

    class Meta:
        ordering = ("kind", "name")

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class LetterRule(models.Model):
    """Whom a batch of letters is for: how many of what in which weeks, but nothing that may still be explained.

    grace_days: the last school days, which do not count yet. quiet_days: whoever had this letter in so many days before
    is left out.
    """

    class Measure(models.TextChoices):
        """What is counted of each student."""

        UNAUTHORISED = "unauthorised", "Unauthorised absences, sessions"
        MISSED = "missed", "Absences, sessions"
        MISSED_PERMILLE = "missed_permille", "Absence, thousandths of possible sessions"
        LATE = "late", "Late marks"
        MINUTES_LATE = "minutes_late", "Minutes late"
        UNIFORM = "uniform", "Uniform marks in form time"
        EQUIPMENT = "equipment", "Equipment marks in form time"
        ACHIEVEMENTS = "achievements", "Achievement points"

    template = models.ForeignKey(LetterTemplate, on_delete=models.PROTECT, related_name="rules")
    title = models.CharField(max_length=80, unique=True)
    measure = models.CharField(max_length=15, choices=Measure)
    at_least = models.PositiveSmallIntegerField()
    weeks = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="school weeks; empty: the half term so far"
    )
    grace_days = models.PositiveSmallIntegerField(default=3)
    quiet_days = models.PositiveSmallIntegerField(default=28)
    is_on = models.BooleanField(default=True)

    objects = LetterRuleQuerySet.as_manager()

    class Meta:
        ordering = ("template__kind", "title")
        constraints = (
            models.CheckConstraint(
                condition=Q(at_least__gte=1),
                name="letter_rule_counts",
                violation_error_message="A rule needs at least 1.",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def threshold_words(self) -> str:
        """What reaches the rule, in words; thousandths as the per cent they are."""
        if self.measure == self.Measure.MISSED_PERMILLE:
            return f"at least {self.at_least // 10}.{self.at_least % 10} % of sessions missed"
        return f"{self.get_measure_display().lower()}: at least {self.at_least}"


class LetterBatch(models.Model):
    """Letters made together: who asked, by which rule, over which days. Letters are made by a worker."""

    token = models.UUIDField(unique=True, help_text="the sending; a second click makes nothing twice")
    template = models.ForeignKey(LetterTemplate, on_delete=models.PROTECT, related_name="batches")
    rule = models.ForeignKey(LetterRule, null=True, blank=True, on_delete=models.PROTECT, related_name="batches")
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = LetterBatchQuerySet.as_manager()

    class Meta:
        ordering = ("-made_at", "-pk")

    def __str__(self) -> str:
        return f"Batch {self.pk}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Letter(Withdrawable):
    """A letter about one student, once for each step and period, with the figures and the marks that it rests on.

    facts: the merge values as they stood. period: the half term or the week it is about, "2026-11-02".
    """

    batch = models.ForeignKey(LetterBatch, on_delete=models.PROTECT, related_name="letters")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="letters")
    step = models.CharField(max_length=15, choices=LetterTemplate.Kind)
    period = models.CharField(max_length=24)
    facts = models.JSONField(default=dict)
    made_at = models.DateTimeField(default=timezone.now)

    objects = LetterQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-made_at", "student", "pk")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.UniqueConstraint(
                fields=["student", "step", "period"], condition=Q(withdrawn_at=None), name="letter_once_a_step"
            ),
        )

    def __str__(self) -> str:
        return f"Letter {self.pk}"


class LetterMark(models.Model):
    """A mark that a letter was about, as it stood then; what it is now is compared when somebody looks."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="marks")
    day = models.DateField()
    session = models.CharField(max_length=2, choices=Session)
    letters = models.CharField(max_length=2, help_text="the code")
    minutes_late = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("day", "session")
        constraints = (models.UniqueConstraint(fields=["letter", "day", "session"], name="letter_mark_once"),)

    def __str__(self) -> str:
        return f"{self.day} {self.session} {self.letters}"


_NOBODY_BARRED = """
    IF TG_OP = 'UPDATE' AND NEW.letter_id = OLD.letter_id AND NEW.parent_carer_id = OLD.parent_carer_id
       AND (NEW.sent_at IS NULL OR OLD.sent_at IS NOT NULL) THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM contacts_letter t
          JOIN students_parentcarerlink l ON l.student_id = t.student_id
         WHERE t.id = NEW.letter_id AND l.parent_carer_id = NEW.parent_carer_id AND NOT l.has_court_order
    ) THEN
        RAISE EXCEPTION 'person % may not be written to in letter %', NEW.parent_carer_id, NEW.letter_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class LetterCopy(models.Model):
    """One person's copy, its words frozen; printed or e-mailed, then a contact. Never to whom a court order bars."""

    class Channel(models.TextChoices):
        """How it goes."""

        PRINT = "print", "Print"
        EMAIL = "email", "E-mail"

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="copies")
    parent_carer = models.ForeignKey(ParentCarer, on_delete=models.PROTECT, related_name="letter_copies")
    channel = models.CharField(max_length=5, choices=Channel)
    addressee = models.CharField(max_length=200)
    address = models.TextField(blank=True, help_text="by post, or the e-mail address")
    subject = models.CharField(max_length=160)
    body = models.TextField()
    sha256 = models.CharField(max_length=64)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="printed, or taken by the mail server")
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    contact = models.OneToOneField(Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="letter_copy")

    objects = LetterCopyQuerySet.as_manager()

    class Meta:
        ordering = ("letter", "pk")
        constraints = (
            models.UniqueConstraint(fields=["letter", "parent_carer"], name="letter_copy_once"),
            models.CheckConstraint(
                condition=Q(sent_at=None, sent_by=None, contact=None)
                | Q(sent_at__isnull=False, sent_by__isnull=False, contact__isnull=False),
                name="letter_copy_sent_is_a_contact",
            ),
            models.CheckConstraint(
                condition=Q(channel="print") | ~Q(address=""),
                name="letter_copy_has_an_address",
                violation_error_message="An e-mail needs an address.",
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="letter_copy_nobody_barred",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("letter_id", "parent_carer_id", "sent_at"),
                func=_NOBODY_BARRED,
            ),
        )

    def __str__(self) -> str:
        return f"{self.letter_id} to {self.parent_carer_id}"
