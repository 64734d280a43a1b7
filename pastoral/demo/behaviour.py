"""Incidents and achievements of this year: few students make most incidents, lunch and the last lesson most of all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from random import Random

from pastoral.demo.attendance import YearMarks, conduct_score
from pastoral.demo.lessons import LessonMark
from pastoral.demo.people import Roll, Student
from pastoral.demo.randoms import Streams, chance, pick, poisson
from pastoral.demo.staff import Member
from pastoral.demo.timetable import PERIODS, Week, week_key

_INCIDENTS_A_DAY = 0.027
_ACHIEVEMENTS_A_DAY = 0.1


@dataclass(frozen=True)
class Part:
    """One student's part in an incident; points fall on those who did it."""

    adno: str
    role: str
    points: int
    action: str
    comment: str


@dataclass(frozen=True)
class Incident:
    """Something that happened, and the students in it."""

    day: date
    at: time
    type: str
    activity: str
    location: str
    status: str
    recorded_by: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Achievement:
    """Something a student was praised for."""

    day: date
    adno: str
    type: str
    activity: str
    points: int
    awarded_by: str


@dataclass(frozen=True)
class Moment:
    """A part of the day: how much of the trouble falls in it, when it begins and how many minutes it lasts."""

    name: str
    weight: float
    hour: int
    minute: int
    length: int
    period: int | None


_MOMENTS = (
    Moment("Registration", 0.04, 8, 40, 18, None),
    Moment("P1", 0.07, 9, 0, 58, 0),
    Moment("P2", 0.1, 10, 0, 58, 1),
    Moment("Break", 0.1, 11, 0, 18, None),
    Moment("P3", 0.12, 11, 20, 58, 2),
    Moment("Lunch", 0.22, 12, 20, 38, None),
    Moment("P4", 0.14, 13, 0, 58, 3),
    Moment("P5", 0.19, 14, 0, 58, 4),
    Moment("After school", 0.02, 15, 0, 25, None),
)


@dataclass(frozen=True)
class Kind:
    """A type of incident: how common, its points, and what staff wrote."""

    weight: float
    points: int
    comments: tuple[str, ...]
    roles: str = ""


_IN_LESSONS = {
    "Disruption": Kind(
        34,
        2,
        (
            "Calling out after two warnings; moved seat and settled.",
            "Talking over instructions; moved to the parallel class.",
            "Out of seat and distracting the table.",
            "",
        ),
    ),
    "Defiance": Kind(18, 3, ("Refused to hand in work or move seat.", "Walked out when spoken to; came back.", "")),
    "Homework": Kind(20, 1, ("Third piece missing this half term.", "Not handed in.", "")),
    "Equipment": Kind(12, 1, ("No pen or planner.", "No PE kit for the second week.", "")),
    "Mobile phone": Kind(7, 2, ("Phone out in the lesson; handed to the office.", "")),
    "Insolence": Kind(6, 3, ("Rude reply to a reasonable request.", "Swore under breath; apologised afterwards.")),
    "Verbal abuse of an adult": Kind(2, 5, ("Swore at the teacher when asked to leave.",)),
    "Inadequate work": Kind(6, 1, ("Two lines written in the lesson.", "")),
}
_OUT_OF_LESSONS = {
    "Uniform or jewellery": Kind(24, 1, ("Trainers; no note from home.", "Nose stud, asked to remove it.", "")),
    "Mobile phone": Kind(12, 2, ("Filming in the canteen; deleted.", "Phone out in the corridor.")),
    "Fighting": Kind(6, 6, ("Pushing turned into a fight; separated by duty staff.", "Exchange of punches."), "PP W"),
    "Verbal abuse": Kind(11, 3, ("Name-calling in the queue.", "Threats made; both spoken to."), "P V"),
    "Smoking or vaping": Kind(6, 4, ("Vape found in the toilets.", "Seen vaping by the bike shed.")),
    "Damage to property": Kind(4, 4, ("Locker door kicked in.", "Graffiti on a toilet door.")),
    "Defiance": Kind(12, 3, ("Would not move on when asked.", "Ran off when called over by duty staff.")),
    "Bullying: verbal": Kind(6, 4, ("Repeated remarks about appearance.", "Has gone on since last week."), "PA V W"),
    "Bullying: online": Kind(3, 4, ("Messages in a group chat shown by the parent.",), "PA V"),
    "Bullying: physical": Kind(2, 5, ("Tripped up on purpose more than once.",), "P V W"),
    "Prejudice: racist": Kind(3, 5, ("Racist language used towards another student.",), "P V"),
    "Prejudice: sexist": Kind(3, 4, ("Sexist remarks in the queue.",), "P V"),
    "Prejudice: homophobic": Kind(2, 4, ("Homophobic language used as an insult.",), "P V"),
    "Theft": Kind(1, 4, ("Pencil case taken and found in a bag.",), "P V"),
}
_PLACES = {
    "lesson": {"Classroom": 0.92, "Corridor": 0.08},
    "sport": {"Sports hall": 0.5, "Field": 0.3, "Changing room": 0.2},
    "social": {"Playground": 0.3, "Canteen": 0.24, "Corridor": 0.2, "Toilets": 0.14, "Field": 0.08, "Bus bay": 0.04},
}
_ACTIONS = {
    1: {"": 0.25, "Verbal warning": 0.4, "Detention": 0.2, "Call home": 0.15},
    2: {"Verbal warning": 0.25, "Detention": 0.45, "Call home": 0.2, "Removed from lesson": 0.1},
    3: {"Detention": 0.4, "Call home": 0.3, "Removed from lesson": 0.3},
    4: {"Internal exclusion": 0.4, "Parents called in": 0.3, "Detention": 0.3},
    5: {"Internal exclusion": 0.6, "Parents called in": 0.4},
    6: {"Internal exclusion": 0.6, "Parents called in": 0.4},
}
_SUSPENDED_FOR = {
    "Persistent disruption": (0.5, "Removed from three lessons; every step of the policy used."),
    "Verbal abuse of an adult": (0.24, "Swore at and threatened a member of staff."),
    "Fighting": (0.2, "Started a fight; injury seen by first aid."),
    "Damage to property": (0.06, "Fire door glass broken on purpose."),
}
_PRAISE = {
    "Effort": (0.26, 1),
    "Outstanding work": (0.22, 2),
    "Homework of the week": (0.12, 1),
    "Kindness": (0.13, 1),
    "Most improved": (0.1, 2),
    "Leadership": (0.06, 3),
    "Club or team": (0.07, 2),
    "Act of service": (0.04, 3),
}


