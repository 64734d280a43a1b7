"""Where students are now: one student's answer, and a group's or a year's list."""

from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from attendance.summaries.reach import Reached, reached, reached_of
from attendance.summaries.times import SchoolTimes
from behaviour.models import InclusionStay
from pastoral.core.access import access_note
from pastoral.core.models import AccessRecord
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for
from reports.summaries.day_trail import NOTHING, day_trail
from reports.summaries.inclusion import stays_of
from reports.summaries.where import KIND_WORDS, Kind, TimeOfDay, Where
from reports.summaries.whereabouts import moment_of, whereabouts
from students.calendar import academic_year_of, academic_year_start
from students.files import offered_as_file
from students.models import Student

# More names than this are shown once a year, a group or a number is chosen.
MOST_LISTED = 150
# A group smaller than this is named student by student.
FEWEST_OF_A_GROUP = 5
REGISTER_RIGHTS = frozenset({Right.TAKE_REGISTER, Right.CHASE_REGISTERS})


@never_cache
@require_safe
@right_required(Right.SEE_STUDENT)
def student_where(request: StaffRequest, pk: int) -> HttpResponse:
    """Say where a student is now: 404 unless visible; to htmx the strip of the student's page, itself logged."""
    person = _person(request, pk)
    moment = moment_of(timezone.now())
    is_here = person.is_on_roll(moment.day)
    if request.htmx:
        where = whereabouts({pk: person.sees_sensitive}, moment, _told([person])).get(pk) if is_here else None
        return render(request, "reports/_student_where.html", {"person": person, "moment": moment, "where": where})
    _note(request, person)
    is_told = bool(_told([person]))
    trail = day_trail(pk, moment, sees_sensitive=person.sees_sensitive, is_told=is_told) if is_here else NOTHING
    context = {
        "person": person,
        "moment": moment,
        "where": trail.where,
        "trail": trail,
        "action": _action(person, trail.where, moment) if trail.where else None,
        "may_open": person.tutor_group_id and bool(person.rights & REGISTER_RIGHTS),
        "corrects": Right.CORRECT_MARKS in person.rights,
    }
    return render(request, "reports/student_where.html", context)


@never_cache
@require_safe
@right_required(Right.SEE_STUDENT)
@offered_as_file("Where everyone is")
def whereabouts_list(request: StaffRequest) -> HttpResponse:
    """Say where everybody is now, of a year or a group or all whom the person sees, by kind of answer."""
    moment = moment_of(timezone.now())
    year, group, kind = (asked_for(request, name) for name in ("year", "group", "kind"))
    students = Student.objects.visible_to(request.user).on_roll(moment.day)
    people = reached_of(request.user, students) if not moment.closed else {}
    years = sorted({person.year for person in people.values() if person.year})
    chosen = [person for person in people.values() if year in ("", str(person.year))]
    groups = sorted({person.tutor_group for person in chosen if person.tutor_group})
    chosen = [person for person in chosen if group in ("", person.tutor_group)]
    where = whereabouts({person.student_id: person.sees_sensitive for person in chosen}, moment, _told(chosen))
    counts = Counter(found.kind for found in where.values())
    rows = [(person, where[person.student_id]) for person in chosen if kind in ("", where[person.student_id].kind)]
    waiting = {} if kind or group else _unmarked(rows)
    rows = [row for row in rows if row[0].tutor_group_id not in waiting or row[1].kind is not Kind.UNKNOWN]
    is_long = len(rows) > MOST_LISTED and not kind
    if is_long:
        rows = [(person, found) for person, found in rows if found.needs_looking]
    order = {each: place for place, each in enumerate(Kind)}
    rows.sort(key=lambda row: order[row[1].kind])
    context = {
        "moment": moment,
        "years": [("", "All")] + [(str(each), f"Year {each}") for each in years],
        "groups": groups if year or len(years) < 2 else [],
        "year": year,
        "group": group,
        "kind": kind,
        "rows": [(person, found, _action(person, found, moment)) for person, found in rows],
        "waiting": [
            (
                _address(year, people[0].tutor_group, ""),
                people[0].tutor_group,
                len(people),
                _register(people[0], moment),
            )
            for people in sorted(waiting.values(), key=lambda people: (people[0].year or 0, people[0].tutor_group))
        ],
        "is_long": is_long,
        "total": len(chosen),
        "kinds": [
            (_address(year, group, "" if each == kind else each), KIND_WORDS[each], counts[each], each == kind)
            for each in Kind
            if counts[each] or each == kind
        ],
        "everybody": _address(year, group, ""),
        "live_url": _address(year, group, kind),
    }
    return render(request, "reports/_whereabouts_live.html" if request.htmx else "reports/whereabouts.html", context)


