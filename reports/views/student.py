"""One student's page."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from attendance.summaries.amendments import Amendment, amendments_of
from interventions.summaries.actions import SEEING
from pastoral.core.models import User
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for
from reports.summaries.behaviour import BehaviourRecord, behaviour_of
from reports.summaries.marks import MARK_SETS
from reports.summaries.record import StudentRecord
from reports.summaries.student import StudentPage
from reports.views.one_student import reading_logged, record_for, rights_over
from reports.views.place import own_name
from reports.views.student_actions import About, actions_for
from students.calendar import academic_year_end, academic_year_of, academic_year_start
from students.models import Student
from students.scopes import scope_of
from students.summaries import flags_shown_with


@never_cache
@require_safe
@right_required(Right.SEE_STUDENT)
def student_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a student: 404 unless visible to the person; the reading is logged with the reason they may."""
    record = record_for(request.user, pk)
    rights = rights_over(request.user, record)
    sees_sensitive, corrects = Right.SEE_SENSITIVE_CODES in rights, Right.CORRECT_MARKS in rights
    page = StudentPage.load(
        record,
        timezone.localdate(),
        academic_year=_year(request),
        behind=_behind(request),
        sees_sensitive=sees_sensitive,
    )
    reading_logged(request, record)
    kinds = flags_shown_with(rights)
    context = {
        "page": page,
        "record": record,
        "student": record.student,
        "up": _up(request.user, record),
        "flags": [(flag.mark, flag.words) for flag in record.flags if flag.kind in kinds],
        "sees_sensitive": sees_sensitive,
        "sees_agencies": Right.SEE_AGENCIES in rights,
        "sees_cases": Right.SEE_PA_CASES in rights,
        "sees_actions": bool(SEEING & rights),
        "sees_plans": Right.SEE_PLANS in rights,
        "sees_interventions": Right.SEE_INTERVENTIONS in rights,
        "corrects": corrects,
        "actions": actions_for(About(record, page.dates.calendar, page.as_at, timezone.now()), rights),
        "sees_contacts": Right.SEE_CONTACTS in rights,
        # Who rings a home sees whom to ring, here as on the form that logs the call (product.md D129).
        "carers": record.carers if rights & {Right.LOG_CONTACTS, Right.SEE_ALL_FLAGS} else None,
        "amendments": _amendments(page, sees_sensitive=sees_sensitive) if sees_sensitive else None,
        "sanctions": _sanctions(pk, rights),
        "behaviour": _behaviour(request.user, page) if Right.SEE_BEHAVIOUR_NARRATIVE in rights else None,
    }
    return render(request, "reports/student_detail.html", context)


def _sanctions(pk: int, rights: frozenset[Right]) -> list[tuple[str, str]]:
    """Return where the student's detentions and suspensions are listed, as address and words: by right."""
    pages = (
        (Right.SET_DETENTIONS, reverse("behaviour:detention_student", args=[pk]), "Detentions"),
        (Right.SEE_SUSPENSIONS, f"{reverse('behaviour:suspension_list')}?student={pk}", "Suspensions"),
        (Right.KEEP_INCLUSION, reverse("reports:inclusion_student", args=[pk]), "Inclusion room"),
    )
    return [(url, words) for right, url, words in pages if right in rights]


def _up(user: User, record: StudentRecord) -> tuple[str, str]:
    """Return the address and name of the page above: the student's year for those who see it whole, else one's own."""
    scope, spell = scope_of(user), record.spell
    sees_year = spell is not None and (scope.is_whole_school or spell.year in scope.years)
    if spell is not None and sees_year and user.may(Right.SEE_YEAR_DASHBOARD):
        return reverse("reports:year_dashboard", args=[spell.year]), f"Year {spell.year}"
    return reverse("reports:my_students"), own_name(user)


def _year(request: StaffRequest) -> int | None:
    """Return the academic year asked for: this one (None) or last; 404 for anything else."""
    wanted = asked_for(request, "year")
    this_year = academic_year_of(timezone.localdate())
    if wanted and wanted not in {str(this_year), str(this_year - 1)}:
        raise Http404("no such year held")
    return int(wanted) if wanted else None


def _behind(request: StaffRequest) -> str:
    wanted = asked_for(request, "marks")
    if wanted and wanted not in MARK_SETS:
        raise Http404("no such figure")
    return wanted


def _amendments(page: StudentPage, *, sees_sensitive: bool) -> tuple[Amendment, ...]:
    first, last = academic_year_start(page.academic_year), academic_year_end(page.academic_year)
    return amendments_of(page.record.student.pk, first, last, sees_sensitive=sees_sensitive)


def _behaviour(user: User, page: StudentPage) -> BehaviourRecord:
    return behaviour_of(user, Student.objects.visible_to(user), page.record.student.pk, timezone.localdate())
