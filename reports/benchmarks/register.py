"""A register opened and saved against a bare bulk insert of as many marks in one transaction."""

from collections.abc import Callable, Iterator
from datetime import date
from time import perf_counter
from typing import NamedTuple
from uuid import uuid4

from django.contrib.messages.storage.cookie import CookieStorage
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import RequestFactory
from django.utils import timezone

from attendance.codes import code_named
from attendance.models import Register, RegisterSubmission, SessionMark
from attendance.views.register import register_detail
from pastoral.core.models import User
from pastoral.core.rights import Role
from reports.benchmarks.measure import Measure
from students.calendar import academic_year_of
from students.models import Enrolment, SchoolDay, StaffAssignment

SESSION = "AM"
TIMES = 25
OPEN_BUDGET, SAVE_BUDGET = 8.0, 6.0


class _Group(NamedTuple):
    """A tutor group with its tutor and its students, on a school day before today."""

    group_id: int
    tutor_id: int
    day: date
    students: tuple[int, ...]


def register_measures() -> Iterator[Measure]:
    """Open and save the register of a group near thirty, and insert the same marks bare; everything is taken back.

    Ours is all a request does after the sign-in is read: rights, roll, plans, marks, checks, the writing with history
    and totals, and the page drawn. The bare insert keeps the table's constraints and totals, and nothing else.
    """
    group = _group()
    if group is None:
        return
    with transaction.atomic():
        _clear(group)
        bare, opened, saved = _quickest(lambda: _insert(group), lambda: _opened(group), lambda: _saved(group))
        transaction.set_rollback(True)
    for name, ours, budget in (("open", opened, OPEN_BUDGET), ("save", saved, SAVE_BUDGET)):
        detail = f"{1000 * ours:.1f} ms, bare insert of {len(group.students)} rows {1000 * bare:.1f} ms"
        yield Measure(f"register of {len(group.students)}, {name}", ours / bare, budget, "ratio", detail)


def _group() -> _Group | None:
    """Return the group with a tutor whose size is nearest to thirty; None when the school has none."""
    today = timezone.localdate()
    past = SchoolDay.objects.filter(day__lt=today, academic_year=academic_year_of(today)).order_by("-day")
    day = past.values_list("day", flat=True).first()
    tutors = dict(
        StaffAssignment.objects.in_force(today).filter(role=Role.FORM_TUTOR).values_list("tutor_group_id", "user_id")
    )
    if day is None or not tutors:
        return None
    members: dict[int, list[int]] = {}
    spells = Enrolment.objects.members_on(day).filter(tutor_group__in=tutors, pk__in=Enrolment.objects.current(today))
    for group, student in spells.values_list("tutor_group_id", "student_id"):
        members.setdefault(group, []).append(student)
    if not members:
        return None
    nearest = min(members, key=lambda group: abs(len(members[group]) - 30))
    return _Group(nearest, tutors[nearest], day, tuple(sorted(members[nearest])))


def _clear(group: _Group) -> None:
    """Take the register away as if nobody had taken it yet, until the transaction is rolled back."""
    register = {"tutor_group": group.group_id, "date": group.day, "session": SESSION}
    RegisterSubmission.objects.filter(register__in=Register.objects.filter(**register)).delete()
    Register.objects.filter(**register).delete()
    SessionMark.objects.filter(student__in=group.students, date=group.day, session=SESSION).delete()


def _quickest(*works: Callable[[], None]) -> tuple[float, ...]:
    """Run the works in turns, each run taken back before the next, and return the quickest time of each."""
    found = [float("inf")] * len(works)
    for _ in range(TIMES):
        for place, work in enumerate(works):
            with transaction.atomic():
                began = perf_counter()
                work()
                found[place] = min(found[place], perf_counter() - began)
                transaction.set_rollback(True)
    return tuple(found)


def _checked() -> None:
    """Let the database check now what it would check at the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _insert(group: _Group) -> None:
    key = code_named("/", group.day).key
    SessionMark.objects.bulk_create(
        SessionMark(student_id=student, date=group.day, session=SESSION, code_id=key, recorded_by_id=group.tutor_id)
        for student in group.students
    )
    _checked()


def _opened(group: _Group) -> None:
    _ask(group, {})


def _saved(group: _Group) -> None:
    answer = _ask(group, {"token": str(uuid4())} | {f"m-{student}": "present" for student in group.students})
    if answer.status_code != 302:
        raise RuntimeError(f"the register was not taken: {answer.status_code}")
    _checked()


def _ask(group: _Group, data: dict[str, str]) -> HttpResponseBase:
    """Answer one request of the tutor's, the reading of the person in it."""
    factory = RequestFactory()
    request = factory.post("/", data) if data else factory.get("/")
    setattr(request, "user", User.objects.get(pk=group.tutor_id))  # noqa: B010 - what the middleware does
    setattr(request, "_messages", CookieStorage(request))  # noqa: B010
    return register_detail(request, group.group_id, group.day, SESSION)
