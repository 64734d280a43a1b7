"""Reports of the demo school: those of the half term that ended last, one of them released, and a pack for a court."""

from django.utils import timezone

from interventions.models import PACase
from pastoral.core.models import User
from pastoral.core.rights import Role
from reports.demo.cast import Cast
from reports.demo.conduct import token
from reports.halfterm.keeping import report_ask, report_freeze, report_words_set, words_version
from reports.halfterm.signing import report_release, report_sign
from reports.halfterm.spans import ended_before, half_terms
from reports.models import HalfTermReport, Pack, PackProfile
from reports.packs.making import pack_ask
from reports.packs.settings import rules_of
from students.calendar import academic_year_of, academic_year_start

SHOWN_YEAR = 9
SAID = (
    "Most of what was missed lies with a few students, and each of them has a case or a mentor now. Mondays are the "
    "day to work on: three tutors ring homes on Sunday evening from next half term."
)


def half_term_reports_make(cast: Cast) -> int:
    """Have the worker make the reports of the half term that ended last; the shown year's is released."""
    half_term = ended_before(half_terms(), cast.today)
    if half_term is None or HalfTermReport.objects.exists():
        return 0
    years = sorted({member.year for member in cast.roll})
    asked = [report_ask(half_term=half_term, year=year, by=None, today=cast.today) for year in (*years, None)]
    shown = next((each for each in asked if each.year_group_id == SHOWN_YEAR), None)
    if shown is not None:
        _release(shown, cast.holder(Role.HEAD_OF_YEAR, SHOWN_YEAR), cast.holder(Role.SLT))
    return len(asked)


def _release(report: HalfTermReport, head: User, slt: User) -> None:
    """Count it, say something, sign it and release it, as people would."""
    counted = report_freeze(report_id=report.pk, now=timezone.now())
    if counted is None:
        return
    words = {"attendance": f"{counted.drafted.get('attendance', '')} {SAID}".strip()}
    said = report_words_set(report=counted, words=words, seen=words_version(counted))
    signed = report_sign(report=said, by=head, seen=words_version(said))
    report_release(report=signed, by=slt)


def pack_build_ask(cast: Cast) -> int:
    """Have the worker build a pack for a court about the attendance case that has gone furthest."""
    open_ones = PACase.objects.open().filter(is_restricted=False).select_related("student", "owner")
    case = open_ones.order_by("-stage__order", "pk").first()
    if case is None or Pack.objects.exists():
        return 0
    profile = PackProfile.objects.get(slug="prosecution")
    facts = {
        "student": case.student,
        "profile": profile,
        "case": case,
        "asked_by": "Local authority, attendance legal team",
        "asked_because": "Referral of the attendance case for legal action",
        "first": academic_year_start(academic_year_of(min(case.opened_on, cast.day))),
        "last": cast.day,
        "sections": [key for key, rule in rules_of(profile).items() if rule == "must"],
    }
    pack_ask(token=token("pack", case.pk), facts=facts, by=case.owner)
    return 1
