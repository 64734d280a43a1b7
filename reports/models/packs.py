"""Packs: what the log says about one student for one purpose, frozen, and drawn from that alone."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from behaviour.models import Incident, Suspension
from interventions.models import PACase
from pastoral.core.models import Job
from pastoral.core.withdrawal import Withdrawable
from reports.querysets.packs import OfPackQuerySet, PackProfileQuerySet, PackQuerySet
from students.models import Student


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class PackProfile(models.Model):
    """A purpose for which packs are made, and by its rules what belongs in one. A setting of the school."""

    slug = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=80)
    purpose = models.CharField(max_length=300, help_text="printed on the cover: what it is for and for whom")
    is_statement = models.BooleanField(default=False, help_text="begins with a draft of a witness statement")
    order = models.PositiveSmallIntegerField(default=0)
    is_on = models.BooleanField(default=True)

    objects = PackProfileQuerySet.as_manager()

    class Meta:
        ordering = ("order", "name")

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class PackRule(models.Model):
    """Whether one section belongs in packs of a profile."""

    class Rule(models.TextChoices):
        """How much it belongs there."""

        MUST = "must", "Must be there"
        RELEVANT = "relevant", "Only if relevant"
        NEVER = "never", "Never"

    profile = models.ForeignKey(PackProfile, on_delete=models.CASCADE, related_name="rules")
    section = models.CharField(max_length=30, help_text="a key of reports/packs' sections")
    rule = models.CharField(max_length=8, choices=Rule)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("profile", "order", "pk")
        constraints = (models.UniqueConstraint(fields=["profile", "section"], name="pack_rule_once"),)

    def __str__(self) -> str:
        return f"{self.profile_id} {self.section}: {self.rule}"


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old), exclude=["snapshot"]
)
class Pack(Withdrawable):
    """One pack: who asked for it and why, what was chosen, the snapshot, and the file that was drawn from it.

    `snapshot` is all that is printed, other students' names already taken out; who they are stands in `names`, which no
    paper shows. Once it is frozen it never changes: a later one is another pack. `needs` are the rights over the
    student that its text takes: who lacks one of them neither opens nor finds it.
    """

    token = models.UUIDField(unique=True, help_text="the sending it was made by")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="packs")
    profile = models.ForeignKey(PackProfile, on_delete=models.PROTECT, related_name="packs")
    case = models.ForeignKey(PACase, null=True, blank=True, on_delete=models.PROTECT, related_name="packs")
    suspension = models.ForeignKey(Suspension, null=True, blank=True, on_delete=models.PROTECT, related_name="packs")
    incident = models.ForeignKey(Incident, null=True, blank=True, on_delete=models.PROTECT, related_name="packs")
    asked_by = models.CharField(max_length=120, help_text="who asked for it, in words")
    asked_because = models.CharField(max_length=300)
    first = models.DateField()
    last = models.DateField()
    sections = ArrayField(models.CharField(max_length=30), help_text="in the order in which they are printed")
    takes_restricted = models.BooleanField(default=False, help_text="restricted material, by right and by choice")
    takes_dsl = models.BooleanField(default=False, help_text="material of the DSL, by right and by choice")
    keeps_names = models.BooleanField(default=False, help_text="other students are named, by choice and with a reason")
    names_because = models.CharField(max_length=300, blank=True)
    needs = ArrayField(models.CharField(max_length=40), default=list)
    built_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    built_at = models.DateTimeField(default=timezone.now)
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    frozen_at = models.DateTimeField(null=True, blank=True)
    snapshot = models.JSONField(default=dict, help_text="reports/packs says the shape")
    snapshot_sha256 = models.CharField(max_length=64, blank=True)
    doubtful = ArrayField(models.CharField(max_length=80), default=list, help_text="words left in that may be names")
    file = models.FileField(blank=True)
    pages = models.PositiveSmallIntegerField(default=0)
    size = models.PositiveIntegerField(default=0, help_text="bytes")
    sha256 = models.CharField(max_length=64, blank=True)
    drawn_at = models.DateTimeField(null=True, blank=True)

    objects = PackQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-built_at", "-pk")
        triggers = (
            pgtrigger.Protect(
                name="pack_frozen_kept",
                operation=pgtrigger.UpdateOf(
                    "student_id",
                    "profile_id",
                    "first",
                    "last",
                    "sections",
                    "takes_restricted",
                    "takes_dsl",
                    "keeps_names",
                    "needs",
                    "frozen_at",
                    "snapshot",
                    "snapshot_sha256",
                ),
                condition=pgtrigger.Q(old__frozen_at__isnull=False),
            ),
            pgtrigger.Protect(name="pack_kept", operation=pgtrigger.Delete),
        )
        constraints = (
            *Withdrawable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(last__gte=F("first")),
                name="pack_days",
                violation_error_message="The last day has to be the first or later.",
            ),
            models.CheckConstraint(condition=Q(sections__len__gte=1), name="pack_has_sections"),
            models.CheckConstraint(
                condition=Q(keeps_names=False) | ~Q(names_because=""),
                name="pack_names_because",
                violation_error_message="Say why other students are to be named.",
            ),
            models.CheckConstraint(
                condition=Q(frozen_at=None, snapshot_sha256="") | Q(frozen_at__isnull=False) & ~Q(snapshot_sha256=""),
                name="pack_frozen",
            ),
            models.CheckConstraint(
                condition=Q(drawn_at=None) | Q(frozen_at__isnull=False) & ~Q(sha256=""), name="pack_drawn"
            ),
        )

    def __str__(self) -> str:
        return f"Pack {self.pk}"

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("reports:pack_detail", args=[self.pk])


class PackPart(models.Model):
    """One part of a pack, drawn by itself: memory stays flat, and after a killed worker the next goes on."""

    pack = models.ForeignKey(Pack, on_delete=models.CASCADE, related_name="parts")
    order = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=30)
    title = models.CharField(max_length=200)
    exhibit = models.CharField(max_length=20, blank=True, help_text='initials and number: "AB/3"')
    day = models.DateField(null=True, blank=True, help_text="of what is exhibited")
    pages = models.PositiveSmallIntegerField(default=0)
    file = models.FileField(blank=True, help_text="until the whole is joined")
    drawn_at = models.DateTimeField(null=True, blank=True)

    objects = OfPackQuerySet["PackPart"].as_manager()

    class Meta:
        ordering = ("pack", "order")
        constraints = (models.UniqueConstraint(fields=["pack", "order"], name="pack_part_once"),)

    def __str__(self) -> str:
        return f"{self.pack_id}/{self.order} {self.title}"


class PackName(models.Model):
    """Who stands behind a mark such as "Student A" in a pack, or is named by choice. Kept here, printed nowhere."""

    pack = models.ForeignKey(Pack, on_delete=models.CASCADE, related_name="names")
    mark = models.CharField(max_length=20)
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="+")
    is_named = models.BooleanField(default=False, help_text="by choice: the name stands in the pack, not the mark")

    objects = OfPackQuerySet["PackName"].as_manager()

    class Meta:
        ordering = ("pack", "pk")
        constraints = (
            models.UniqueConstraint(fields=["pack", "mark"], name="pack_name_mark_once"),
            models.UniqueConstraint(fields=["pack", "student"], name="pack_name_student_once"),
        )

    def __str__(self) -> str:
        return f"{self.pack_id} {self.mark}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class PackHandover(Withdrawable):
    """To whom a pack was given, how, when and by whom."""

    class How(models.TextChoices):
        """The way it went."""

        SECURE = "secure", "Secure e-mail or portal"
        HAND = "hand", "By hand"
        POST = "post", "Recorded post"
        MEETING = "meeting", "At a meeting"

    token = models.UUIDField(unique=True, help_text="the sending it was made by")
    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="handovers")
    given_to = models.CharField(max_length=120)
    organisation = models.CharField(max_length=120, blank=True)
    how = models.CharField(max_length=7, choices=How)
    given_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    logged_at = models.DateTimeField(default=timezone.now)

    objects = OfPackQuerySet["PackHandover"].as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("pack", "given_on", "pk")

    def __str__(self) -> str:
        return f"{self.pack_id} {self.given_on}"
