"""Report cards: up to three targets, scored lesson by lesson, signed every day, and a rule for when to stop."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from behaviour.querysets import CardTargetQuerySet, ReportCardQuerySet
from pastoral.core.withdrawal import Withdrawable
from students.models import Student


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class ReportCard(Withdrawable):
    """One card between two days, at one level. Stepping up or down ends it and begins the next one.

    stop_at and stop_days: the share of the points, in percent, and on how many school days running, that end it well.
    most_points: how many behaviour points a week the student is to stay within, where that is a target too.
    """

    class Level(models.TextChoices):
        """Who keeps it, from the lightest up."""

        TUTOR = "tutor", "Tutor"
        HEAD_OF_YEAR = "head_of_year", "Head of Year"
        SLT = "slt", "SLT"

    class Outcome(models.TextChoices):
        """How it ended; "" while it runs."""

        ENDED = "ended", "Targets met, card ended"
        DOWN = "down", "Stepped down"
        UP = "up", "Stepped up"
        RENEWED = "renewed", "Renewed at this level"
        STOPPED = "stopped", "Stopped for another reason"

    LADDER = (Level.TUTOR, Level.HEAD_OF_YEAR, Level.SLT)
    MOST_TARGETS = 3

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="report_cards")
    follows = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="next_card", help_text="the card before"
    )
    level = models.CharField(max_length=12, choices=Level)
    reason = models.CharField(max_length=300)
    parent_told_on = models.DateField(null=True, blank=True)
    parent_told_how = models.CharField(max_length=60, blank=True, db_default="")
    starts_on = models.DateField()
    ends_on = models.DateField()
    stop_at = models.PositiveSmallIntegerField(default=80, help_text="percent of the points")
    stop_days = models.PositiveSmallIntegerField(default=5, help_text="school days running")
    most_points = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="behaviour points in a week from Monday, at most"
    )
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", help_text="signs it each day"
    )
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    outcome_note = models.CharField(max_length=300, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ReportCardQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-starts_on", "student")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.UniqueConstraint(
                fields=["student"],
                condition=Q(outcome="", withdrawn_at=None),
                name="report_card_one_at_a_time",
                violation_error_message="The student is on a report card already.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="report_card_in_order",
                violation_error_message="A card ends on or after its first day.",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", ended_by=None, ended_at=None)
                | ~Q(outcome="") & Q(ended_by__isnull=False, ended_at__isnull=False),
                name="report_card_ended_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(stop_at__range=(1, 100), stop_days__range=(1, 20)), name="report_card_stop_rule"
            ),
        )

    def __str__(self) -> str:
        return f"{self.student_id} {self.level} from {self.starts_on}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class CardTarget(models.Model):
    """One target of a card, in words a student understands.

    One that is taken off the card, or whose words change, is retired once it has scores: they stay under the words
    that they were given for, and it is scored no more.
    """

    card = models.ForeignKey(ReportCard, on_delete=models.CASCADE, related_name="targets")
    order = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=160)
    is_retired = models.BooleanField(default=False, db_default=False)

    objects = CardTargetQuerySet.as_manager()

    class Meta:
        ordering = ("card", "order", "pk")
        constraints = (
            models.UniqueConstraint(fields=["card", "order"], condition=Q(is_retired=False), name="card_target_place"),
            models.CheckConstraint(condition=Q(order__range=(1, 3)), name="card_target_up_to_three"),
        )

    def __str__(self) -> str:
        return self.words


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class CardScore(models.Model):
    """How one target went in one lesson, given by whoever taught it."""

    class Score(models.IntegerChoices):
        """Met, partly, not."""

        NOT_MET = 0, "Not met"
        PARTLY = 1, "Partly met"
        MET = 2, "Met"

    target = models.ForeignKey(CardTarget, on_delete=models.CASCADE, related_name="scores")
    day = models.DateField()
    period = models.CharField(max_length=5)
    score = models.PositiveSmallIntegerField(choices=Score)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("day", "period", "target")
        constraints = (
            models.UniqueConstraint(fields=["target", "day", "period"], name="card_score_once"),
            models.CheckConstraint(condition=Q(score__range=(0, 2)), name="card_score_range"),
        )

    def __str__(self) -> str:
        return f"{self.target_id} {self.day} {self.period} {self.score}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class CardComment(models.Model):
    """What a teacher wrote of one lesson, beside the scores; two who shared it each write their own."""

    card = models.ForeignKey(ReportCard, on_delete=models.CASCADE, related_name="comments")
    day = models.DateField()
    period = models.CharField(max_length=5)
    words = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("card", "day", "period")
        constraints = (models.UniqueConstraint(fields=["card", "day", "period", "by"], name="card_comment_once"),)

    def __str__(self) -> str:
        return f"{self.card_id} {self.day} {self.period}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class CardDay(models.Model):
    """The end of one day on a card: the keeper's comment and sign, and the parent's."""

    card = models.ForeignKey(ReportCard, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    note = models.TextField(blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    parent_signed_on = models.DateField(null=True, blank=True)
    parent_how = models.CharField(max_length=60, blank=True, db_default="", help_text="how a parent saw the day")

    class Meta:
        ordering = ("card", "day")
        constraints = (
            models.UniqueConstraint(fields=["card", "day"], name="card_day_once"),
            models.CheckConstraint(
                condition=Q(signed_by=None, signed_at=None) | Q(signed_by__isnull=False, signed_at__isnull=False),
                name="card_day_signed_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"{self.card_id} {self.day}"
