"""Choosing the student that something is planned for, and the way round the pages of planned absence."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from attendance.summaries.reach import Reached, reached, reached_of
from pastoral.core.access import access_note
from pastoral.core.models import AccessRecord, User
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right
from pastoral.core.words import asked_for
from students.models import Student

ON_THE_PAGE = 30
LONGEST_KEY = 18
LONGEST_WORDS = 60


@dataclass(frozen=True)
class Chosen:
    """The student chosen, as a record and as the person reaches them."""

    student: Student
    who: Reached


def student_for(request: StaffRequest, right: Right) -> Chosen | None:
    """Return the student that the address names; None when it names none.

    404 for a student outside the person's reach, 403 for one over whom they do not hold the right. It is logged.
    """
    asked = asked_for(request, "student")
    if not asked:
        return None
    if not asked.isdecimal() or len(asked) > LONGEST_KEY:
        raise Http404("no such student")
    return chosen_of(request, int(asked), right)


def chosen_of(request: StaffRequest, key: int, right: Right) -> Chosen:
    """Return the student with that key, noted as read."""
    student = Student.objects.visible_to(request.user).filter(pk=key).first()
    who = reached(request.user, [key]).get(key)
    if student is None or who is None:
        raise Http404("no such student among those this person may see")
    if right not in who.rights:
        raise PermissionDenied("this student is reached without the right")
    read_noted(request, who)
    return Chosen(student, who)


def read_noted(request: StaffRequest, who: Reached) -> None:
    """Log that a page about the student was read, and why it may be."""
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        subject=f"student:{who.student_id}",
        reason=who.reason,
        path=request.get_full_path(),
    )


def choose(request: StaffRequest, right: Right, title: str) -> HttpResponse:
    """Show the search for a student; one find is taken at once."""
    words = asked_for(request, "q")[:LONGEST_WORDS]
    found = _found(request.user, words, right) if words else []
    if len(found) == 1:
        return redirect(f"{request.path}?student={found[0].student_id}")
    context = {"title": title, "words": words, "found": found[:ON_THE_PAGE], "is_full": len(found) > ON_THE_PAGE}
    return render(request, "attendance/planned_choose.html", {**context, "tabs": tabs(request)})


def _found(user: User, words: str, right: Right) -> list[Reached]:
    """Return the students found, best first, who are still here and over whom the person holds the right."""
    today = timezone.localdate()
    keys = list(Student.objects.visible_to(user).found_by(words).values_list("pk", flat=True)[: 2 * ON_THE_PAGE])
    who = reached_of(user, Student.objects.visible_to(user).filter(pk__in=keys))
    held = (who[key] for key in keys if key in who)
    return [each for each in held if right in each.rights and (each.left_on is None or each.left_on >= today)]


_TABS = (
    ("Planned absences", "attendance:planned_list", (Right.SEE_STUDENT,)),
    ("Leave requests", "attendance:leave_list", (Right.PLAN_MARKS, Right.APPROVE_LEAVE)),
    ("Part-time timetables", "attendance:part_time_list", (Right.SEE_SENSITIVE_CODES,)),
    ("Placements", "attendance:placement_list", (Right.SEE_SENSITIVE_CODES,)),
)


def tabs(request: StaffRequest, name: str = "") -> list[tuple[str, str, bool]]:
    """Return the pages of planned absence that the person may open, the one that this belongs to marked.

    name: the URL name of the one it belongs to, where the address does not say.
    """
    held = request.user.rights
    offered = [(reverse(name), words) for words, name, rights in _TABS if held.intersection(rights)]
    path = reverse(name) if name else request.path
    here = max((url for url, _ in offered if path.startswith(url)), key=len, default="")
    return [(url, words, url == here) for url, words in offered]