class School:
    """What incidents are drawn from: students by how likely they are in trouble, their lessons and marks."""

    def __init__(
        self, roll: Roll, students: Sequence[Student], marks: YearMarks, weeks: dict[str, Week], staff: Sequence[Member]
    ) -> None:
        self.roll = roll
        self.marks = marks
        self.weeks = weeks
        self.students = [student for student in students if student.adno in marks]
        self.trouble = [2.718 ** (1.35 * conduct_score(student, roll.this_year)) for student in self.students]
        self.credit = [2.718 ** (-0.45 * student.conduct - 0.3 * student.health) for student in self.students]
        self.pastoral = [member.code for member in staff if member.role in ("Pastoral Manager", "Head of Year")]
        self.days = [day for day in roll.this_year.days if day <= roll.today]

    def is_in(self, student: Student, day: date, *, afternoon: bool) -> bool:
        """Test for being in school in this half of the day."""
        code = self.marks[student.adno].codes[2 * self.roll.this_year.index_of[day] + afternoon]
        return student.is_on_roll(day) and code in ("/", "\\", "L", "-")

    def week(self, student: Student, day: date) -> Week:
        """Return the student's lessons in the week of this day."""
        return self.weeks[week_key(student, student.spell_on(day).group)]

    def status(self, day: date, random: Random) -> str:
        """Return how far an incident has been dealt with: most of what is older than a week is."""
        age = (self.roll.today - day).days
        if age > 21:
            return "Resolved"
        odds = 0.9 if age > 7 else 0.55 if age > 2 else 0.15
        if chance(random, odds):
            return "Resolved"
        return pick(random, {"Unresolved": 0.7, "Review in 1 week": 0.2, "Further intervention required": 0.1})


def incidents_make(school: School, truancies: Sequence[LessonMark], streams: Streams) -> list[Incident]:
    """Make this year's incidents in the order in which they happened."""
    made = [
        *_daily_incidents(school, streams.of("incidents")),
        *_truancy_incidents(school, truancies, streams.of("truancy incidents")),
        *_suspension_incidents(school, streams.of("suspension incidents")),
    ]
    return sorted(made, key=lambda incident: (incident.day, incident.at, incident.parts[0].adno))


def _daily_incidents(school: School, random: Random) -> Iterator[Incident]:
    for place, day in enumerate(school.days):
        # September begins well; trouble grows as a half term wears on.
        mean = _INCIDENTS_A_DAY * len(school.students) * min(1.2, 0.55 + place / 50)
        for student in random.choices(school.students, weights=school.trouble, k=poisson(random, min(mean, 600.0))):
            moment = random.choices(_MOMENTS, weights=[moment.weight for moment in _MOMENTS])[0]
            if school.is_in(student, day, afternoon=moment.hour >= 13):
                yield _incident(school, student, day, moment, random)


def _incident(school: School, student: Student, day: date, moment: Moment, random: Random) -> Incident:
    kinds = _OUT_OF_LESSONS if moment.period is None else _IN_LESSONS
    name = pick(random, {name: kind.weight for name, kind in kinds.items()})
    kind = kinds[name]
    activity, recorder = moment.name, random.choice(school.pastoral)
    if moment.period is not None:
        lesson = school.week(student, day)[day.weekday(), moment.period]
        activity, recorder = lesson.subject, lesson.teacher
    setting = "social" if moment.period is None else "sport" if activity in ("PE", "Sport Studies") else "lesson"
    location = pick(random, _PLACES[setting])
    return Incident(
        day=day,
        at=_time_in(moment, random),
        type=name,
        activity=activity,
        location="Online" if name.endswith("online") else location,
        status=school.status(day, random),
        recorded_by=recorder,
        parts=tuple(_parts(school, student, day, moment, kind, random)),
    )


