"""Contacts: one occasion on which somebody was spoken to, or tried, with whom it was about and what it was about."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from attendance.models import PenaltyNotice
from behaviour.models import BullyingCase, Involvement, ReportCard, Suspension
from contacts.models.directory import Agency, AgencyWorker
from contacts.querysets import ContactQuerySet
from pastoral.core.backdated import is_logged_late
from pastoral.core.constraints import one_of
from pastoral.core.withdrawal import Withdrawable
from students.models import ParentCarer, Student


class Channel(models.TextChoices):
    """How people came together."""

    PHONE = "phone", "Phone"
    IN_PERSON = "in_person", "In person"
    MEETING = "meeting", "Meeting"
    HOME_VISIT = "home_visit", "Home visit"
    EMAIL = "email", "E-mail"
    TEXT = "text", "Text"
    LETTER = "letter", "Letter"


class Direction(models.TextChoices):
    """Who began it."""

    OUT = "out", "From school"
    IN = "in", "To school"


class Party(models.TextChoices):
    """With whom: somebody else is neither a parent or carer on the student's record nor an agency."""

    CARER = "carer", "Parent or carer"
    AGENCY = "agency", "Agency"
    OTHER = "other", "Somebody else"


class Result(models.TextChoices):
    """Reached, or attempted and how. What is sent reaches nobody until somebody answers."""

    REACHED = "reached", "Reached"
    NO_ANSWER = "no_answer", "No answer"
    VOICEMAIL = "voicemail", "Voicemail left"
    WRONG_NUMBER = "wrong_number", "Wrong number"
    REFUSED = "refused", "Would not talk"
    SENT = "sent", "Sent, no answer yet"


class Purpose(models.TextChoices):
    """What it was for, as the central ledger says it."""

    ABSENCE = "absence", "Absence"
    LATENESS = "lateness", "Lateness"
    BEHAVIOUR = "behaviour", "Behaviour"
    UNIFORM = "uniform", "Uniform or equipment"
    HOMEWORK = "homework", "Homework"
    PROGRESS = "progress", "Progress"
    GOOD_NEWS = "good_news", "Good news"
    WELFARE = "welfare", "Welfare"
    MEETING = "meeting", "To arrange a meeting"
    ENQUIRY = "enquiry", "An enquiry of theirs"
    REFERRAL = "referral", "Referral or early help"
    OTHER = "other", "Something else"


class Outcome(models.TextChoices):
    """What came of it, as the central ledger says it; nothing for an attempt."""

    INFORMED = "informed", "Informed"
    REASON_GIVEN = "reason_given", "Reason given"
    AGREED = "agreed", "Something agreed"
    MEETING_SET = "meeting_set", "Meeting arranged"
    NOT_AGREED = "not_agreed", "Not agreed"
    COMPLAINT = "complaint", "Complaint made"
    PASSED_ON = "passed_on", "Passed on"


