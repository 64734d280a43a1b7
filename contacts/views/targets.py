"""The target list of a half term: who is on it, whether the promise was kept, and the next half term's."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts.forms.targets import TargetChangeForm, TargetForm
from contacts.forms.withdrawal import TakeOffForm
from contacts.models import TargetStudent
from contacts.services import targets as services
from contacts.services.withdrawal import record_withdraw
from contacts.summaries.targets import TargetList, half_terms, still_here, targets_of
from pastoral.core.exports import handed_out
from pastoral.core.late import withdrawn_meanwhile
from pastoral.core.models import User
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS
from pastoral.core.versions import Overtaken, version_of
from pastoral.core.withdrawal import withdrawn_already
from pastoral.core.words import asked_for, key_asked, key_read
from students.models import CalendarSpan, Student
from students.picking import Picking
from students.querysets import StudentQuerySet
from students.scopes import scope_of
from students.staff import staff_with
from students.summaries import SchoolCalendar

PAGE = "contacts:target_list"
SIZE = 50


@never_cache
@require_safe
@right_required(Right.KEEP_TARGET_LISTS)
def target_list(request: StaffRequest) -> HttpResponse:
    """Show a half term's list with how each promise stands, or answer with it as a file."""
    today = timezone.localdate()
    terms = half_terms(today)
    term = _term(terms, key_asked(request, "term"))
    if term is None:
        return render(request, "contacts/target_list.html", {"term": None, "terms": []})
    held = TargetList.load(request.user, term, SchoolCalendar.load(), today)
    if (how := asked_for(request, "format")) in FORMATS:
        reason = ", ".join(map(str, scope_of(request.user).assignments))
        name = f"target-list-{term.first_day}"
        return handed_out(request, held.table(), how, subject=f"targets:{term.first_day}", reason=reason, name=name)
    context = {
        "held": held,
        "term": term,
        "terms": [(f"{reverse(PAGE)}?term={each.pk}", each.name, each == term) for each in terms],
        "page": list_page(held.rows, cursor=asked_for(request, "before"), size=SIZE),
        "following": _following(terms, term),
        "token": uuid4(),
    }
    return render(request, "contacts/target_list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_TARGET_LISTS)
def target_add(request: StaffRequest) -> HttpResponse:
    """Put students on the list of this half term or the next, with the reason and the promise."""
    picking = Picking.of(request.POST or request.GET, _students(request.user))
    if request.method == "POST" and request.POST.get("do") == "pick":
        return render(request, "students/_picker.html", {"picking": picking})
    today = timezone.localdate()
    terms = [term for term in half_terms(today) if term.last_day >= today]
    is_saved = request.POST.get("do") == "save"
    typed = {name: str(value) for name, value in request.POST.items() if name not in {"student", "who", "drop"}}
    initial = {"owner": request.user.pk, "term": terms[-1].pk if terms else None} | typed
    form = TargetForm(request.POST if is_saved else None, initial=initial, people=_people(request.user), terms=terms)
    is_sent = form.is_bound and picking.is_settled()
    if form.is_valid() and is_sent:
        term = next(each for each in terms if each.pk == form.cleaned_data["term"])
        _agree(request, form, picking.chosen, term)
        return redirect(f"{reverse(PAGE)}?term={term.pk}")
    picking.wants_focus = not form.is_bound and not picking.chosen
    context = {"form": form, "picking": picking}
    return render(request, "contacts/target_form.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_POST
@right_required(Right.KEEP_TARGET_LISTS)
def target_copy(request: StaffRequest) -> HttpResponse:
    """Agree the same for the half term after the one shown, of those still on roll."""
    today = timezone.localdate()
    terms = half_terms(today)
    term = _term(terms, key_read(request.POST.get("term", "")))
    following = _following(terms, term) if term else None
    if term is None or following is None:
        messages.error(request, "There is no half term after this one in the calendar: import its dates first.")
        return redirect(PAGE)
    targets = still_here(targets_of(request.user, term), today)
    made = services.targets_copy(targets=targets, term=following, token=uuid4(), by=request.user, now=timezone.now())
    messages.success(request, f"{made} student{'s' * (made != 1)} put on the list of {following.name}.")
    return redirect(f"{reverse(PAGE)}?term={following.pk}")


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_TARGET_LISTS)
def target_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Put right what is agreed for one student."""
    target = _target(request, pk)
    stands = {"because": target.because, "every_weeks": target.every_weeks, "owner": target.owner_id}
    people = [*_people(request.user)]
    if target.owner not in people:
        people.append(target.owner)
    form = TargetChangeForm(
        request.POST or None, initial=stands | {"seen": version_of(target, services.FACTS)}, people=people
    )
    if answer := withdrawn_meanwhile(request, target, _back(target), form):
        return answer
    if form.is_valid():
        data = form.cleaned_data
        facts: dict[str, Any] = {
            "because": data["because"],
            "every_weeks": data["every_weeks"],
            "owner_id": data["owner"],
        }
        try:
            services.target_change(target=target, facts=facts, version=data["seen"])
        except Overtaken:
            form.overtaken()
        else:
            messages.success(request, "Saved; what was agreed before is kept.")
            return redirect(_back(target))
    context = {"form": form, "target": target, "title": "What is agreed"}
    return render(request, "contacts/target_change.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_TARGET_LISTS)
def target_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a student off the list with a reason."""
    target = _target(request, pk)
    if answer := withdrawn_already(request, target, _back(target)):
        return answer
    form = TakeOffForm(request.POST or None)
    if form.is_valid():
        record_withdraw(record=target, because=form.cleaned_data["because"], by=request.user, now=timezone.now())
        messages.success(request, f"{target.student.full_name} is off the list; it stays in the history.")
        return redirect(_back(target))
    context = {"form": form, "target": target, "title": "Take off the list"}
    return render(request, "contacts/target_change.html", context, status=422 if form.errors else 200)


def _agree(request: StaffRequest, form: TargetForm, students: list[Student], term: CalendarSpan) -> None:
    data = form.cleaned_data
    owner = next(user for user in _people(request.user) if user.pk == data["owner"])
    promise = services.Promise(term.first_day, term.last_day, data["every_weeks"], data["because"], owner)
    made = services.targets_agree(
        students=students, promise=promise, token=data["token"], by=request.user, now=timezone.now()
    )
    held = f"; {len(students) - len(made)} stood there already" if len(made) < len(students) else ""
    messages.success(request, f"{len(made)} student{'s' * (len(made) != 1)} on the list of {term.name}{held}.")


def _target(request: StaffRequest, pk: int) -> TargetStudent:
    held = TargetStudent.objects.with_right(request.user, Right.KEEP_TARGET_LISTS).select_related("student", "owner")
    return get_object_or_404(held, pk=pk)


def _back(target: TargetStudent) -> str:
    return f"{reverse(PAGE)}#row-{target.pk}"


def _term(terms: list[CalendarSpan], key: int) -> CalendarSpan | None:
    """Return the half term asked for, else the one that is on or was last."""
    begun = [term for term in terms if term.first_day <= timezone.localdate()]
    return next((term for term in terms if term.pk == key), begun[0] if begun else next(iter(terms), None))


def _following(terms: list[CalendarSpan], term: CalendarSpan) -> CalendarSpan | None:
    later = [each for each in terms if each.first_day > term.last_day]
    return later[-1] if later else None


def _students(user: User) -> StudentQuerySet:
    today = timezone.localdate()
    return Student.objects.with_right(user, Right.KEEP_TARGET_LISTS).on_roll(today).with_tutor_group(today)


def _people(user: User) -> list[User]:
    """Return who may see to a promise: who keeps target lists, the person first."""
    held = staff_with(Right.KEEP_TARGET_LISTS, year=None, on=timezone.localdate())
    return sorted(held, key=lambda each: each.pk != user.pk)