def _time_in(moment: Moment, random: Random) -> time:
    minutes = 60 * moment.hour + moment.minute + random.randrange(moment.length)
    return time(*divmod(minutes, 60))


def _parts(school: School, student: Student, day: date, moment: Moment, kind: Kind, random: Random) -> Iterator[Part]:
    """Yield the student's part, then those of others of the same year who were in school."""
    comment = random.choice(kind.comments)
    yield Part(student.adno, "Perpetrator", kind.points, _action(kind.points, moment.period, random), comment)
    others = _others(school, student, day, moment, random)
    roles = {"P": "Perpetrator", "A": "Participant", "V": "Victim", "W": "Witness"}
    for letter in kind.roles.replace(" ", "")[1:]:
        if not others or (letter == "W" and chance(random, 0.5)) or (letter == "A" and chance(random, 0.6)):
            continue
        role = roles[letter]
        points = {"P": kind.points, "A": max(1, kind.points - 2)}.get(letter, 0)
        action = (
            _action(points, moment.period, random) if points else "Spoken to and supported" if letter == "V" else ""
        )
        yield Part(others.pop().adno, role, points, action, "")


def _action(points: int, period: int | None, random: Random) -> str:
    """Draw what was done about it; nobody is removed from a lesson they are not in."""
    action = pick(random, _ACTIONS[points])
    return "Detention" if action == "Removed from lesson" and period is None else action


def _others(school: School, student: Student, day: date, moment: Moment, random: Random) -> list[Student]:
    """Draw a few students of the same year who were there."""
    drawn: dict[str, Student] = {}
    peers = [other for other in school.students if other.intake == student.intake and other is not student]
    for other in random.choices(peers, k=12):
        if school.is_in(other, day, afternoon=moment.hour >= 13):
            drawn[other.adno] = other
    return list(drawn.values())


def _truancy_incidents(school: School, truancies: Sequence[LessonMark], random: Random) -> Iterator[Incident]:
    """Yield an incident for most lessons missed inside the building."""
    for mark in truancies:
        if not chance(random, 0.55):
            continue
        moment = next(moment for moment in _MOMENTS if moment.name == PERIODS[mark.period])
        location = random.choice(["Corridor", "Toilets", "Field"])
        found = f"Found by duty staff: {location.lower()}."
        comment = random.choice(["Present at registration, not in the lesson.", found])
        part = Part(mark.adno, "Perpetrator", 3, _action(3, None, random), comment)
        yield Incident(
            mark.day,
            _time_in(moment, random),
            "Truancy",
            mark.lesson.subject,
            location,
            school.status(mark.day, random),
            mark.lesson.teacher,
            (part,),
        )


def _suspension_incidents(school: School, random: Random) -> Iterator[Incident]:
    """Yield what each suspension was for, on the last day in school before it."""
    for student in school.students:
        for first in _suspension_days(school, student):
            earlier = [day for day in school.days if day < first and school.is_in(student, day, afternoon=True)]
            if not earlier:
                continue
            name = pick(random, {name: weight for name, (weight, _) in _SUSPENDED_FOR.items()})
            moment = random.choice(_MOMENTS[6:8])
            lesson = school.week(student, earlier[-1])[earlier[-1].weekday(), moment.period or 0]
            part = Part(student.adno, "Perpetrator", 8, "Suspension", _SUSPENDED_FOR[name][1])
            yield Incident(
                earlier[-1],
                _time_in(moment, random),
                name,
                lesson.subject,
                pick(random, {"Classroom": 0.6, "Corridor": 0.4}),
                school.status(earlier[-1], random),
                random.choice(school.pastoral),
                (part,),
            )


def _suspension_days(school: School, student: Student) -> Iterator[date]:
    """Yield the first day of each suspension."""
    marks = school.marks[student.adno]
    for session in range(marks.first, marks.end):
        if marks.codes[session] == "E" and (session == 0 or marks.codes[session - 1] != "E"):
            yield marks.year.days[session // 2]


def achievements_make(school: School, streams: Streams) -> list[Achievement]:
    """Make this year's achievements by day; some students are hardly ever noticed."""
    random = streams.of("achievements")
    made: list[Achievement] = []
    for day in school.days:
        count = poisson(random, min(_ACHIEVEMENTS_A_DAY * len(school.students), 600.0))
        for student in random.choices(school.students, weights=school.credit, k=count):
            if school.is_in(student, day, afternoon=True):
                made.append(_achievement(school, student, day, random))
    return sorted(made, key=lambda achievement: (achievement.day, achievement.adno))


def _achievement(school: School, student: Student, day: date, random: Random) -> Achievement:
    name = pick(random, {name: weight for name, (weight, _) in _PRAISE.items()})
    lesson = school.week(student, day)[day.weekday(), random.randrange(len(PERIODS))]
    return Achievement(day, student.adno, name, lesson.subject, _PRAISE[name][1], lesson.teacher)
