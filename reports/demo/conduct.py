"""What happened in the demo school that no export holds: incidents logged here, form-time marks, detentions."""

from collections.abc import Iterator
from datetime import time, timedelta
from typing import NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from behaviour.models import (
    Detention,
    DetentionLevel,
    Incident,
    IncidentReview,
    IncidentType,
    Involvement,
    TutorMark,
)
from behaviour.services.incidents import Part, Told, incident_log
from pastoral.core.models import User
from pastoral.core.rights import Role
from reports.demo.cast import Cast, at
from students.models import Student
from students.summaries import RollEntry

Status, Kind = Detention.Status, TutorMark.Kind


class Story(NamedTuple):
    """One incident as it is told; other: the part of a second student, "" without one."""

    kind: str
    place: str
    activity: str
    period: str
    at: time
    words: str
    action: str = ""
    other: str = ""


STORIES = (
    Story(
        "Disruption",
        "Classroom",
        "Science",
        "P2",
        time(10, 5),
        "Called out over the practical three times.",
        "Moved seat",
    ),
    Story("Defiance", "Corridor", "", "Break", time(11, 5), "Would not take the coat off when asked, and walked on."),
    Story(
        "Fighting",
        "Playground",
        "",
        "Lunch",
        time(12, 50),
        "Pushing over a ball, then punches.",
        "Call home",
        "perpetrator",
    ),
    Story("Homework", "Classroom", "French", "P1", time(9, 10), "Third piece in a row not handed in."),
    Story(
        "Bullying: verbal",
        "Canteen",
        "",
        "Lunch",
        time(13, 0),
        "Names about reading aloud, again.",
        "Spoken with",
        "victim",
    ),
    Story(
        "Mobile phone",
        "Classroom",
        "Geography",
        "P4",
        time(13, 50),
        "Telephone out twice; handed in.",
        "Verbal warning",
    ),
    Story("Uniform", "School gate", "", "Form time", time(8, 35), "Trainers; has shoes at home."),
    Story(
        "Verbal abuse",
        "Classroom",
        "Mathematics",
        "P3",
        time(11, 40),
        "Swore at a student who laughed.",
        "Removed from lesson",
        "witness",
    ),
    Story("Lateness to lesson", "Corridor", "English", "P5", time(14, 40), "Ten minutes late without a note."),
)
LEAST_INCIDENTS = 9
LATELY = timedelta(days=30)


def incidents_log(cast: Cast) -> int:
    """Log incidents of the last two days, which wait in the inbox, and deal with what the import brought before."""
    if Incident.objects.exclude(logged_by=None).exists():
        return 0
    types = IncidentType.objects.in_bulk([story.kind for story in STORIES], field_name="name")
    number = max(LEAST_INCIDENTS, cast.share(22))
    members = cast.some(2 * number, start=11) or cast.students
    people = Student.objects.in_bulk([member.student_id for member in members])
    days = cast.days_back(2)
    for n in range(number):
        story = STORIES[n % len(STORIES)]
        who, other = members[2 * n % len(members)], members[(2 * n + 1) % len(members)]
        day = days[-1] if n % 3 else days[0]
        told = Told(
            types[story.kind], day, story.at, story.words, story.activity, story.place, story.period, "Unresolved"
        )
        parts = [Part(people[who.student_id], "perpetrator", action_taken=story.action)]
        if story.other and other != who:
            parts.append(Part(people[other.student_id], story.other))
        moment = at(day, story.at.hour, story.at.minute) + timedelta(minutes=20)
        incident_log(told=told, parts=parts, token=token("incident", n), by=tutor_of(cast, who), now=moment)
    return number + _reviewed(cast)


def _reviewed(cast: Cast) -> int:
    """Deal with what is older than two school days, so that the inbox holds a morning's work."""
    last = cast.days_back(2)[0]
    years = {member.student_id: member.year for member in cast.roll}
    rows = Involvement.objects.filter(incident__occurred_on__range=(last - LATELY, last - timedelta(days=1)))
    found = rows.order_by("incident__occurred_on", "incident").values_list(
        "incident", "student", "incident__occurred_on"
    )
    days = {(incident, years[key]): day for incident, key, day in found if key in years}
    week = cast.days_back(4)[0]
    made = []
    for n, ((incident, year), day) in enumerate(days.items()):
        has_acted = day >= week and n % 4 == 0
        made.append(
            IncidentReview(
                incident_id=incident,
                year_group_id=year,
                decision=IncidentReview.Decision.ACTED if has_acted else IncidentReview.Decision.NOTED,
                action="Spoken with, and a call home to follow" if has_acted else "",
                decided_by=cast.holder(Role.HEAD_OF_YEAR, year),
                decided_at=at(day, 16, n % 60),
            )
        )
    return len(IncidentReview.objects.bulk_create(made, ignore_conflicts=True))


