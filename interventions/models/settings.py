"""What the school sets about interventions: the ladder of attendance, barriers, kinds of intervention and of plan."""

import pghistory
from django.db import models
from django.db.models import Q


class StepKind(models.TextChoices):
    """What somebody does for a case, and what it leaves behind."""

    CONVERSATION = "conversation", "Talk with the student"
    CALL = "call", "Call home"
    LETTER = "letter", "Letter home"
    MEETING = "meeting", "Meeting with the family"
    HOME_VISIT = "home_visit", "Home visit"
    BARRIERS = "barriers", "Barriers found"
    VIEW = "view", "Student's own view"
    PLAN = "plan", "Support plan"
    MEDICAL = "medical", "Medical evidence"
    EARLY_HELP = "early_help", "Early help"
    CONTRACT = "contract", "Attendance contract"
    AUTHORITY = "authority", "Local authority asked"
    NOTICE = "notice", "Notice to improve or penalty notice"
    OTHER = "other", "Something else"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class CaseStage(models.Model):
    """One stage of the attendance ladder, from the lightest up. Source of the first rows: domain.md 4.4.

    A stage is proposed by nobody but people: trigger says in words when the school goes there.
    """

    order = models.PositiveSmallIntegerField(unique=True)
    code = models.CharField(max_length=3, unique=True, help_text="as it is printed: 1, 2, S")
    name = models.CharField(max_length=60)
    trigger = models.CharField(max_length=200, help_text="when a student comes here, in the school's words")
    who = models.CharField(max_length=80, help_text="whose it usually is: Head of Year")
    review_weeks = models.PositiveSmallIntegerField(default=4, help_text="school weeks until it is looked at again")
    is_legal = models.BooleanField(default=False, help_text="from here on the evidence is asked for")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("order",)
        constraints = (
            models.CheckConstraint(
                condition=Q(review_weeks__range=(1, 20)),
                name="case_stage_weeks",
                violation_error_message="Choose 1 to 20 school weeks.",
            ),
        )

    def __str__(self) -> str:
        return f"Stage {self.code}: {self.name}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class StageStep(models.Model):
    """What is to be done when a case comes to a stage; copied into the case's actions when it does."""

    stage = models.ForeignKey(CaseStage, on_delete=models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=StepKind)
    what = models.CharField(max_length=160)
    within_days = models.PositiveSmallIntegerField(default=5, help_text="school days after the case came here")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("stage", "order", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(within_days__range=(0, 60)),
                name="stage_step_days",
                violation_error_message="Choose 0 to 60 school days.",
            ),
        )

    def __str__(self) -> str:
        return self.what


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Barrier(models.Model):
    """What keeps a student from school, as a tag. Source of the first rows: domain.md 4.3, duty D93."""

    name = models.CharField(max_length=60, unique=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Aim(models.TextChoices):
    """What an intervention is for. The first two are about attendance, which every role may read of."""

    ATTENDANCE = "attendance", "Attendance"
    PUNCTUALITY = "punctuality", "Punctuality"
    BEHAVIOUR = "behaviour", "Behaviour"
    WELLBEING = "wellbeing", "Wellbeing"
    LEARNING = "learning", "Learning"
    OTHER = "other", "Something else"


OF_ATTENDANCE = (Aim.ATTENDANCE, Aim.PUNCTUALITY)


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class InterventionType(models.Model):
    """A kind of intervention that the school offers, with what it usually takes.

    grace_days: school days after the start that count for neither side when its effect is measured (E4).
    """

    name = models.CharField(max_length=80, unique=True)
    aim = models.CharField(max_length=11, choices=Aim)
    about = models.CharField(max_length=200, blank=True, help_text="what it is, for who chooses")
    sessions = models.PositiveSmallIntegerField(default=6, help_text="usually planned")
    minutes = models.PositiveSmallIntegerField(default=20, help_text="of staff time a session usually takes")
    weeks = models.PositiveSmallIntegerField(default=6, help_text="school weeks it usually lasts")
    grace_days = models.PositiveSmallIntegerField(default=0)
    barriers = models.ManyToManyField(Barrier, blank=True, related_name="types", help_text="against which it helps")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=Q(sessions__range=(0, 200), minutes__range=(0, 400), weeks__range=(1, 40)),
                name="intervention_type_usual",
                violation_error_message="Choose up to 200 sessions, 400 minutes and 1 to 40 weeks.",
            ),
            models.CheckConstraint(
                condition=Q(grace_days__range=(0, 20)),
                name="intervention_type_grace",
                violation_error_message="Choose up to 20 school days.",
            ),
        )

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class PlanKind(models.Model):
    """A kind of plan, with the names that people also know it by, how long it runs and what it holds.

    Source of the first rows: domain.md 4.9, duties D70, D81 and D106.
    """

    class Form(models.TextChoices):
        """What it holds besides targets, strategies, words, agreements and reviews, which every plan has."""

        PLAIN = "plain", "Nothing more"
        RISK = "risk", "Hazards and controls"
        CONTRACT = "contract", "What the school and the family each undertake"
        TIMETABLE = "timetable", "A reduced timetable"
        EARLY_HELP = "early_help", "An early help assessment"

    order = models.PositiveSmallIntegerField(unique=True)
    name = models.CharField(max_length=80, unique=True)
    also = models.CharField(max_length=120, blank=True, help_text="PSP, IEP, CAF: as people also say")
    form = models.CharField(max_length=10, choices=Form, default=Form.PLAIN)
    weeks = models.PositiveSmallIntegerField(default=12, help_text="it usually runs")
    review_weeks = models.PositiveSmallIntegerField(default=6, help_text="between reviews")
    is_evidence = models.BooleanField(
        default=False, help_text="counts as the support plan or attendance contract that a case's evidence asks for"
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("order",)
        constraints = (
            models.CheckConstraint(
                condition=Q(weeks__range=(1, 52), review_weeks__range=(1, 52)),
                name="plan_kind_weeks",
                violation_error_message="Choose 1 to 52 weeks.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.also})" if self.also else self.name
