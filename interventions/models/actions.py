"""What somebody is to do, whatever it is about, in one table, so that everybody has one list; and files as evidence."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from contacts.models import Contact, LetterCopy
from interventions.models.cases import PACase
from interventions.models.interventions import Intervention
from interventions.models.meetings import Meeting
from interventions.models.plans import Plan
from interventions.models.settings import StageStep, StepKind
from interventions.querysets import ActionQuerySet, AttachmentQuerySet
from pastoral.core.versions import version_of
from pastoral.core.withdrawal import Withdrawable
from students.models import Student

EVIDENCE = ("evidence_contact_id", "evidence_copy_id", "evidence_file_id")
SETTLED = ("done_on", "done_by_id", "done_note", "not_needed_because", *EVIDENCE)


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Attachment(Withdrawable):
    """A file kept as evidence: what it is, of which day, from whom; its hash shows that it is still the same."""

    class Kind(models.TextChoices):
        """What it is."""

        MEDICAL = "medical", "Medical evidence"
        VIEW = "view", "Student's own view"
        LETTER = "letter", "Letter or e-mail received"
        AGREEMENT = "agreement", "Signed agreement"
        REPORT = "report", "Report of an agency"
        MINUTES = "minutes", "Minutes"
        PHOTO = "photo", "Photograph"
        OTHER = "other", "Something else"

    token = models.UUIDField(unique=True, help_text="the sending it was made by")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="attachments")
    case = models.ForeignKey(PACase, null=True, blank=True, on_delete=models.PROTECT, related_name="attachments")
    plan = models.ForeignKey(Plan, null=True, blank=True, on_delete=models.PROTECT, related_name="attachments")
    meeting = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="attachments")
    kind = models.CharField(max_length=9, choices=Kind)
    title = models.CharField(max_length=120)
    dated_on = models.DateField(help_text="the day that it is of")
    source = models.CharField(max_length=120, help_text="from whom")
    file = models.FileField(upload_to="attachments/%Y/%m")
    file_name = models.CharField(max_length=120, help_text="as it was called")
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(help_text="bytes")
    sha256 = models.CharField(max_length=64)
    is_restricted = models.BooleanField(default=False, help_text="for few")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    objects = AttachmentQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-dated_on", "-pk")
        constraints = Withdrawable.Meta.constraints

    def __str__(self) -> str:
        return self.title


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Action(Withdrawable):
    """One thing to do, by somebody, by a day: of a case, a plan, an intervention, a meeting, or of a student alone.

    Whether it is overdue is derived. step: the ladder's step that it was copied from; evidence: what shows it was done.
    party: the school's own people have an owner; the welfare officer, the local authority, an agency or the family
    do theirs by name, and the owner then sees to it that it is done (duty D92).
    """

    class Party(models.TextChoices):
        """Who does it."""

        SCHOOL = "school", "School"
        WELFARE = "welfare", "Attendance welfare officer"
        AUTHORITY = "authority", "Local authority"
        AGENCY = "agency", "Agency"
        FAMILY = "family", "Family"
        STUDENT = "student", "Student"

    token = models.UUIDField(help_text="the sending; a second click adds nothing twice")
    place = models.PositiveSmallIntegerField(default=0, help_text="of several made by one sending")
    what = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=StepKind, default=StepKind.OTHER)
    party = models.CharField(max_length=9, choices=Party, default=Party.SCHOOL)
    party_name = models.CharField(max_length=120, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="actions")
    due_on = models.DateField()
    student = models.ForeignKey(Student, null=True, blank=True, on_delete=models.PROTECT, related_name="actions")
    case = models.ForeignKey(PACase, null=True, blank=True, on_delete=models.PROTECT, related_name="actions")
    step = models.ForeignKey(StageStep, null=True, blank=True, on_delete=models.PROTECT, related_name="actions")
    plan = models.ForeignKey(Plan, null=True, blank=True, on_delete=models.PROTECT, related_name="actions")
    intervention = models.ForeignKey(
        Intervention, null=True, blank=True, on_delete=models.PROTECT, related_name="actions"
    )
    meeting = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="actions")
    carried_from = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="the meeting before"
    )
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)
    done_on = models.DateField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    done_note = models.CharField(max_length=300, blank=True)
    not_needed_because = models.CharField(max_length=300, blank=True, help_text="instead of done")
    evidence_contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    evidence_copy = models.ForeignKey(LetterCopy, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    evidence_file = models.ForeignKey(Attachment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ActionQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("due_on", "pk")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.UniqueConstraint(fields=["token", "place"], name="action_sent_once"),
            models.CheckConstraint(
                condition=Q(done_on=None, done_by=None, not_needed_because="")
                | Q(done_on__isnull=False, done_by__isnull=False),
                name="action_done_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(student__isnull=False) | Q(meeting__isnull=False), name="action_about_something"
            ),
            models.CheckConstraint(
                condition=Q(case=None, plan=None) | Q(student__isnull=False),
                name="action_of_a_case_has_its_student",
            ),
        )
        indexes = (
            models.Index(fields=["owner", "due_on"], condition=Q(done_on=None, withdrawn_at=None), name="action_open"),
            models.Index(fields=["student", "due_on"], name="action_student"),
        )

    def __str__(self) -> str:
        return self.what

    @property
    def settled_as(self) -> str:
        """Return the version of how it was settled: what a page sends along that opens it again."""
        return version_of(self, SETTLED)
