"""Students seen: one tap, several at once, the weekly record, and who is due to be seen again."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts.forms.seen import SeenForm
from contacts.models import Seen
from contacts.services import seen as services
from contacts.services.withdrawal import record_withdraw
from contacts.summaries.seen import SeenWeek, reviews_shown
from pastoral.core.exports import handed_out
from pastoral.core.models import User
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS
from pastoral.core.words import address_read, asked_for, day_read, keys_read
from students.calendar import academic_year_of, friday_of, monday_of
from students.files import offered_as_file
from students.models import Student
from students.picking import Picking
from students.querysets import StudentQuerySet
from students.scopes import scope_of
from students.summaries import SchoolCalendar

TAPPED_BY_MISTAKE = "Tapped by mistake"
SIZE = 50


@never_cache
@require_safe
@right_required(Right.MARK_SEEN)
def seen_list(request: StaffRequest) -> HttpResponse:
    """Show the record of a week, by year and by person, or answer with it as a file, without what was said."""
    monday = _monday(request)
    week = SeenWeek.load(request.user, monday, year=asked_for(request, "year"), by=asked_for(request, "by"))
    if (how := asked_for(request, "format")) in FORMATS:
        return handed_out(
            request,
            week.table(),
            how,
            subject=f"seen:{monday}",
            reason=", ".join(map(str, scope_of(request.user).assignments)),
            name=f"students-seen-{monday}",
        )
    mondays = _mondays()
    context = {
        "week": week,
        "friday": friday_of(monday),
        "mondays": mondays,
        "before": next((each for each in mondays if each < monday), None),
        "after": next((each for each in reversed(mondays) if each > monday), None),
        "page": list_page(week.rows, cursor=asked_for(request, "before"), size=SIZE),
        "year": asked_for(request, "year"),
        "by": asked_for(request, "by"),
    }
    return render(request, "contacts/seen_list.html", context)


@never_cache
@require_safe
@right_required(Right.MARK_SEEN)
@offered_as_file("Students to see again")
def seen_reviews(request: StaffRequest) -> HttpResponse:
    """Show whom to see again, the longest overdue first: one's own, or everybody's."""
    today = timezone.localdate()
    is_mine = asked_for(request, "show") != "all"
    rows = reviews_shown(request.user, today, is_mine=is_mine)
    context = {
        "page": list_page(rows, cursor=asked_for(request, "before"), size=SIZE),
        "today": today,
        "is_mine": is_mine,
        "shows": [
            (reverse("contacts:seen_reviews"), "Mine", is_mine),
            (f"{reverse('contacts:seen_reviews')}?show=all", "Everybody’s", not is_mine),
        ],
    }
    return render(request, "contacts/seen_reviews.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.MARK_SEEN)
def seen_add(request: StaffRequest) -> HttpResponse:
    """Note whom one saw, several at once perhaps, with a reason, a date to see them again and words."""
    picking = Picking.of(request.POST or request.GET, _students(request.user).with_tutor_group(timezone.localdate()))
    if request.method == "POST" and request.POST.get("do") == "pick":
        return render(request, "students/_picker.html", {"picking": picking})
    is_saved = request.POST.get("do") == "save"
    typed = {name: str(value) for name, value in request.POST.items() if name not in {"student", "who", "drop"}}
    form = SeenForm(request.POST if is_saved else None, initial={"seen_on": timezone.localdate()} | typed)
    is_sent = form.is_bound and picking.is_settled()
    if form.is_valid() and is_sent:
        _mark(request, form, picking.chosen)
        one = picking.chosen[0] if len(picking.chosen) == 1 else None
        return redirect("contacts:seen_student", one.pk) if one else redirect("contacts:seen_list")
    picking.wants_focus = not form.is_bound and not picking.chosen
    context = {"form": form, "picking": picking}
    return render(request, "contacts/seen_form.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_POST
@right_required(Right.MARK_SEEN)
def seen_tap(request: StaffRequest, pk: int) -> HttpResponse:
    """Take one tap: the student was seen now. To htmx, that it is noted, with the way to take it back."""
    student = get_object_or_404(_students(request.user), pk=pk)
    seen, is_new = services.seen_tap(student=student, by=request.user, now=timezone.now())
    if request.htmx:
        return render(request, "contacts/_seen_tapped.html", {"seen": seen, "student": student, "is_new": is_new})
    said = "Noted" if is_new else "That was noted already"
    messages.success(request, f"{said}: you saw {student.full_name} today.")
    return redirect("contacts:seen_student", pk)


@never_cache
@require_POST
@right_required(Right.MARK_SEEN)
def seen_several(request: StaffRequest) -> HttpResponse:
    """Take one tap for all the students ticked."""
    students = list(_students(request.user).filter(pk__in=keys_read(request.POST.getlist("student"))))
    made = [services.seen_tap(student=student, by=request.user, now=timezone.now())[1] for student in students]
    if not students:
        messages.error(request, "Tick the students you saw first.")
    else:
        also = f"; {len(made) - sum(made)} noted already" if sum(made) < len(made) else ""
        messages.success(request, f"Noted: you saw {sum(made)} student{'s' * (sum(made) != 1)}{also}.")
    return redirect(address_read(request.POST.get("back", "")) or "contacts:seen_list")


@never_cache
@require_POST
@right_required(Right.MARK_SEEN)
def seen_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take back one's own note of today at once; an older one is withdrawn with a reason."""
    mine = Seen.objects.visible_to(request.user).filter(by=request.user)
    seen = get_object_or_404(mine, pk=pk, seen_at__date=timezone.localdate())
    record_withdraw(record=seen, because=TAPPED_BY_MISTAKE, by=request.user, now=timezone.now())
    if request.htmx:
        return render(request, "contacts/_seen_tap.html", {"student_id": seen.student_id, "said": "Taken back."})
    messages.success(request, "Taken back.")
    return redirect("contacts:seen_student", seen.student_id)


def _mark(request: StaffRequest, form: SeenForm, students: list[Student]) -> None:
    now, data = timezone.now(), form.cleaned_data
    sight = services.Sight(
        at=form.seen_at(now),
        reason=data["reason"],
        narrative=data["narrative"],
        is_restricted=data["is_restricted"],
        review_on=data["review_on"],
    )
    services.seen_mark(students=students, sight=sight, token=data["token"], by=request.user, now=now)
    messages.success(request, f"Noted: you saw {', '.join(student.full_name for student in students)}.")


def _students(user: User) -> StudentQuerySet:
    return Student.objects.with_right(user, Right.MARK_SEEN).on_roll(timezone.localdate())


def _monday(request: StaffRequest) -> date:
    """Return the Monday of the week asked for, this week's for anything else."""
    this_week = monday_of(timezone.localdate())
    asked = day_read(asked_for(request, "week"))
    return min(this_week, monday_of(asked)) if asked and asked.year > 1 else this_week


def _mondays() -> list[date]:
    """Return the weeks of this year and last, latest first, holidays among them: students are seen then, too."""
    held = [monday for monday in SchoolCalendar.load().mondays if monday <= timezone.localdate()]
    this_week = monday_of(timezone.localdate())
    first = max(min(held, default=this_week), date(academic_year_of(this_week) - 1, 9, 1))
    weeks = (this_week - monday_of(first)).days // 7
    return [this_week - timedelta(weeks=week) for week in range(weeks + 1)]
