"""Students with their sessions as a track, read for many at once: marks, incidents, year groups, interventions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import JSONField, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject

from attendance.codes import CODES_BY_KEY, CodeClass
from attendance.figures import Bands
from attendance.summaries.bands import bands_of, scale_row
from attendance.summaries.punctuality import LATE_AFTER, LATE_BEFORE
from attendance.summaries.recent import MISSED_KEYS, POSSIBLE_KEYS
from behaviour.models import IncidentType, Involvement
from interventions.figures.tracks import Late, Person, Track, slot_of
from interventions.models import InterventionStudent
from students.models import Enrolment, Student

# One letter a half day from the first one asked for: what lies between two marks is not possible. A student's marks
# are put together by the database, because a year group has some 100,000 of them; beside them stand the sessions that
# are late or elsewhere, which are few: [half day, minutes, letter].
_TRACK = """(
    SELECT jsonb_build_array(
               coalesce(string_agg(repeat('.', slot - before - 1) || letter, '' ORDER BY slot), ''),
               coalesce(jsonb_agg(jsonb_build_array(slot, minutes_late, kind) ORDER BY slot)
                        FILTER (WHERE kind <> ''), '[]')
           )
      FROM (SELECT slot, letter, kind, minutes_late, coalesce(lag(slot) OVER (ORDER BY slot), -1) AS before
              FROM (SELECT 2 * (date - %s::date) + (session = 'PM')::int AS slot, minutes_late,
                           CASE WHEN code_id = ANY(%s) THEN '0' ELSE '1' END AS letter,
                           CASE WHEN code_id = %s THEN 'L' WHEN code_id = %s THEN 'U'
                                WHEN code_id = ANY(%s) THEN 'A' ELSE '' END AS kind
                      FROM attendance_sessionmark
                     WHERE student_id = students_student.id AND date BETWEEN %s AND %s AND code_id = ANY(%s)
                   ) mark) placed
)"""
_ELSEWHERE_KEYS = [key for key, code in CODES_BY_KEY.items() if code.code_class == CodeClass.APPROVED_ACTIVITY]


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
    asked = [first, MISSED_KEYS, LATE_BEFORE, LATE_AFTER, _ELSEWHERE_KEYS, first, on, POSSIBLE_KEYS]
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
    marks, others = row["sessions"]
    lates = tuple(Late(start + slot, minutes, kind == "U") for slot, minutes, kind in others if kind != "A")
    elsewhere = tuple(start + slot for slot, _minutes, kind in others if kind == "A")
    return Track(start, marks, tuple(slot_of(day) for day in row["hurt"]), lates, elsewhere)


def _span(row: Any, on: date) -> tuple[int, int, int]:
    last = min((_day(day) for day in (row["left"], row["ended"]) if day), default=on)
    return row["key"], slot_of(_day(row["first"])), slot_of(last, is_afternoon=True)


def _day(words: str) -> date:
    return date.fromisoformat(words)
