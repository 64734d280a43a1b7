"""Writes of the weekly RAG: asked for, frozen, drawn, completed, told; and of lists kept under a name."""

import hashlib
import logging
from datetime import date
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.utils import timezone

from attendance.models import SessionMark
from attendance.summaries import bands_now
from pastoral.core.models import Job, User
from pastoral.core.rights import Role
from pastoral.core.services import job_finish, job_retry, job_start, job_total
from reports.models import RagDocument, RagNotice, RagStudent, SavedView, WeeklyRagRun
from reports.rag.freezing import snapshot
from students.calendar import academic_year_of, friday_of
from students.models import StaffAssignment
from students.summaries import SchoolCalendar

JOB_TASK = "reports.tasks.weekly_rag_job"

logger = logging.getLogger(__name__)


class RagWeekRefused(Exception):
    """No weekly RAG can be made of the week; the message is fit for the form."""


@transaction.atomic
def weekly_rag_ask(
    *, week: date, by: User | None, today: date | None = None, calendar: SchoolCalendar | None = None
) -> WeeklyRagRun:
    """Return the week's newest run, made and handed to a worker when there is none yet.

    week: a Monday. by: None for the daily dispatcher. today: the day of asking.
    Asking again, or twice at once, gives the same run; one whose job failed is started again.
    Raises RagWeekRefused if the week is no school week, is not over or has no marks.
    """
    begun = weekly_rag_begin(week=week, by=by, today=today, calendar=calendar)
    run = WeeklyRagRun.objects.select_for_update(of=("self",)).select_related("job").get(pk=begun.pk)
    if run.completed_at is None and run.job is None:
        _hand_over(run, by)
    elif run.job and run.job.status == Job.Status.FAILED:
        job_retry(job=run.job, by=by)
    return run


def _hand_over(run: WeeklyRagRun, by: User | None) -> None:
    title = f"Weekly RAG of {run.week:%-d %B %Y}" + (f", issue {run.issue}" if run.issue > 1 else "")
    run.job = job_start(title=title, task=JOB_TASK, payload={"run": run.pk}, by=by)
    run.save(update_fields=["job"])


@transaction.atomic
def weekly_rag_reissue(*, week: date, replaces: int, by: User | None, today: date | None = None) -> WeeklyRagRun:
    """Have the week's RAG made anew from the marks as they are now, beside the issue that was frozen before.

    replaces: the issue that is to be the newest no longer. When it is not the newest any more, or not made yet, this is
    `weekly_rag_ask`: two clicks make one new issue.
    Raises RagWeekRefused for a week that has no issue to replace.
    """
    issues = WeeklyRagRun.objects.filter(week=week)
    list(issues.select_for_update().order_by("issue").values_list("pk"))  # one at a time
    newest = WeeklyRagRun.objects.newest(week)
    if newest is None:
        raise RagWeekRefused("That week has no weekly RAG yet: ask for it first.")
    if newest.issue != replaces or newest.completed_at is None:
        return weekly_rag_ask(week=week, by=by, today=today)
    run = WeeklyRagRun(week=week, issue=newest.issue + 1, **_facts(week, by))
    run.is_for_notice = is_latest_week(week, today or timezone.localdate(), SchoolCalendar.load())
    run.save()
    _hand_over(run, by)
    return run


def _facts(week: date, by: User | None) -> dict[str, Any]:
    """Return what every new run says of itself."""
    return {
        "as_at": friday_of(week),
        "academic_year": academic_year_of(friday_of(week)),
        "asked_by": by,
        "school_name": settings.SCHOOL_NAME,
    }


@transaction.atomic
def weekly_rag_begin(
    *,
    week: date,
    by: User | None,
    today: date | None = None,
    calendar: SchoolCalendar | None = None,
    tells_tutors: bool = True,
) -> WeeklyRagRun:
    """Return the week's newest run, made if need be, and hand nothing to a worker; otherwise as `weekly_rag_ask`."""
    today = today or timezone.localdate()
    if found := WeeklyRagRun.objects.newest(week):
        return found
    calendar = calendar or SchoolCalendar.load()
    week_check(week, today, calendar)
    tells = tells_tutors and is_latest_week(week, today, calendar)
    run, _ = WeeklyRagRun.objects.get_or_create(
        week=week, issue=1, defaults={**_facts(week, by), "is_for_notice": tells}
    )
    return run


