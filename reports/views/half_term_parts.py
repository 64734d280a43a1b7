"""What the pages of half-termly reports share: whose report it is to read, and the log of reading it."""

from django.shortcuts import get_object_or_404
from django.utils import timezone

from pastoral.core.access import access_note
from pastoral.core.models import AccessRecord, User
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right
from reports.models import HalfTermReport
from reports.querysets.halfterm import years_led
from students.scopes import scope_of


def report_of(user: User, pk: int) -> HalfTermReport:
    """Return a report that the person may read, drafts too where they make them; else 404."""
    reports = HalfTermReport.objects.visible_to(user).standing()
    return get_object_or_404(reports.select_related("job", "signed_by", "released_by", "made_by", "corrects"), pk=pk)


def may_with(user: User, report: HalfTermReport, right: Right) -> bool:
    """Test whether the report is the person's to write, or to sign: by the right, and for SLT where nobody leads it."""
    if right not in scope_of(user).rights_over(report.year_group_id):
        return False
    return HalfTermReport.objects.visible_to(user).own_of(user, right).filter(pk=report.pk).exists()


def signer_of(report: HalfTermReport) -> str:
    """Return who signs the report off, for who may only write it: its Head of Year, or SLT where nobody leads it."""
    is_led = years_led(timezone.localdate()).filter(year_group=report.year_group_id).exists()
    return "The Head of Year" if is_led else "SLT"


def subject_of(report: HalfTermReport) -> str:
    """Return how the access log names the report."""
    return f"half-term-report:{report.pk}"


def reason_of(user: User) -> str:
    """Return why the person may read it: what they are here."""
    return ", ".join(map(str, scope_of(user).assignments))


def name_of(report: HalfTermReport) -> str:
    """Return the name of a file of it."""
    return f"Half term {report.half_term} {report.academic_year} {report.scope_name} v{report.version}"


def noted(request: StaffRequest, report: HalfTermReport, kind: AccessRecord.Kind) -> None:
    """Note that the person read it."""
    access_note(
        user=request.user,
        kind=kind,
        subject=subject_of(report),
        reason=reason_of(request.user),
        path=request.get_full_path(),
    )
