"""The N clock on the screen."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from attendance.forms.codes import MOST_USED, letter_groups
from attendance.forms.unexplained import ACCEPT, KEEP, ResolveForm
from attendance.services.unexplained import Resolved, unexplained_accept, unexplained_keep, unexplained_resolve
from attendance.summaries.reach import Reached, reached
from attendance.summaries.unexplained import DUE, UnexplainedList, unexplained_of
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for
from students.files import offered_as_file

NOTHING_TICKED = "Tick the absences first, then say what they were."


@require_http_methods(["GET", "POST"])
@right_required(Right.CORRECT_MARKS)
@offered_as_file("Unexplained absence")
def unexplained_list(request: StaffRequest) -> HttpResponse:
    """List unexplained absences by the date on which each needs a reason, and put reasons to those that are ticked."""
    today = timezone.localdate()
    year, group, due = (asked_for(request, name) for name in ("year", "group", "due"))
    due = due if due in DUE else ""
    form = ResolveForm.of(letter_groups(today, request.user.rights, first=MOST_USED), request.POST or None)
    ticked = _keys(request.POST.getlist("mark"))
    if request.method == "POST" and form.is_valid() and _done(request, form, ticked):
        return redirect(request.get_full_path())
    student = _student(request)
    found = unexplained_of(
        request.user,
        today,
        year=int(year) if year in _YEARS else None,
        group=group,
        due=due,
        student=student.student_id if student else None,
    )
    context = {
        "found": found,
        "form": form,
        "ticked": {run.value for student in found.every for run in student.runs if run.first.pk in ticked},
        "year": year,
        "group": group,
        "due": due,
        "dues": DUE.items(),
        "student": student,
        "today": today,
        "decides": Right.DECIDE_PROPOSALS in request.user.rights,
        "calls": Right.MAKE_FIRST_CALLS in request.user.rights,
        "may_resolve": Right.SET_ABSENCE_CODES in request.user.rights,
    }
    return render(request, "attendance/unexplained_list.html", context)


def _student(request: StaffRequest) -> Reached | None:
    """Return the student whose absences alone are asked for; None for nobody, or nobody this person sees."""
    asked = asked_for(request, "student")
    if not asked.isascii() or not asked.isdigit() or len(asked) > 18:
        return None
    return reached(request.user, [int(asked)]).get(int(asked))


_YEARS = frozenset(str(year) for year in range(7, 14))


def _keys(values: list[str]) -> set[int]:
    """Return the keys of the marks that were ticked; whatever is no key is nobody's mark."""
    parts = (part for value in values for part in value.split("-"))
    return {int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 19}


def _done(request: StaffRequest, form: ResolveForm, ticked: set[int]) -> bool:
    """Do what the button says to the ticked rows; False, with the form saying why, when nothing could be done."""
    if not ticked:
        form.add_error(None, NOTHING_TICKED)
        return False
    do = request.POST.get("do")
    if do in (ACCEPT, KEEP):
        return _decided(request, form, ticked, is_accepted=do == ACCEPT)
    typed = form.cleaned_data
    resolved = unexplained_resolve(
        marks=ticked, letters=typed["code"], comment=typed["comment"], reason=form.reason, by=request.user
    )
    _tell(request, resolved, typed["code"])
    return True


def _decided(request: StaffRequest, form: ResolveForm, ticked: set[int], *, is_accepted: bool) -> bool:
    found = unexplained_of(request.user, timezone.localdate())
    proposals = _proposed(found, ticked)
    if not proposals:
        form.add_error(None, "None of the ticked absences is past its date and proposed as O.")
        return False
    decide = unexplained_accept if is_accepted else unexplained_keep
    number = decide(proposals=proposals, by=request.user, reason=form.reason)
    words = "turned to O" if is_accepted else "kept as N, with your reason"
    messages.success(request, f"{number} session{'s' * (number != 1)} {words}.")
    return True


def _proposed(found: UnexplainedList, ticked: set[int]) -> list[int]:
    runs = (run for student in found.every for run in student.runs if run.first.pk in ticked)
    return [proposal for run in runs for proposal in run.proposed]


def _tell(request: StaffRequest, resolved: Resolved, letters: str) -> None:
    if resolved.done:
        word = "present" if letters == "/" else letters
        messages.success(
            request,
            f"{resolved.done} session{'s' * (resolved.done != 1)} of {resolved.students} "
            f"student{'s' * (resolved.students != 1)} set to {word}.",
        )
    if resolved.gone:
        messages.warning(request, f"{resolved.gone} had been given another mark meanwhile and were left alone.")
    if resolved.refused:
        messages.warning(request, f"{letters} cannot stand for: {'; '.join(resolved.refused)}.")
