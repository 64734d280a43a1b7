"""Students with their sessions as a track, read for many at once: marks, incidents, year groups, interventions."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import JSONField, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject

from attendance.codes import CODES_BY_KEY, CodeClass
from attendance.figures import Bands
from attendance.summaries.bands import bands_of, scale_row
from attendance.summaries.punctuality import LATE_AFTER, LATE_KEYS
from attendance.summaries.recent import MISSED_KEYS, POSSIBLE_KEYS
from behaviour.models import IncidentType, Involvement
from interventions.figures.tracks import ATTENDED, MISSED, NOT_POSSIBLE, Late, Person, Track, slot_of
from interventions.models import InterventionStudent
from students.models import Enrolment, Student

# A student's marks as two strings, a sign each: its code and its half day, counted from the first one asked for; beside
# them the lates with their minutes. The key of the marks has them in this order already, so the database only writes
# them down, and what lies between two marks is filled in here: a year group has some 100,000 of them.
_BASE = 256  # no sign that JSON would have to escape
_TRACK = f"""(
    SELECT jsonb_build_array(
               coalesce(string_agg(chr({_BASE} + code_id::int), '' ORDER BY date, session), ''),
               coalesce(string_agg(chr({_BASE} + 2 * (date - %s::date) + (session = 'PM')::int), ''
                                   ORDER BY date, session), ''),
               coalesce(jsonb_agg(jsonb_build_array(2 * (date - %s::date) + (session = 'PM')::int, minutes_late,
                                                    code_id = %s) ORDER BY date, session)
                        FILTER (WHERE code_id = ANY(%s)), '[]')
           )
      FROM attendance_sessionmark
     WHERE student_id = students_student.id AND date BETWEEN %s AND %s
)"""  # noqa: S608 - constants of this module
_LETTERS = defaultdict(
    lambda: NOT_POSSIBLE, {_BASE + key: MISSED if key in MISSED_KEYS else ATTENDED for key in POSSIBLE_KEYS}
)
_ELSEWHERE = re.compile(
    "|".join(chr(_BASE + key) for key, code in CODES_BY_KEY.items() if code.code_class == CodeClass.APPROVED_ACTIVITY)
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One student as read. spans: interventions that are not withdrawn: key, first and last half day."""

    person: Person
    spans: Sequence[tuple[int, int, int]]
    bands: Bands


def people_read(who: Q, first: date, on: date) -> Iterator[Reading]:
    """Read the students with their sessions from first to on, in one query."""
    spells = Enrolment.objects.filter(student=OuterRef("pk")).order_by("starts_on")
    spans = InterventionStudent.objects.standing().filter(student=OuterRef("pk")).order_by("joined_on", "pk")
    hurt = _incidents(first, on).filter(student=OuterRef("pk")).order_by("incident__occurred_on")
    spell = JSONObject(first="starts_on", last="ends_on", year="year_group_id")
    span = JSONObject(key="intervention_id", first="joined_on", left="left_on", ended="intervention__ended_on")
    rows: QuerySet[Any, Any] = (
        Student.objects.filter(who)
        .order_by("pk")
        .annotate(
            sessions=_sessions(first, on),
            hurt=ArraySubquery(hurt.values("incident__occurred_on")),
            spells=ArraySubquery(spells.values(row=spell)),
            spans=ArraySubquery(spans.values(row=span)),
            scale=scale_row(),
        )
    )
    for row in rows.values("pk", "sessions", "hurt", "spells", "spans", "scale"):
        spans_of = [_span(each, on) for each in row["spans"]]
        yield Reading(_person(row, first, spans_of), spans_of, bands_of(row["scale"]))


def _sessions(first: date, on: date) -> RawSQL:
    asked = [first, first, LATE_AFTER, list(LATE_KEYS), first, on]
    return RawSQL(_TRACK, asked, output_field=JSONField())  # noqa: S611 no words of a person are in it


def _incidents(first: date, on: date) -> QuerySet[Involvement]:
    """Return what students did that carries points; nothing that is for the DSL alone."""
    told = Q(incident__withdrawn_at=None, incident__occurred_on__range=(first, on))
    for_dsl = IncidentType.objects.filter(goes_to_dsl=True).values("name")
    return Involvement.objects.negative().filter(told).exclude(incident__type__in=for_dsl)


def _person(row: Any, first: date, spans: Sequence[tuple[int, int, int]]) -> Person:
    spells = [(_day(each["first"]), each["last"] and _day(each["last"]), each["year"]) for each in row["spells"]]
    return Person(row["pk"], _track(row, slot_of(first)), spells, [(begin, end) for _key, begin, end in spans])


def _track(row: Any, start: int) -> Track:
    codes, slots, late = row["sessions"]
    lates = tuple(Late(start + slot, minutes, is_after) for slot, minutes, is_after in late)
    elsewhere = tuple(start + ord(slots[found.start()]) - _BASE for found in _ELSEWHERE.finditer(codes))
    hurt = tuple(slot_of(day) for day in row["hurt"])
    return Track(start, spread(codes.translate(_LETTERS), slots), hurt, lates, elsewhere)


def spread(letters: str, slots: str) -> str:
    """Return the letters with one for each half day from the first on: what lies between is not possible."""
    return "".join(NOT_POSSIBLE * gap + letters[first:last] for gap, first, last in _runs(slots))


@lru_cache(maxsize=100)
def _runs(slots: str) -> tuple[tuple[int, int, int], ...]:
    """Return the runs of half days without a gap: how many lie before it, and its first and last place.

    Most students of a school have their marks on the same half days.
    """
    found: list[tuple[int, int, int]] = []
    due = 0
    for place, sign in enumerate(slots):
        slot = ord(sign) - _BASE
        if slot == due and found:
            gap, first, _last = found.pop()
            found.append((gap, first, place + 1))
        else:
            found.append((slot - due, place, place + 1))
        due = slot + 1
    return tuple(found)


def _span(row: Any, on: date) -> tuple[int, int, int]:
    last = min((_day(day) for day in (row["left"], row["ended"]) if day), default=on)
    return row["key"], slot_of(_day(row["first"])), slot_of(last, is_afternoon=True)


def _day(words: str) -> date:
    return date.fromisoformat(words)
