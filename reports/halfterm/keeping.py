"""Writes of half-termly reports: asked for, counted by a worker, put into words, signed, released, corrected."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import connection, transaction
from django.utils import timezone

from attendance.models import SessionMark
from pastoral.core.models import Job, User
from pastoral.core.services import job_fail, job_finish, job_guarded, job_retry, job_start, job_step, job_total
from pastoral.core.versions import Overtaken, version_of
from reports.halfterm.freezing import figures_of
from reports.halfterm.spans import HalfTerm, ended_before, half_term_at, half_terms
from reports.halfterm.wording import BECAUSE, counted_anew, own_words
from reports.models import HalfTermReport
from reports.querysets.halfterm import HalfTermReportQuerySet
from students.models import Enrolment
from students.summaries import SchoolCalendar

TASK = "reports.tasks.half_term_job"
FOLDER = "half_term"
Status = HalfTermReport.Status
CATCH_UP = timedelta(days=14)  # in which a morning without a dispatcher is made up for


class ReportRefused(Exception):
    """It cannot be done with this report as it stands; the message is fit for the page."""


@transaction.atomic
def report_ask(*, half_term: HalfTerm, year: int | None, by: User | None, today: date) -> HalfTermReport:
    """Return the newest version of the half term's report, made and handed to a worker when there is none.

    year: None for the school. by: None for the daily dispatcher. Asked twice, or by two at once, there is one; one
    whose job failed is started again.
    Raises ReportRefused for a half term that has not begun, or of which no marks are held.
    """
    as_at = last_day(half_term, today)
    made, _ = HalfTermReport.objects.get_or_create(
        year_group_id=year,
        academic_year=half_term.academic_year,
        half_term=half_term.number,
        version=1,
        defaults={
            "token": token_of(half_term, year),
            "first": half_term.first,
            "last": half_term.last,
            "as_at": as_at,
            "made_by": by,
        },
    )
    newest = locked(_same(made).newest().values_list("pk", flat=True).first() or made.pk)
    if newest.frozen_at is None:
        hand_over(newest, by)
    return newest


def token_of(half_term: HalfTerm, year: int | None, version: int = 1) -> UUID:
    """Return the token of a version that is made by itself: there is one of each."""
    return uuid5(NAMESPACE_URL, f"half term {half_term.key} {year} {version}")


def _same(report: HalfTermReport) -> HalfTermReportQuerySet:
    return HalfTermReport.objects.filter(
        year_group=report.year_group_id, academic_year=report.academic_year, half_term=report.half_term
    ).order_by("-version")


def last_day(half_term: HalfTerm, today: date) -> date:
    """Return the last day that counts: the half term's last, or while it runs the day before the asking."""
    latest = SessionMark.objects.latest_day(min(half_term.last, today))
    if today <= half_term.first or latest is None or latest < half_term.first:
        raise ReportRefused("No marks are held of that half term yet.")
    return half_term.last if today > half_term.last else latest


def hand_over(report: HalfTermReport, by: User | None) -> None:
    """Have a worker count the report, unless one has it already."""
    if report.job and report.job.status != Job.Status.DONE:
        if report.job.status == Job.Status.FAILED:
            job_retry(job=report.job, by=by)
        return
    title = f"Half-termly report, {report.scope_name}, to {report.as_at:%-d %B %Y}"
    report.job = job_start(title=title, task=TASK, payload={"report": report.pk}, by=by)
    report.save(update_fields=["job"])


def locked(pk: int) -> HalfTermReport:
    """Return the report, held against whoever else writes it."""
    return HalfTermReport.objects.select_for_update(of=("self",)).select_related("job").get(pk=pk)


def report_make(job_id: int) -> None:
    """Count the report that the job asks for; a second run finds it counted and changes nothing."""
    with job_guarded(job_id):
        job = Job.objects.get(pk=job_id)
        job_total(job_id, 1)
        report = report_freeze(report_id=job.payload["report"], now=timezone.now())
        if report is None:
            job_fail(job_id, "The calendar no longer has that half term.")
            return
        job_step(job_id)
        job_finish(job_id, message="Ready to be put into words", result_url=report.get_absolute_url())


def report_freeze(*, report_id: int, now: datetime) -> HalfTermReport | None:
    """Count and keep everything the report prints, all at one moment, unless it is kept already.

    A second worker waits at the row, and then finds it done: a killed one has left nothing. None where the calendar
    has the half term no longer.
    """
    with transaction.atomic():
        if not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        report = HalfTermReport.objects.select_for_update(of=("self",)).get(pk=report_id)
        if report.frozen_at is None:
            held = half_terms()
            half_term = half_term_at(held, report.academic_year, report.half_term)
            if half_term is None:
                return None
            figures, runs = figures_of(half_term, report.year_group_id, report.as_at, timezone.localtime(now), held)
            report.figures = figures.as_json()
            drafted = {section.key: section.drafted for section in figures.sections if section.drafted}
            report.words = counted_anew(report.words, report.drafted, figures, drafted)
            report.drafted = drafted
            report.runs = [run.pk for run in runs]
            report.frozen_at = now
            report.save(update_fields=["figures", "words", "drafted", "runs", "frozen_at"])
    return report


