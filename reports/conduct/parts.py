"""One student's part in an incident, and one achievement, as they are counted: logged here or imported, alike."""

from collections.abc import Collection, Sequence
from datetime import date, time
from typing import NamedTuple

from django.db.models import Case, CharField, Exists, OuterRef, Value, When

from behaviour.involvements import action_listed
from behaviour.models import Achievement, CampaignAward, Detention, Involvement
from pastoral.core.models import User
from reports.summaries.people import Person
from students.lessons import LessonTime, slot_of

NEGATIVE = frozenset(Involvement.ROLES_WITH_POINTS)


class Part(NamedTuple):
    """One student's part in one incident. slot: the part of the day, "" where nothing says it."""

    pk: int
    incident_id: int
    student_id: int
    role: str
    points: int
    action: str
    day: date
    at: time | None
    type: str
    activity: str
    location: str
    period: str
    severity: int | None
    staff: str
    slot: str = ""

    @property
    def is_negative(self) -> bool:
        """Test for a part that counts: of one who did it, not of a victim or a witness."""
        return self.role in NEGATIVE


class Praise(NamedTuple):
    """One achievement, or the reward of a campaign, of one student."""

    pk: int
    student_id: int
    day: date
    type: str
    activity: str
    points: int
    staff: str
    is_reward: bool = False


TIME_AT, PERIOD_AT = Part._fields.index("at"), Part._fields.index("period")
# A detention that was set for the student is the action, where nobody wrote another.
_SET = Detention.objects.standing(incident=OuterRef("incident"), student=OuterRef("student"))
_ACTION = Case(
    When(Exists(_SET), action_taken="", then=Value("Detention")), default=action_listed(), output_field=CharField()
)


def parts_of(
    user: User, people: Collection[Person], first: date, last: date, lessons: Sequence[LessonTime]
) -> list[Part]:
    """Return these students' standing parts in the span that the person may read of, newest first, in one query."""
    rows = (
        Involvement.objects.of_students([person.student_id for person in people], user=user)
        .filter(incident__occurred_on__range=(first, last))
        .order_by("-incident__occurred_on", "-incident__occurred_at_time", "-pk")
        .values_list(
            "pk",
            "incident_id",
            "student_id",
            "role",
            "points",
            _ACTION,
            "incident__occurred_on",
            "incident__occurred_at_time",
            "incident__type",
            "incident__activity",
            "incident__location",
            "incident__period",
            "incident__severity",
            "incident__recorded_by",
        )
    )
    return [Part._make((*row, slot_of(row[PERIOD_AT], row[TIME_AT], lessons))) for row in rows]


def praise_of(people: Collection[Person], first: date, last: date) -> list[Praise]:
    """Return the achievements of these students in the span, newest first, in one query."""
    rows = (
        Achievement.objects.standing(student__in=[person.student_id for person in people])
        .filter(awarded_on__range=(first, last))
        .order_by("-awarded_on", "-pk")
        .values_list("pk", "student_id", "awarded_on", "type", "activity", "points", "awarded_by")
    )
    return [Praise(*row) for row in rows]


def rewards_of(people: Collection[Person], first: date, last: date) -> list[Praise]:
    """Return the campaign rewards that these students got in the span, in one query."""
    rows = (
        CampaignAward.objects.standing(
            student__in=[person.student_id for person in people],
            awarded_at__date__range=(first, last),
        )
        .order_by("-awarded_at")
        .values_list("pk", "student_id", "awarded_at__date", "campaign__name")
    )
    return [Praise(*row, activity="", points=0, staff="", is_reward=True) for row in rows]
