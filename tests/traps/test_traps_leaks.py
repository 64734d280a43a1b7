"""T14: nothing restricted leaks through any address, whatever page or export it is."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.urls import reverse

from attendance.codes import CODES, code_on
from attendance.models import PlannedMark, SessionMark
from behaviour.models import Incident, Involvement
from pastoral.core.rights import Role
from students.models import Student
from tests.access import COLUMNS, ROWS
from tests.factories import staff
from tests.test_access import World, client_of, world  # noqa: F401 a fixture is asked for by its name

DAYS = tuple(date(2026, 11, day) for day in (16, 17, 18, 19, 20))
WORDS = "wept in the chapel"
SAID = "shouted at the gate"  # of an incident: its student's tutor reads it, who keeps the data does not
SENSITIVE = tuple(code for code in CODES if code.is_sensitive and code.is_valid_on(DAYS[0]))


def lay_secrets(student: Student, by: object) -> None:
    """Give the student each sensitive code, with words beside it, and a part in an incident with words."""
    for day, code in zip(DAYS, SENSITIVE, strict=True):
        SessionMark.objects.update_or_create(
            student=student, date=day, session="AM", defaults={"code_id": code.key, "comment": WORDS}
        )
    mark = SessionMark.objects.get(student=student, date=DAYS[0])
    mark.code_id = code_on("N", DAYS[0]).key
    mark.save()  # so that one of them stands in the history
    PlannedMark.objects.create(
        student=student,
        kind="planned",
        code_id=code_on("M", DAYS[4]).key,
        starts_on=DAYS[4],
        ends_on=DAYS[4],
        starts_session="PM",
        note=WORDS,
        created_by=by,
    )
    incident = Incident.objects.create(occurred_on=DAYS[0], type="Disruption")
    Involvement.objects.create(incident=incident, student=student, role="perpetrator", points=1, comment=SAID)


def pages(column: str, found: World) -> Iterator[tuple[str, str]]:
    """Yield each address that the role may open, and everything it answers with."""
    client = client_of(column)
    for row in ROWS:
        if row.method == "GET" and row.statuses[COLUMNS.index(column)] == 200:
            answer = client.get(reverse(row.name, args=found[row.target]))
            yield f"{row.name} {row.target}", answer.getvalue().decode(errors="replace")


@pytest.mark.parametrize("column", ["form_tutor", "data_manager"])
def test_t14_no_sensitive_code_leaks_through_any_address(column: str, world: World) -> None:  # noqa: F811
    lay_secrets(Student.objects.get(pk=world["student of 9B"][0]), staff(Role.ATTENDANCE_OFFICER))
    told = [WORDS, *(code.meaning for code in SENSITIVE), *([SAID] if column == "data_manager" else ())]
    leaks = {place: [word for word in told if word in text] for place, text in pages(column, world)}
    assert {place: words for place, words in leaks.items() if words} == {}


def test_t14_those_who_may_read_them_do(world: World) -> None:  # noqa: F811
    """Without this the tests above would pass on pages that show nothing."""
    lay_secrets(Student.objects.get(pk=world["student of 9B"][0]), staff(Role.ATTENDANCE_OFFICER))
    everything = "".join(text for _place, text in pages("head_of_year", world))
    assert [code.letters for code in SENSITIVE if code.meaning not in everything] == []
    assert SAID in everything
