"""Interventions given to students of an imported school, measured by the application and by plain loops."""

from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

from interventions.figures.impact import LONG, SHORT, SUSTAINED, Effect
from interventions.figures.tracks import Part
from interventions.models import Intervention, InterventionStudent, InterventionType
from interventions.summaries.impact import measured_of
from pastoral.core.models import User
from students.models import Student
from tests.acceptance.impact import Found, Given, SlowImpact


def given_to(folder_students: list[str], starts: list[date]) -> list[Given]:
    """Return interventions for every nth student: some with grace, some ended, some two at once."""
    given = []
    for n, adno in enumerate(folder_students):
        began = starts[n % len(starts)]
        ended = began + timedelta(days=30) if n % 3 == 0 else None
        given.append(Given(adno, began, grace=5 * (n % 2), ended=ended))
        if n % 7 == 0:
            given.append(Given(adno, began + timedelta(days=10)))
    return given


def begun(given: list[Given]) -> list[InterventionStudent]:
    """Write the interventions."""
    kind, by = InterventionType.objects.get(name="Mentoring"), User.objects.first()
    students = {student.admission_number: student for student in Student.objects.all()}
    places = []
    for one in given:
        made = Intervention.objects.create(
            token=uuid4(), type=kind, aim=kind.aim, target="In school every day", because="Absence", owner=by,
            starts_on=one.began, planned_until=one.began + timedelta(days=60), planned_sessions=6, session_minutes=30,
            grace_days=one.grace, made_by=by, ended_on=one.ended, ended_by=by if one.ended else None,
        )  # fmt: skip
        places.append(
            InterventionStudent.objects.create(intervention=made, student=students[one.adno], joined_on=one.began)
        )
    return places


def agree_on_impact(folder: Path, today: date) -> None:
    """Hold every effect against the loops', and see that every standing is among them."""
    red_first = sorted(Student.objects.values_list("admission_number", flat=True))[::19]
    starts = [
        date(2025, 11, 5),
        date(2026, 3, 2),
        date(2026, 6, 22),
        date(2025, 9, 9),
        date(2026, 9, 8),
        date(2026, 10, 5),
    ]
    given = given_to(red_first, [*starts, date(2026, 11, 17)])
    places = begun(given)
    slow, found = SlowImpact(folder, given, today), measured_of(places, today)
    standings = set()
    for one, place in zip(given, places, strict=True):
        mine = found[place.pk]
        standings.add(str(mine.short.standing))
        for effect, sides in ((mine.short, SHORT), (mine.long, LONG), (mine.sustained, SUSTAINED)):
            same(effect, slow.of(one, sides.before, sides.skip, sides.after), one)
        twice = [each for each in given if each.adno == one.adno and each is not one]
        assert mine.is_alone == (not twice), one
    assert standings == {"measured", "too_early", "too_few"}, standings


def same(effect: Effect, found: Found | None, one: Given) -> None:
    """Hold one effect against what the loops found."""
    if found is None:
        assert effect.before is None or effect.after is None, one
        return
    assert effect.before is not None, one
    assert effect.after is not None, one
    assert (tuple(effect.before.part), tuple(effect.after.part)) == (found.before, found.after), one
    assert effect.gained == found.gained, one
    if effect.gained is not None:
        assert effect.compared == found.compared, one
        assert (effect.drift_before, effect.drift_after) == (Part(*found.drift_before), Part(*found.drift_after)), one
        same_lates(effect, found, one)


def same_lates(effect: Effect, found: Found, one: Given) -> None:
    """Hold the lateness of one effect against what the loops found; of who was never late nothing is compared."""
    late = effect.late
    assert late is not None, one
    sides = (late.before, late.after, late.drift_before, late.drift_after)
    told = [(each.here, each.lates, each.minutes, each.untimed) for each in sides]
    assert told[:2] == list(found.lates[:2]), one
    if late.before.lates or late.after.lates:
        assert tuple(told) == found.lates, one
    assert late.lates == found.fewer_lates, one