_IS_WITH_CARER = """
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.student_id, NEW.party, NEW.parent_carer_id, NEW.direction)
            IS NOT DISTINCT FROM (OLD.student_id, OLD.party, OLD.parent_carer_id, OLD.direction) THEN
            NEW.is_with_carer := OLD.is_with_carer;
            RETURN NEW;
        END IF;
    END IF;
    SELECT not l.has_court_order INTO is_free
      FROM students_parentcarerlink l
     WHERE l.parent_carer_id = NEW.parent_carer_id AND l.student_id = NEW.student_id;
    IF NEW.party = 'carer' AND is_free IS NULL THEN
        RAISE EXCEPTION 'person % is no parent or carer of student %', NEW.parent_carer_id, NEW.student_id
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.party = 'carer' AND NEW.direction = 'out' AND NOT is_free THEN
        RAISE EXCEPTION 'a court order bars person % from student %', NEW.parent_carer_id, NEW.student_id
            USING ERRCODE = 'check_violation';
    END IF;
    NEW.is_with_carer := coalesce(NEW.party = 'carer' AND is_free, false);
    RETURN NEW;
"""


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Contact(Withdrawable):
    """One occasion with one person, in the file of one student; a call about two of a family stands in both files.

    occurred_at and logged_at are both kept. made_by: who spoke; logged_by: who wrote it down; owner: who answers for
    what follows, which may pass to a colleague while the other two stay. token: of the sending, the same for brothers
    and sisters. is_with_carer: it was with a parent or carer of this very student whom no court order barred then,
    and stays so whatever is put right of it later.
    The database refuses one from school to a carer who is barred.
    """

    token = models.UUIDField(help_text="the sending; a second click logs nothing twice")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="contacts")
    occurred_at = models.DateTimeField()
    logged_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    direction = models.CharField(max_length=3, choices=Direction, default=Direction.OUT)
    channel = models.CharField(max_length=10, choices=Channel)
    party = models.CharField(max_length=6, choices=Party)
    parent_carer = models.ForeignKey(
        ParentCarer, null=True, blank=True, on_delete=models.PROTECT, related_name="contacts"
    )
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="contacts")
    worker = models.ForeignKey(AgencyWorker, null=True, blank=True, on_delete=models.PROTECT, related_name="contacts")
    other_name = models.CharField(max_length=120, blank=True)
    number = models.CharField(max_length=254, blank=True, help_text="the number or address used, as it stood then")
    result = models.CharField(max_length=12, choices=Result)
    purpose = models.CharField(max_length=10, choices=Purpose)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    narrative = models.TextField(blank=True, help_text="what was said; never in the central ledger")
    is_restricted = models.BooleanField(default=False, help_text="what was said is for few")
    visited_by = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="contacts.Visitor", blank=True, related_name="+"
    )
    who_answered = models.CharField(max_length=120, blank=True, help_text="at the door, on a home visit")
    safety_note = models.CharField(max_length=300, blank=True, help_text="for whoever goes there next")
    shared = models.CharField(max_length=300, blank=True, help_text="with an agency: what was shared")
    basis = models.CharField(max_length=120, blank=True, help_text="with an agency: on what basis it was shared")
    reference = models.CharField(max_length=60, blank=True, help_text="the agency's own number")
    retry_at = models.DateTimeField(null=True, blank=True, help_text="after an attempt: when to try again")
    next_step = models.CharField(max_length=160, blank=True)
    next_on = models.DateField(null=True, blank=True)
    next_done_at = models.DateTimeField(null=True, blank=True)
    next_done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_with_carer = models.BooleanField(default=False, editable=False, help_text="set by a trigger")

    objects = ContactQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-occurred_at", "-pk")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.UniqueConstraint(fields=["token", "student"], name="contact_sent_once"),
            models.CheckConstraint(
                condition=Q(party="carer", parent_carer__isnull=False, agency=None, worker=None, other_name="")
                | Q(party="agency", parent_carer=None, agency__isnull=False, other_name="")
                | Q(party="other", parent_carer=None, agency=None, worker=None) & ~Q(other_name=""),
                name="contact_with_somebody",
                violation_error_message="Say with whom.",
            ),
            models.CheckConstraint(
                condition=Q(next_step="", next_on=None) | ~Q(next_step="") & Q(next_on__isnull=False),
                name="contact_next_step_dated",
                violation_error_message="A next step needs its date, and a date its step.",
            ),
            models.CheckConstraint(
                condition=Q(next_done_at=None, next_done_by=None)
                | Q(next_done_at__isnull=False, next_done_by__isnull=False) & ~Q(next_step=""),
                name="contact_next_step_done_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(result="reached"),
                name="contact_attempt_has_no_outcome",
                violation_error_message="An attempt has no outcome yet: nobody was reached.",
            ),
            models.CheckConstraint(
                condition=Q(retry_at=None) | ~Q(result="reached"), name="contact_retry_after_an_attempt"
            ),
            models.CheckConstraint(
                condition=Q(channel="home_visit") | Q(who_answered=""), name="contact_answered_at_the_door"
            ),
            models.CheckConstraint(
                condition=Q(occurred_at__lte=F("logged_at")),
                name="contact_occurred_before_logged",
                violation_error_message="It cannot have happened later than now.",
            ),
        )
        indexes = (
            models.Index(fields=["-occurred_at"], name="contact_occurred"),
            models.Index(fields=["student", "-occurred_at"], name="contact_student_occurred"),
            models.Index(fields=["parent_carer", "-occurred_at"], name="contact_carer_occurred"),
            models.Index(
                fields=["next_on"],
                condition=Q(next_done_at=None) & ~Q(next_step=""),
                name="contact_next_step_open",
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="contact_is_with_carer",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert
                | pgtrigger.UpdateOf("student_id", "party", "parent_carer_id", "direction", "is_with_carer"),
                declare=[("is_free", "boolean")],
                func=_IS_WITH_CARER,
            ),
        )

    def __str__(self) -> str:
        return f"Contact {self.pk}"

    @property
    def is_logged_late(self) -> bool:
        """Test for an entry that was logged more than 24 hours after it happened (product.md T21)."""
        return is_logged_late(self.occurred_at, self.logged_at)


@pghistory.track(pghistory.DeleteEvent(row=pghistory.Old))
class Visitor(models.Model):
    """Somebody who went on a home visit; who was put down by mistake is in the history."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "contacts_contact_visited_by"
        unique_together = (("contact", "user"),)

    def __str__(self) -> str:
        return f"{self.contact_id} {self.user_id}"


MATTERS = ("involvement", "bullying_case", "suspension", "report_card", "notice", "enquiry", "absent_on")


@pghistory.track(pghistory.DeleteEvent(row=pghistory.Old))
class ContactAbout(models.Model):
    """One matter that a contact is about: exactly one of the records below, or the student's absence on a day."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="abouts")
    absent_on = models.DateField(null=True, blank=True)
    involvement = models.ForeignKey(
        Involvement, null=True, blank=True, on_delete=models.PROTECT, related_name="contact_abouts"
    )
    bullying_case = models.ForeignKey(
        BullyingCase, null=True, blank=True, on_delete=models.PROTECT, related_name="contact_abouts"
    )
    suspension = models.ForeignKey(
        Suspension, null=True, blank=True, on_delete=models.PROTECT, related_name="contact_abouts"
    )
    report_card = models.ForeignKey(
        ReportCard, null=True, blank=True, on_delete=models.PROTECT, related_name="contact_abouts"
    )
    notice = models.ForeignKey(
        PenaltyNotice, null=True, blank=True, on_delete=models.PROTECT, related_name="contact_abouts"
    )
    enquiry = models.ForeignKey(
        "contacts.Enquiry", null=True, blank=True, on_delete=models.PROTECT, related_name="contact_abouts"
    )

    class Meta:
        constraints = (models.CheckConstraint(condition=one_of(MATTERS), name="contact_about_one_matter"),)
        indexes = (
            models.Index(fields=["absent_on"], condition=Q(absent_on__isnull=False), name="contact_about_absence"),
        )

    def __str__(self) -> str:
        return f"{self.contact_id} {next(name for name in MATTERS if getattr(self, name) is not None)}"
