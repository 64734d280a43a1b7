"""Students who were seen, those on a target list with a promise of contact, and events that families are asked to."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from contacts.querysets import SeenQuerySet, TargetStudentQuerySet
from pastoral.core.withdrawal import Withdrawable
from students.models import ParentCarer, Student, YearGroup


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Seen(Withdrawable):
    """Somebody saw a student alone. The review is over once the student was seen again on or after its date."""

    class Reason(models.TextChoices):
        """Why."""

        CHECK_IN = "check_in", "Check-in"
        ATTENDANCE = "attendance", "Attendance"
        LATENESS = "lateness", "Lateness"
        BEHAVIOUR = "behaviour", "Behaviour"
        WELFARE = "welfare", "Welfare"
        FRIENDSHIPS = "friendships", "Friendships"
        LEARNING = "learning", "Learning"
        PRAISE = "praise", "Praise"
        DROP_IN = "drop_in", "Came by"
        OTHER = "other", "Something else"

    token = models.UUIDField(help_text="the sending; a second click logs nothing twice")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="seen")
    seen_at = models.DateTimeField()
    logged_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=11, choices=Reason, default=Reason.CHECK_IN)
    narrative = models.TextField(blank=True)
    is_restricted = models.BooleanField(default=False, help_text="what was said is for few")
    review_on = models.DateField(null=True, blank=True)

    objects = SeenQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-seen_at", "-pk")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.UniqueConstraint(fields=["token", "student"], name="seen_sent_once"),
            models.CheckConstraint(condition=Q(seen_at__lte=F("logged_at")), name="seen_before_logged"),
        )
        indexes = (
            models.Index(fields=["student", "-seen_at"], name="seen_student"),
            models.Index(fields=["review_on"], condition=Q(review_on__isnull=False), name="seen_review"),
        )

    def __str__(self) -> str:
        return f"{self.student_id} {self.seen_at:%Y-%m-%d}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class TargetStudent(Withdrawable):
    """A student whom a meeting agreed to follow, with how often home is contacted; whether it is kept is derived."""

    token = models.UUIDField(help_text="the sending it was made by")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="target_lists")
    starts_on = models.DateField()
    ends_on = models.DateField()
    every_weeks = models.PositiveSmallIntegerField(
        default=1, help_text="home is contacted once in so many school weeks"
    )
    because = models.CharField(max_length=200)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(default=timezone.now)

    objects = TargetStudentQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-starts_on", "student")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.UniqueConstraint(
                fields=["student", "starts_on"], condition=Q(withdrawn_at=None), name="target_student_once"
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="target_student_in_order"),
            models.CheckConstraint(condition=Q(every_weeks__range=(1, 6)), name="target_student_promise"),
        )

    def __str__(self) -> str:
        return f"{self.student_id} from {self.starts_on}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class ParentEvent(Withdrawable):
    """An occasion that families are asked to: an evening, a coffee morning, a workshop."""

    token = models.UUIDField(unique=True, help_text="the sending it was made by")
    name = models.CharField(max_length=120)
    held_on = models.DateField()
    starts_at = models.TimeField(null=True, blank=True)
    place = models.CharField(max_length=80, blank=True)
    year_group = models.ForeignKey(YearGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta(Withdrawable.Meta):
        ordering = ("-held_on", "-pk")
        constraints = Withdrawable.Meta.constraints

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class EventPlace(models.Model):
    """One student's family at an event: asked, coming or not, there or not."""

    class Answer(models.TextChoices):
        """What they said."""

        NONE = "", "No answer"
        COMING = "coming", "Coming"
        NOT_COMING = "not_coming", "Not coming"

    event = models.ForeignKey(ParentEvent, on_delete=models.CASCADE, related_name="places")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="event_places")
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    came = models.BooleanField(null=True, blank=True)
    came_with = models.ForeignKey(ParentCarer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("event", "student")
        constraints = (models.UniqueConstraint(fields=["event", "student"], name="event_place_once"),)

    def __str__(self) -> str:
        return f"{self.event_id} {self.student_id}"
