"""What the weekly RAG's list and run pages show, each as one frozen value."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Self

from django.utils import timezone

from pastoral.core.models import Job, User
from pastoral.core.rights import Right
from reports.models import RagDocument, RagNotice, RagStudent, WeeklyRagRun
from reports.rag.amendments import amended_marks
from reports.rag.sheet import Section, movers_of
from reports.services import is_latest_week
from students.calendar import academic_year_name, friday_of
from students.summaries import SchoolCalendar

FEW = 6  # sheets that fit into a row of the list


@dataclass(frozen=True)
class RunRow:
    """One run of the list, with the sheets of it that the person may see."""

    run: WeeklyRagRun
    documents: tuple[RagDocument, ...]
    issues: int

    @property
    def has_few(self) -> bool:
        """Test for sheets few enough to be named in the row."""
        return 0 < len(self.documents) <= FEW

    @property
    def has_failed(self) -> bool:
        """Test for a run whose job ended badly."""
        return bool(self.run.job and self.run.job.status == Job.Status.FAILED)


@dataclass(frozen=True)
class RunList:
    """The runs of one academic year, newest first."""

    year: int
    year_name: str
    years: tuple[tuple[int, str], ...]
    rows: tuple[RunRow, ...]

    @classmethod
    def load(cls, user: User, year: int | None) -> Self | None:
        """Read the runs a person may see, in three queries; the newest year when `year` has none, None without any."""
        runs = WeeklyRagRun.objects.visible_to(user)
        years = list(runs.order_by("-academic_year").values_list("academic_year", flat=True).distinct())
        if not years:
            return None
        year = year if year in years else years[0]
        held = list(runs.filter(academic_year=year).select_related("job"))
        issues = Counter(run.week for run in held)
        documents: dict[int, list[RagDocument]] = defaultdict(list)
        for document in RagDocument.objects.visible_to(user).filter(run__in=held):
            documents[document.run_id].append(document)
        return cls(
            year,
            academic_year_name(year),
            tuple((one, academic_year_name(one)) for one in years),
            tuple(RunRow(run, tuple(documents[run.pk]), issues[run.week]) for run in held),
        )


def weeks_to_ask(user: User, today: date) -> list[date]:
    """Return the Mondays that a weekly RAG may still be asked for, newest first; none without the right to ask."""
    if not user.may(Right.ASK_WEEKLY_RAG):
        return []
    calendar = SchoolCalendar.load()
    taken = set(WeeklyRagRun.objects.values_list("week", flat=True))
    over = [monday for monday in calendar.mondays if calendar.between(monday, friday_of(monday))[-1] < today]
    return [monday for monday in reversed(over) if monday not in taken]


@dataclass(frozen=True)
class DocumentRow:
    """One sheet of a run, and whether its tutor was told."""

    document: RagDocument
    notices: tuple[RagNotice, ...]


@dataclass(frozen=True)
class RunPage:
    """One run: its sheets and its movers, as far as the person may see them."""

    run: WeeklyRagRun
    years: tuple[DocumentRow, ...]
    groups: tuple[DocumentRow, ...]
    movers: tuple[Section, ...]
    made: int
    total: int
    shows_notices: bool
    issues: int
    amended: int
    ahead: int
    may_reissue: bool
    tells_tutors: bool

    @property
    def is_newest(self) -> bool:
        """Test for the week's newest issue."""
        return self.run.issue == self.issues

    @classmethod
    def load(cls, run: WeeklyRagRun, user: User) -> Self:
        """Read a run in nine queries."""
        issues = WeeklyRagRun.objects.filter(week=run.week).count()
        may_ask = user.may(Right.ASK_WEEKLY_RAG)
        may_reissue = may_ask and run.completed_at is not None and run.issue == issues
        rows_seen = RagStudent.objects.visible_to(user).filter(run=run)
        states = list(run.documents.values_list("made_at", flat=True))
        notices: dict[int, list[RagNotice]] = defaultdict(list)
        for notice in RagNotice.objects.visible_to(user).filter(run=run).select_related("user"):
            notices[notice.document_id].append(notice)
        documents = RagDocument.objects.visible_to(user).filter(run=run)
        rows = [DocumentRow(document, tuple(notices[document.pk])) for document in documents]
        return cls(
            run=run,
            years=tuple(row for row in rows if row.document.kind == RagDocument.Kind.YEAR),
            groups=tuple(row for row in rows if row.document.kind == RagDocument.Kind.TUTOR_GROUP),
            movers=movers_of(rows_seen.moved_or_dipped(), run),
            made=len(states) - states.count(None),
            total=len(states),
            shows_notices=run.is_for_notice and may_ask,
            issues=issues,
            amended=amended_marks(run, rows_seen),
            ahead=_jobs_ahead(run.job),
            may_reissue=may_reissue,
            tells_tutors=may_reissue and is_latest_week(run.week, timezone.localdate(), SchoolCalendar.load()),
        )


def _jobs_ahead(job: Job | None) -> int:
    """Count the unfinished jobs that were asked for before one that waits for a worker."""
    if job is None or job.status != Job.Status.QUEUED:
        return 0
    return Job.objects.unfinished().filter(pk__lt=job.pk).count()


def sheets_described(user: User, keys: Collection[int]) -> dict[int, str]:
    """Return those of the sheets that the person may see in words: "RAG 9C, week of 16 Nov"; one query."""
    sheets = RagDocument.objects.visible_to(user).filter(pk__in=keys).select_related("run")
    return {sheet.pk: f"RAG {sheet.name}, week of {sheet.run.week:%-d %b %Y}" for sheet in sheets}