def week_check(week: date, today: date, calendar: SchoolCalendar) -> None:
    """Refuse a week that a weekly RAG cannot be made of, with the reason."""
    if week.weekday() != 0:
        raise RagWeekRefused("The week has to begin on a Monday.")
    days = calendar.between(week, friday_of(week))
    if not days:
        raise RagWeekRefused("School does not meet in that week.")
    if today <= days[-1]:
        raise RagWeekRefused(f"That week is not over: its last school day is {days[-1]:%A %-d %B}.")
    if not SessionMark.objects.between(days[0], days[-1]).exists():
        raise RagWeekRefused("No marks are held for that week. Import them first.")


def is_latest_week(week: date, today: date, calendar: SchoolCalendar) -> bool:
    """Test for the last school week that is over, of the running academic year: the one whose readers are told."""
    over = [monday for monday in calendar.mondays if calendar.between(monday, friday_of(monday))[-1] < today]
    return over[-1:] == [week] and academic_year_of(friday_of(week)) == academic_year_of(today)


def weekly_rag_freeze(*, run_id: int, today: date | None = None) -> WeeklyRagRun:
    """Write down everything the run shows, all at one moment, unless it is written already.

    From then on no correction of a mark, a name or the calendar changes the run.
    """
    began = timezone.now()  # whatever is recorded while the run is read counts as amended since
    with transaction.atomic():
        _read_one_moment()
        run = WeeklyRagRun.objects.select_for_update().get(pk=run_id)
        if run.frozen_at is None:
            run.frozen_at = began
            _freeze(run, today or timezone.localdate())
    return run


def _read_one_moment() -> None:
    """Let every query of the transaction see the same marks, whatever an import commits meanwhile."""
    if not connection.savepoint_ids:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _freeze(run: WeeklyRagRun, today: date) -> None:
    held = snapshot(run, today)
    bands = bands_now()
    RagStudent.objects.bulk_create(held.students, batch_size=500)
    RagDocument.objects.bulk_create(held.documents)
    run.school_days, run.tutors = held.school_days, held.tutors
    run.red_from, run.green_to, run.early_under = bands.red_from, bands.green_to, bands.early_under
    run.save()


def rag_document_draw(*, run_id: int, kind: str, name: str) -> bool:
    """Draw one document of a frozen run and file it, unless it is filed; return whether this call did.

    A second worker with the same document waits at the row and then finds it done. The path is the content's own, so
    that a file left by a worker that was killed before it could say so is written over, never kept beside.
    """
    with transaction.atomic():
        document = (
            RagDocument.objects.select_for_update(of=("self",))
            .select_related("run")
            .get(run=run_id, kind=kind, name=name)
        )
        if document.is_filed:
            return False
        _file(document)
    return True


def _file(document: RagDocument) -> None:
    from reports.rag.drawing import sheet_pdf  # Pango and the fonts: only a process that draws loads them

    pdf = sheet_pdf(document)
    digest = hashlib.sha256(pdf.data).hexdigest()
    path = f"weekly_rag/{document.run.week}/{document.pk}-{digest[:16]}.pdf"
    default_storage.delete(path)
    document.file.name = default_storage.save(path, ContentFile(pdf.data))
    document.pages, document.size, document.sha256 = pdf.pages, len(pdf.data), digest
    document.made_at = timezone.now()
    document.save(update_fields=["file", "pages", "size", "sha256", "made_at"])


def weekly_rag_progress(*, run: WeeklyRagRun) -> int:
    """Say how far the run is, counted from the documents that exist, and return how many are still to be drawn."""
    documents = list(run.documents.values_list("made_at", flat=True))
    pending = documents.count(None)
    if run.job_id:
        job_total(run.job_id, len(documents), len(documents) - pending)
    return pending