def words_version(report: HalfTermReport) -> str:
    """Return what tells these words beside these numbers from any others; its second half is the numbers'."""
    return version_of(report, ("words", "status")) + version_of(report, ("frozen_at",))


def is_counted_since(report: HalfTermReport, seen: str) -> bool:
    """Test whether the report was counted anew after the person saw it. seen: its `words_version` then."""
    return not seen.endswith(version_of(report, ("frozen_at",)))


@transaction.atomic
def report_words_set(*, report: HalfTermReport, words: Mapping[str, Any], seen: str) -> HalfTermReport:
    """Keep what the author says. seen: the version of the words that the author saw.

    A drafted sentence left as it is is not the author's: it goes on following the figures. Raises Overtaken when
    somebody else wrote meanwhile or it was counted anew, ReportRefused when it is a draft no longer.
    """
    held = locked(report.pk)
    draft_needed(held)
    if is_counted_since(held, seen):
        raise Overtaken
    merged = own_words({**held.words, **words}, held.drafted)
    if merged == held.words:
        return held
    if seen != words_version(held):
        raise Overtaken
    held.words = merged
    held.save(update_fields=["words"])
    return held


@transaction.atomic
def statement_add(*, report: HalfTermReport, chosen: Mapping[str, str], words: str) -> None:
    """Add one "because we saw" statement; the same again, as after a second click, adds nothing.

    chosen: what it is put together from (saw, did, own), so that it is again from other figures.
    """
    held = locked(report.pk)
    draft_needed(held)
    said: Sequence[Mapping[str, Any]] = held.words.get(BECAUSE, [])
    if words not in {each["words"] for each in said}:
        held.words = {**held.words, BECAUSE: [*said, {**chosen, "words": words}]}
        held.save(update_fields=["words"])


@transaction.atomic
def statement_drop(*, report: HalfTermReport, words: str) -> None:
    """Take one statement out of a draft; one that is gone already stays gone."""
    held = locked(report.pk)
    draft_needed(held)
    left = [each for each in held.words.get(BECAUSE, []) if each["words"] != words]
    held.words = {**held.words, BECAUSE: left}
    held.save(update_fields=["words"])


def draft_needed(report: HalfTermReport) -> None:
    """Refuse what is done to drafts alone."""
    if report.frozen_at is None:
        raise ReportRefused("It is still being counted.")
    if report.withdrawn_at or report.status != Status.DRAFT:
        raise ReportRefused("It is a draft no longer: take the signature back, or make a new version of it.")


def as_at_again(report: HalfTermReport) -> date:
    """Return the last day that counts in a later version: of a half term that was still on, its end once it is over."""
    half_term = half_term_at(half_terms(), report.academic_year, report.half_term)
    return last_day(half_term, timezone.localdate()) if half_term else report.as_at


@transaction.atomic
def report_recount(*, report: HalfTermReport, by: User | None) -> HalfTermReport:
    """Have a draft counted anew, up to the half term's end once it is over; what its author wrote stays.

    While it is being counted this changes nothing. Raises ReportRefused when it is a draft no longer.
    """
    held = locked(report.pk)
    if held.frozen_at is not None:
        draft_needed(held)
        held.as_at, held.frozen_at = as_at_again(held), None
        held.save(update_fields=["as_at", "frozen_at"])
    hand_over(held, by)
    return held


def reports_due(*, today: date, calendar: SchoolCalendar) -> int:
    """Ask for the reports of the half term that ended last, and return of how many years and the school.

    On the first school day after it, or on a later one within two weeks, should nobody have been there to do it. A
    report that is there stays; a draft that was made while the half term ran is counted to its end. Twice is once.
    """
    half_term = ended_before(half_terms(), today)
    following = calendar.next_school_day(half_term.last) if half_term else None
    if half_term is None or following is None or not following <= today <= following + CATCH_UP:
        return 0
    spells = Enrolment.objects.members_on(half_term.last)
    years = sorted(set(spells.order_by().values_list("year_group", flat=True)))
    try:
        return sum(_due(half_term, year, today) for year in (*years, None))
    except ReportRefused:
        return 0


def _due(half_term: HalfTerm, year: int | None, today: date) -> bool:
    same = HalfTermReport.objects.filter(
        year_group=year, academic_year=half_term.academic_year, half_term=half_term.number
    )
    held = same.order_by("-version").first()
    if held is None:
        report_ask(half_term=half_term, year=year, by=None, today=today)
        return True
    is_early = held.status == Status.DRAFT and held.as_at < half_term.last
    if is_early:
        report_recount(report=held, by=None)
    return is_early