TAPS = (
    (Kind.UNIFORM, ""), (Kind.PRAISE, "Led the form quiz"), (Kind.EQUIPMENT, "No pen"), (Kind.PUNCTUALITY, ""),
    (Kind.PLANNER, "Not signed"), (Kind.PRAISE, ""), (Kind.EFFORT, ""), (Kind.CONDUCT, "Talking during notices"),
    (Kind.WELLBEING, "Quiet this week; has somebody to talk to"),
)  # fmt: skip


def form_time_mark(cast: Cast) -> int:
    """Mark what tutors saw in form time over the last ten school days; the last one is still to be done."""
    if TutorMark.objects.exists():
        return 0
    days = cast.days_back(11)[:-1]
    made = []
    for n, member in enumerate(cast.some(max(9, cast.share(240)), start=3)):
        kind, note = TAPS[n % len(TAPS)]
        day = days[n * 7 % len(days)]
        made.append(
            TutorMark(
                student_id=member.student_id,
                day=day,
                kind=kind,
                note=note,
                by=tutor_of(cast, member),
                at=at(day, 8, 40),
            )
        )
    return len(TutorMark.objects.bulk_create(made))


def detentions_set(cast: Cast) -> int:
    """Set detentions of the last days, served, excused and missed, with the next rung after those, and some to come."""
    if Detention.objects.exists():
        return 0
    levels = list(DetentionLevel.objects.order_by("number"))
    made = list(_detentions(cast, levels))
    held = Detention.objects.bulk_create(made)
    following = [_following(cast, each, levels) for each in held if each.status == Status.MISSED]
    return len(held) + len(Detention.objects.bulk_create(following))


_STATES = (Status.SERVED, Status.NOTIFIED, Status.MISSED, Status.SERVED, Status.SET, Status.EXCUSED)
_REASONS = (
    "Disruption in Science",
    "Homework not handed in three times",
    "Late to lessons",
    "Defiance in the corridor",
)


def _detentions(cast: Cast, levels: list[DetentionLevel]) -> Iterator[Detention]:
    past = cast.days_back(5)
    for n, member in enumerate(cast.some(max(len(_STATES), cast.share(18)), start=17)):
        status, level = _STATES[n % len(_STATES)], levels[n % min(2, len(levels))]
        is_to_come = status in Detention.TO_COME
        is_told = status != Status.SET
        yield Detention(
            student_id=member.student_id,
            level=level,
            level_name=level.name,
            day=cast.ahead(1 + n % 3) if is_to_come else past[n % len(past)],
            starts_at=level.starts_at,
            minutes=level.minutes,
            place=level.place,
            reason=_REASONS[n % len(_REASONS)],
            status=status,
            told_on=past[0] if is_told else None,
            told_how="Message to parent" if is_told else "",
            outcome="Dentist at half past three; moved by agreement" if status == Status.EXCUSED else "",
            set_by=cast.holder(Role.PASTORAL_MANAGER, member.year),
            set_at=at(past[0], 9, n % 60),
        )


def _following(cast: Cast, missed: Detention, levels: list[DetentionLevel]) -> Detention:
    later = [level for level in levels if missed.level is None or level.number > missed.level.number]
    level = later[0] if later else levels[-1]
    return Detention(
        student_id=missed.student_id,
        follows=missed,
        level=level,
        level_name=level.name,
        day=cast.ahead(2),
        starts_at=level.starts_at,
        minutes=level.minutes,
        place=level.place,
        reason=missed.reason,
        set_by=missed.set_by,
        set_at=at(cast.day, 16),
    )


def tutor_of(cast: Cast, member: RollEntry) -> User:
    """Return the student's tutor, or who leads the year where the group has none."""
    return cast.tutors.get(member.tutor_group_id) or cast.holder(Role.PASTORAL_MANAGER, member.year)


def token(what: str, number: int) -> UUID:
    """Return the token of a sending: the same each time."""
    return uuid5(NAMESPACE_URL, f"demo-{what}-{number}")