@transaction.atomic
def weekly_rag_complete(*, run_id: int) -> bool:
    """End the run once its last document stands, note whom to tell, and return whether this call ended it."""
    run = WeeklyRagRun.objects.select_for_update().get(pk=run_id)
    if run.completed_at or run.frozen_at is None or run.documents.pending().exists():
        return False
    run.completed_at = timezone.now()
    run.save(update_fields=["completed_at"])
    if run.is_for_notice:
        _notices_note(run)
    if run.job_id:
        job_finish(run.job_id, f"{run.documents.count()} documents", run.get_absolute_url())
    return True


def _notices_note(run: WeeklyRagRun) -> None:
    documents = {document.tutor_group_id: document for document in run.documents.exclude(tutor_group=None)}
    tutors = (
        StaffAssignment.objects.in_force(timezone.localdate())
        .filter(role=Role.FORM_TUTOR, tutor_group__in=documents, user__is_active=True)
        .order_by("user", "pk")
    )
    RagNotice.objects.bulk_create(
        [RagNotice(run=run, user_id=held.user_id, document=documents[held.tutor_group_id]) for held in tutors],
        ignore_conflicts=True,
    )


def rag_notices_send(*, run_id: int) -> int:
    """Send the run's notices that are not sent yet, each once, and return how many went out.

    The e-mail holds a link and nothing about any student: no name, no figure. An address that the mail server refuses
    keeps nobody else from being told; what could not be sent stays unsent, and the next school day tries again.
    """
    sent = 0
    for notice in RagNotice.objects.unsent().filter(run=run_id).values_list("pk", flat=True):
        try:
            sent += _notice_send(notice)
        except (SMTPException, OSError) as fault:
            logger.error("notice %s could not be sent: %s", notice, type(fault).__name__)
    return sent


@transaction.atomic
def _notice_send(notice_id: int) -> bool:
    notice = (
        RagNotice.objects.unsent()
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("user", "document", "run")
        .filter(pk=notice_id)
        .first()
    )
    if notice is None:
        return False
    notice.sent_at = timezone.now()
    notice.save(update_fields=["sent_at"])
    _notice_mail(notice).send()
    return True


def _notice_mail(notice: RagNotice) -> EmailMessage:
    address = settings.SITE_URL.rstrip("/") + notice.document.get_absolute_url()
    week, issue = f"{notice.run.week:%-d %B %Y}", notice.run.issue
    subject, ready, replaced = f"Weekly RAG of {week} is ready", "is ready", ""
    if issue > 1:
        subject, ready = f"Weekly RAG of {week}: issue {issue}", f"was made again, as issue {issue}"
        replaced = "It replaces the earlier one. "
    return EmailMessage(
        subject=subject,
        body=(
            f"Dear {notice.user.formal_name},\n\n"
            f"the weekly RAG of your tutor group for the week of {week} {ready}:\n\n{address}\n\n"
            f"{replaced}You will be asked to sign in. This message holds no student's data.\n"
        ),
        to=[notice.user.email],
    )


class ViewNameTaken(Exception):
    """The person has another view of that name, or the name is none; the message is fit for the page."""


@transaction.atomic
def saved_view_save(*, owner: User, page: str, name: str, query: str) -> SavedView:
    """Keep a list's filters and order for the person under the name; the same name again changes that view.

    page: the URL name of the list. query: the address's query, filters and order alone.
    """
    view, _ = SavedView.objects.update_or_create(
        owner=owner, page=page, name=name, defaults={"query": query, "saved_at": timezone.now()}
    )
    return view


@transaction.atomic
def saved_view_rename(*, view: SavedView, name: str) -> SavedView:
    """Give the view another name. Raises ViewNameTaken when the person has a view of that name on the page."""
    others = SavedView.objects.filter(owner=view.owner, page=view.page, name=name).exclude(pk=view.pk)
    if others.exists():
        raise ViewNameTaken(f"You have another view called “{name}”. Choose another name.")
    view.name = name
    view.save(update_fields=["name"])
    return view


@transaction.atomic
def saved_view_delete(*, view: SavedView) -> None:
    """Take the view away; it is a person's own bookmark, no record of the school."""
    view.delete()
