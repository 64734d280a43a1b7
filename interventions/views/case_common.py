"""What the pages about attendance cases share: their tabs, the student chosen, who may do what, the reading noted."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from attendance.summaries.reach import Reached, reached
from interventions.models import PACase
from interventions.querysets import ActionQuerySet
from interventions.reading import may_read
from pastoral.core.access import access_note
from pastoral.core.late import too_late, withdrawn_meanwhile
from pastoral.core.models import AccessRecord
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right
from pastoral.core.templatetags.pastoral import day
from students.scopes import years_offered

TABS = (
    ("interventions:case_list", "Cases"),
    ("interventions:case_shared", "Shared actions"),
    ("interventions:case_barriers", "Barriers"),
)


def tabs_of(name: str) -> list[tuple[str, str, bool]]:
    """Return the pages about attendance cases. name: of the page that this one belongs to."""
    return [(reverse(each), words, each == name) for each, words in TABS]


def years_of(request: StaffRequest) -> list[int]:
    """Return the years whose cases the person sees whole."""
    return years_offered(request.user, Right.SEE_PA_CASES)


def who_is(request: StaffRequest, pk: int) -> Reached:
    """Return the student as the person reaches them; 404 for one whom they do not."""
    who = reached(request.user, [pk]).get(pk)
    if who is None:
        raise Http404("no such student among those this person may see")
    return who


def case_held(request: StaffRequest, pk: int) -> tuple[PACase, Reached]:
    """Return a case that the person may know of, with its student as they reach them; 404 for any other."""
    cases = PACase.objects.visible_to(request.user)
    case = get_object_or_404(cases.select_related("student", "stage", "owner", "opened_by", "withdrawn_by"), pk=pk)
    return case, who_is(request, case.student_id)


def is_read(request: StaffRequest, case: PACase, who: Reached) -> bool:
    """Test whether the person may read what the case says."""
    return may_read(request.user, is_restricted=case.is_restricted, own=[case.owner_id], rights=who.rights)


def is_kept(request: StaffRequest, case: PACase, who: Reached) -> bool:
    """Test whether the person may write to the case: read it, and keep cases of this very student."""
    return Right.KEEP_PA_CASES in who.rights and is_read(request, case, who)


def case_kept(request: StaffRequest, pk: int) -> tuple[PACase, Reached]:
    """Return a case to which the person may write, and note that they read of the student; 404 for any other."""
    case, who = case_held(request, pk)
    if not is_kept(request, case, who):
        raise Http404("not a case that this person keeps")
    if request.method == "GET":
        reading_noted(request, who)
    return case, who


def case_ended(request: StaffRequest, case: PACase, form: Any) -> HttpResponse | None:
    """Answer a form for a case that was closed or withdrawn meanwhile, with what was typed; None while it runs."""
    back = reverse("interventions:case_detail", args=[case.pk])
    if answer := withdrawn_meanwhile(request, case, back, form):
        return answer
    if case.closed_on is not None:
        return too_late(request, f"It was closed on {day(case.closed_on)}.", back, form)
    return None


def actions_read(request: StaffRequest, case: PACase) -> ActionQuerySet:
    """Return the actions of a case that stand, as far as the person may read them."""
    actions: Any = case.actions
    read: ActionQuerySet = actions.read_by(request.user).standing()
    return read


def reading_noted(request: StaffRequest, who: Reached) -> None:
    """Note that somebody read of the student, and why they may."""
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        subject=f"student:{who.student_id}",
        reason=who.reason,
        path=request.get_full_path(),
    )


def tokens_sent(request: StaffRequest) -> list[UUID]:
    """Return the token of the form that was sent, if it is one."""
    try:
        return [UUID(request.POST.get("token", ""))]
    except ValueError:
        return []


def form_page(request: StaffRequest, template: str, form: Any, **context: Any) -> HttpResponse:
    """Answer with a page that holds a form; 422 where what was sent has a fault."""
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)
