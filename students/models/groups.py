"""Groups and who belongs to them when: year and tutor groups, enrolments, staff assignments."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from pastoral.core.rights import Role
from students.calendar import academic_year_name
from students.models.people import Student
from students.querysets import EnrolmentQuerySet, StaffAssignmentQuerySet


class DateRange(Func):
    """PostgreSQL's daterange over two columns; an empty end is open."""

    function = "DATERANGE"


def both_days() -> DateRange:
    """Return the span from starts_on to ends_on, both days in it."""
    return DateRange(
        "starts_on",
        "ends_on",
        RangeBoundary(inclusive_lower=True, inclusive_upper=True),
    )


class YearGroup(models.Model):
    """A year group of the school, Year 7 to Year 13."""

    number = models.PositiveSmallIntegerField(primary_key=True)

    class Meta:
        ordering = ("number",)
        constraints = (models.CheckConstraint(condition=Q(number__range=(7, 13)), name="year_group_7_to_13"),)

    def __str__(self) -> str:
        return f"Year {self.number}"


class TutorGroup(models.Model):
    """A tutor group, known by its name whichever academic year it is."""

    name = models.CharField(max_length=20, unique=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class House(models.Model):
    """A house."""

    name = models.CharField(max_length=50, unique=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Enrolment(models.Model):
    """A student's spell in one year and tutor group; spells of one student never overlap."""

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="enrolments")
    academic_year = models.PositiveSmallIntegerField(help_text="2026 for 2026/27")
    year_group = models.ForeignKey(YearGroup, on_delete=models.PROTECT, related_name="enrolments")
    tutor_group = models.ForeignKey(TutorGroup, on_delete=models.PROTECT, related_name="enrolments")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ("student", "starts_on")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="enrolment_in_order",
            ),
            ExclusionConstraint(
                name="enrolment_spells_apart",
                expressions=[
                    ("student", RangeOperators.EQUAL),
                    (both_days(), RangeOperators.OVERLAPS),
                ],
            ),
        )
        indexes = (
            models.Index(fields=["tutor_group", "starts_on"], name="enrolment_tutor_group"),
            models.Index(fields=["year_group", "academic_year"], name="enrolment_year_group"),
        )

    def __str__(self) -> str:
        return f"{self.student_id} {academic_year_name(self.academic_year)} {self.tutor_group_id}"


class StaffAssignment(models.Model):
    """A role that a member of staff holds over a scope for a span of dates; cover is an assignment that expires."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assignments")
    role = models.CharField(max_length=20, choices=Role)
    job_title = models.CharField(max_length=60, help_text="as the school writes it: Assistant Pastoral Leader")
    year_group = models.ForeignKey(YearGroup, null=True, blank=True, on_delete=models.PROTECT)
    tutor_group = models.ForeignKey(TutorGroup, null=True, blank=True, on_delete=models.PROTECT)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    is_imported = models.BooleanField(default=False, help_text="came from the MIS, which may also end it")

    objects = StaffAssignmentQuerySet.as_manager()

    class Meta:
        ordering = ("user", "role", "starts_on")
        constraints = (
            models.CheckConstraint(
                condition=Q(year_group=None) | Q(tutor_group=None),
                name="assignment_one_scope",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="assignment_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.FORM_TUTOR) | Q(tutor_group__isnull=False),
                name="assignment_tutor_has_group",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=[Role.HEAD_OF_YEAR, Role.PASTORAL_MANAGER]) | Q(year_group__isnull=False),
                name="assignment_year_team_has_year",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "year_group", "tutor_group", "starts_on"],
                name="assignment_once",
                nulls_distinct=False,
            ),
        )

    def __str__(self) -> str:
        return f"{self.job_title} {self.scope_name}".replace("Year Year", "Year").strip()

    @property
    def scope_name(self) -> str:
        """The scope in words: "9B", "Year 9" or nothing for the whole school."""
        return str(self.tutor_group or self.year_group or "")