def _unmarked(rows: Sequence[tuple[Reached, Where]]) -> dict[int, list[Reached]]:
    """Return the groups of which nobody has a mark: one register waits for them, and nobody is looked for yet.

    Whoever is known to be out without a mark, being suspended, is not waited for.
    """
    held: dict[int, list[tuple[Reached, Where]]] = {}
    for person, found in rows:
        held.setdefault(person.tutor_group_id or 0, []).append((person, found))
    return {
        group: [person for person, found in members if found.kind is Kind.UNKNOWN]
        for group, members in held.items()
        if group and len(members) >= FEWEST_OF_A_GROUP and all(_is_unmarked(found) for _, found in members)
    }


def _is_unmarked(found: Where) -> bool:
    return found.kind is Kind.UNKNOWN or (found.kind is Kind.AWAY and not found.is_marked)


def _told(people: Sequence[Reached]) -> set[int]:
    """Return those of whom the person may see suspensions."""
    return {person.student_id for person in people if Right.SEE_SUSPENSIONS in person.rights}


def _register(person: Reached, moment: TimeOfDay) -> str:
    """Return the address of the student's register of now; "" for somebody who may not open it."""
    if not (person.tutor_group_id and person.rights & REGISTER_RIGHTS):
        return ""
    return reverse("attendance:register_detail", args=[person.tutor_group_id, moment.day, moment.session])


def _action(person: Reached, found: Where, moment: TimeOfDay) -> tuple[str, str] | None:
    """Return where somebody whom nobody can place is worked on, as address and words: by right."""
    if found.kind is Kind.MISSING and moment.lesson and Right.WORK_TRUANCY in person.rights:
        row = f"#row-{person.student_id}-{moment.day:%m%d}-{moment.lesson.name}"
        return reverse("reports:truancy_queue") + row, "Look into it"
    if found.kind is Kind.UNKNOWN and (url := _register(person, moment)):
        return url, "Register"
    if found.kind is Kind.NOT_SIGNED_OUT and Right.KEEP_INCLUSION in person.rights:
        return reverse("behaviour:inclusion_register"), "Inclusion room"
    return None


def _address(year: str, group: str, kind: str) -> str:
    query = {name: value for name, value in (("year", year), ("group", group), ("kind", kind)) if value}
    return reverse("reports:whereabouts") + (f"?{urlencode(query)}" if query else "")


@never_cache
@require_safe
@right_required(Right.KEEP_INCLUSION)
def inclusion_student(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a student's stays in the rooms this year, with the lessons they cost: 404 unless the person keeps them."""
    person = _person(request, pk)
    if Right.KEEP_INCLUSION not in person.rights:
        raise Http404("no such student among those whose stays this person keeps")
    _note(request, person)
    today = timezone.localdate()
    stays = InclusionStay.objects.visible_to(request.user).standing(student=pk)
    first = academic_year_start(academic_year_of(today))
    held = stays_of(stays, first, today, timezone.now(), SchoolTimes.load(with_lessons=True))
    return render(request, "reports/inclusion_student.html", {"person": person, "stays": held, "first": first})


def _person(request: StaffRequest, pk: int) -> Reached:
    person = reached(request.user, [pk]).get(pk)
    if person is None:
        raise Http404("no such student among those this person may see")
    return person


def _note(request: StaffRequest, person: Reached) -> None:
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        subject=f"student:{person.student_id}",
        reason=person.reason,
        path=request.get_full_path(),
    )
