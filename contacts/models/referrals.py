"""What the school asks of agencies, and early help that it leads or takes part in."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from contacts.models.directory import Agency, AgencyWorker
from contacts.querysets import EarlyHelpQuerySet, ReferralQuerySet
from pastoral.core.withdrawal import Withdrawable
from students.models import ParentCarer, Student


class Consent(models.TextChoices):
    """Whether the family agreed, or why the school went on without."""

    GIVEN = "given", "Consent given"
    NOT_NEEDED = "not_needed", "Not needed: a duty in law"
    RISK = "risk", "Not asked for: asking would put the child at risk"
    REFUSED = "refused", "Refused; shared all the same, for the reason given"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Referral(Withdrawable):
    """A student referred to an agency: with whose consent or why without, what was shared, and what came of it."""

    class State(models.TextChoices):
        """How far it is."""

        SENT = "sent", "Sent"
        ACCEPTED = "accepted", "Accepted"
        REFUSED = "refused", "Refused"
        DONE = "done", "Done"
        TAKEN_BACK = "taken_back", "Withdrawn by us or the family"

    OPEN = (State.SENT, State.ACCEPTED)

    token = models.UUIDField(unique=True, help_text="the sending it was made by")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="referrals")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="referrals")
    worker = models.ForeignKey(AgencyWorker, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sent_on = models.DateField()
    reason = models.TextField()
    consent = models.CharField(max_length=10, choices=Consent)
    consent_by = models.ForeignKey(ParentCarer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    consent_on = models.DateField(null=True, blank=True)
    without_because = models.CharField(max_length=300, blank=True, help_text="why it went without consent")
    shared = models.TextField(help_text="what was shared")
    basis = models.CharField(max_length=160, help_text="on what basis it was shared")
    reference = models.CharField(max_length=60, blank=True, help_text="the agency's own number")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.SENT)
    state_on = models.DateField(null=True, blank=True, help_text="since when, once it is no longer only sent")
    state_because = models.CharField(max_length=300, blank=True, help_text="why it was refused or withdrawn")
    outcome = models.TextField(blank=True, help_text="what came of it")
    chase_on = models.DateField(null=True, blank=True, help_text="when to ask again")

    objects = ReferralQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-sent_on", "-pk")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(consent="given", consent_by__isnull=False, consent_on__isnull=False, without_because="")
                | ~Q(consent="given") & Q(consent_by=None, consent_on=None) & ~Q(without_because=""),
                name="referral_consent_or_reason",
                violation_error_message="Say who consented and when, or why it went without consent.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["refused", "taken_back"]) | ~Q(state_because=""),
                name="referral_ended_because",
                violation_error_message="Say why.",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | ~Q(outcome=""),
                name="referral_done_with_outcome",
                violation_error_message="Say what came of it.",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", state_on=None) | ~Q(state="sent") & Q(state_on__gte=F("sent_on")),
                name="referral_state_dated",
                violation_error_message="It cannot be answered before it was sent.",
            ),
        )

    def __str__(self) -> str:
        return f"Referral {self.pk}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class EarlyHelp(Withdrawable):
    """An early help assessment with its team around the family, or the reason why there is none.

    A local authority asks for either (domain.md 3.3, 4.9). lead: a colleague, or else the agency's worker.
    """

    class Ending(models.TextChoices):
        """How it ended."""

        NEEDS_MET = "needs_met", "Needs met"
        STEPPED_UP = "stepped_up", "Stepped up to children's services"
        STEPPED_DOWN = "stepped_down", "Stepped down to support in school"
        CONSENT_WITHDRAWN = "consent_withdrawn", "Consent withdrawn"
        MOVED = "moved", "Family moved away"
        NOT_BEGUN = "not_begun", "Never begun"

    token = models.UUIDField(unique=True, help_text="the sending it was made by")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="early_help")
    opened_on = models.DateField()
    consent_by = models.ForeignKey(ParentCarer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    consent_on = models.DateField(null=True, blank=True)
    declined_because = models.CharField(max_length=300, blank=True, help_text="why there is none")
    level = models.PositiveSmallIntegerField(null=True, blank=True, help_text="of need, 1 to 4")
    needs = models.TextField(blank=True)
    strengths = models.TextField(blank=True)
    wishes = models.TextField(blank=True, help_text="what the student and the family want")
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lead_worker = models.ForeignKey(AgencyWorker, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=60, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    closed_on = models.DateField(null=True, blank=True)
    ending = models.CharField(max_length=17, choices=Ending, blank=True)
    outcome = models.TextField(blank=True)

    objects = EarlyHelpQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-opened_on", "-pk")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.UniqueConstraint(
                fields=["student"],
                condition=Q(closed_on=None, withdrawn_at=None, declined_because=""),
                name="early_help_one_at_a_time",
                violation_error_message="There is early help for this student already.",
            ),
            models.CheckConstraint(
                condition=Q(declined_because="", consent_by__isnull=False, consent_on__isnull=False)
                | ~Q(declined_because="") & Q(consent_by=None, consent_on=None),
                name="early_help_consent_or_why_not",
                violation_error_message="Say who consented and when, or why there is no early help.",
            ),
            models.CheckConstraint(condition=Q(lead=None) | Q(lead_worker=None), name="early_help_one_lead"),
            models.CheckConstraint(
                condition=~Q(declined_because="") | Q(lead__isnull=False) | Q(lead_worker__isnull=False),
                name="early_help_has_a_lead",
                violation_error_message="Name the lead professional.",
            ),
            models.CheckConstraint(condition=Q(level=None) | Q(level__range=(1, 4)), name="early_help_level_of_need"),
            models.CheckConstraint(
                condition=Q(closed_on=None, ending="", outcome="")
                | Q(closed_on__gte=F("opened_on")) & ~Q(ending="") & ~Q(outcome=""),
                name="early_help_closed_with_outcome",
                violation_error_message="It is closed with how it ended and what came of it.",
            ),
        )

    def __str__(self) -> str:
        return f"Early help {self.pk}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class FamilyMember(models.Model):
    """Somebody whom early help is about beside the student: a parent, a brother or sister, or somebody else."""

    early_help = models.ForeignKey(EarlyHelp, on_delete=models.CASCADE, related_name="family")
    parent_carer = models.ForeignKey(ParentCarer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sibling = models.ForeignKey(Student, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    part = models.CharField(max_length=120, blank=True, help_text="what they are to the student, or take on")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(parent_carer__isnull=False, sibling=None, name="")
                | Q(parent_carer=None, sibling__isnull=False, name="")
                | Q(parent_carer=None, sibling=None) & ~Q(name=""),
                name="family_member_is_one",
            ),
        )

    def __str__(self) -> str:
        return f"{self.early_help_id} {self.pk}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class EarlyHelpAction(models.Model):
    """What somebody takes on for the family: a colleague, a worker of an agency, or somebody of the family."""

    early_help = models.ForeignKey(EarlyHelp, on_delete=models.CASCADE, related_name="actions")
    what = models.CharField(max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    owner_name = models.CharField(max_length=120, blank=True, help_text="if no colleague")
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    done_note = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("due_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(owner__isnull=False, owner_name="") | Q(owner=None) & ~Q(owner_name=""),
                name="early_help_action_by_somebody",
                violation_error_message="Say who does it.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.early_help_id} {self.what}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class EarlyHelpReview(models.Model):
    """A meeting of the team around the family."""

    class Decision(models.TextChoices):
        """What was decided."""

        GO_ON = "go_on", "Go on"
        STEP_UP = "step_up", "Step up"
        STEP_DOWN = "step_down", "Step down"
        CLOSE = "close", "Close"

    early_help = models.ForeignKey(EarlyHelp, on_delete=models.CASCADE, related_name="reviews")
    due_on = models.DateField()
    held_on = models.DateField(null=True, blank=True)
    present = models.CharField(max_length=300, blank=True, help_text="who was there")
    notes = models.TextField(blank=True)
    decision = models.CharField(max_length=9, choices=Decision, blank=True)

    class Meta:
        ordering = ("due_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(held_on=None, decision="") | Q(held_on__isnull=False) & ~Q(decision=""),
                name="early_help_review_decides",
                violation_error_message="Say what was decided.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.early_help_id} {self.due_on}"
