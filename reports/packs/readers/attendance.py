"""The register: its certificate with every session, notices, leave, and medical evidence."""

from collections.abc import Iterable

from attendance.models import NoticeDecision, PlannedMark
from attendance.summaries.absences import span_words
from attendance.summaries.amendments import amendments_of
from attendance.summaries.notice_issued import issued_to
from interventions.models import Attachment, MedicalRequest, PACase
from interventions.summaries.files import files_of
from pastoral.core.rights import Right
from reports.packs.content import (
    FEW,
    Block,
    Exhibit,
    Facts,
    Grid,
    Plain,
    Row,
    Sign,
    Table,
    Words,
    day_words,
    moment_words,
)
from reports.packs.source import Source
from reports.papers.grid import Grid as Register
from reports.papers.grid import grid_of
from reports.summaries.yearcalendar import DayCell, SessionCell

CERTIFIED = (
    "I certify that this is a true extract from the attendance register of the school for the student and the days "
    "named above."
)
NO_MARK = "·"


def certificate(source: Source) -> tuple[Exhibit, ...]:
    """Return the certificate: totals, every session with its code, what was amended, and the head's signature."""
    register = grid_of(source.student, *source.span, sees_sensitive=source.who.sees_sensitive)
    blocks: list[Block] = [_totals(source, register), _grid(register), *_amended(source), Sign(CERTIFIED, _HEAD)]
    return (Exhibit("Certificate of attendance", source.last, tuple(blocks)),)


_HEAD = ("Name", "Head teacher or acting head teacher, signature", "Date")


def _totals(source: Source, register: Register) -> Facts:
    counts = register.counts
    rate = f"{counts.percent} %" if counts.percent is not None else "nothing to count"
    told = (
        ("Days", f"{day_words(source.first)} to {day_words(source.last)}, as the register stood when this was frozen"),
        ("Possible sessions", f"{counts.possible}"),
        ("Attended", f"{counts.attended}, of these {counts.approved_activity} at an approved activity"),
        ("Authorised absence", f"{counts.authorised}"),
        ("Unauthorised absence", f"{counts.unauthorised}, of these {counts.late_after_close} late after close"),
        ("Late before close", f"{counts.late_before_close}"),
        ("Minutes late", f"{counts.minutes_late}"),
        ("Attendance", rate),
        *([("Sessions without a mark", f"{register.unmarked}, in none of these")] if register.unmarked else ()),
    )
    return Facts(tuple((label, Plain(words)) for label, words in told))


def _grid(register: Register) -> Grid:
    columns = tuple(f"{day} {half}" for day in register.day_names for half in ("am", "pm"))
    weeks = tuple(
        (
            Plain(f"{week.monday.day} {week.monday:%b %Y}"),
            tuple(Plain(sign) for day in week.days for sign in _signs(day)),
        )
        for week in register.weeks
    )
    codes = sorted({(shown.sign, shown.words) for shown, _times in register.key})
    return Grid(columns, weeks, tuple((Plain(sign), Plain(words)) for sign, words in codes))


def _signs(day: DayCell) -> tuple[str, str]:
    """Return the signs of both sessions; none for a day without school and for one when the student was not on roll."""
    am, pm = (_sign(each) for each in day.sessions) if day.sessions else ("", "")
    return am, pm


def _sign(cell: SessionCell) -> str:
    if cell.shown is None:
        return NO_MARK if cell.why_none == "not marked" else ""
    return f"{cell.shown.sign} {cell.minutes}" if cell.minutes else cell.shown.sign


def _amended(source: Source) -> Iterable[Table]:
    """Yield what was changed in the register, by whom and why (the original entry and every amendment)."""
    rows = amendments_of(source.student.pk, *source.span, sees_sensitive=source.who.sees_sensitive)
    told = tuple(
        Row(
            (
                Plain(f"{day_words(each.row.day)} {each.row.session}"),
                Plain(f"{each.was.sign} to {each.became.sign}" if each.became else f"{each.was.sign} taken out"),
                Plain(f"{moment_words(each.row.at)}, {each.row.by or 'the MIS'}"),
                each.reason,
            )
        )
        for each in reversed(rows)
        if not each.is_comment_only
    )
    if not told:
        return
    yield Table("Amendments", ("Session", "Changed", "When and by whom", "Why"), (38, 28, 60, 54), told)


def notices(source: Source) -> tuple[Exhibit, ...]:
    """Return what was decided about penalty notices, notices to improve, and the notices issued."""
    rows = NoticeDecision.objects.filter(student=source.student, decided_at__date__lte=source.last)
    decisions = [
        Row(
            (
                Plain(moment_words(each.decided_at)),
                Plain(_decided(each)),
                each.reason,
                Plain(each.decided_by.formal_name),
            )
        )
        for each in rows.select_related("decided_by").order_by("decided_at", "pk")
    ]
    issued = [
        Row(
            (
                Plain(day_words(each.notice.issued_on)),
                Plain(str(each.notice.parent_carer)),
                Plain(f"{each.notice.get_status_display()}: {each.amount}"),
                Plain(each.notice.reference or "–"),
            )
        )
        for each in reversed(issued_to(source.student.pk))
        if each.notice.issued_on <= source.last
    ]
    blocks = []
    if decisions:
        headings = ("When", "Decision", "Why", "By")
        blocks.append(Table("Decisions", headings, (38, 48, 62, 32), tuple(decisions)))
    if issued:
        headings = ("Issued", "To", "Amount and state", "Reference")
        blocks.append(Table("Penalty notices", headings, (32, 42, 76, 30), tuple(issued)))
    return (Exhibit("Notices to improve and penalty notices", None, tuple(blocks)),) if blocks else ()


def _decided(decision: NoticeDecision) -> str:
    window = f"sessions of {day_words(decision.window_first)} to {day_words(decision.window_last)}"
    review = f"; to be reviewed on {day_words(decision.review_on)}" if decision.review_on else ""
    return f"{decision.get_decision_display()}, {len(decision.sessions)} {window}{review}"


def leave(source: Source) -> tuple[Exhibit, ...]:
    """Return each request for leave of absence with its decision and why."""
    asked = PlannedMark.objects.filter(student=source.student, kind=PlannedMark.Kind.LEAVE, starts_on__lte=source.last)
    rows = asked.filter(ends_on__gte=source.first).exclude(status=PlannedMark.Status.WITHDRAWN)
    return tuple(_leave(each) for each in rows.select_related("decided_by").order_by("starts_on", "pk"))


def _leave(asked: PlannedMark) -> Exhibit:
    decided = f"{asked.get_status_display()}"
    if asked.decided_at and asked.decided_by:
        decided += f", {moment_words(asked.decided_at)}, {asked.decided_by.formal_name}"
    facts = Facts(
        (
            ("Asked for", Plain(f"{span_words(asked)} {asked.ends_on:%Y}")),
            ("Asked by", asked.asked_by or "–"),
            ("Asked on", Plain(day_words(asked.asked_on))),
            ("Reason given", asked.note or "–"),
            ("Decision", Plain(decided)),
            ("Why", asked.decision_reason or "–"),
        )
    )
    return Exhibit("Request for leave of absence", asked.asked_on or asked.starts_on, (facts,))


def medical(source: Source) -> tuple[Exhibit, ...]:
    """Return medical evidence that was asked for, what came of it, and the evidence on file."""
    cases = [
        each for each in PACase.objects.visible_to(source.user).standing(student=source.student) if source.reads(each)
    ]
    asked = MedicalRequest.objects.filter(case__in=cases, withdrawn_at=None, asked_on__range=source.span)
    rows = tuple(
        Row((Plain(day_words(each.asked_on)), Plain(str(each.asked_of)), each.about, _answer(each)))
        for each in asked.select_related("asked_of").order_by("asked_on", "pk")
    )
    blocks: list[Table | Words] = []
    if rows:
        blocks.append(Table("Asked for", ("Day", "Of whom", "What", "What came"), (32, 40, 54, 54), rows))
    blocks += files_block(source, Attachment.Kind.MEDICAL)
    return (Exhibit("Medical evidence", None, tuple(blocks)),) if blocks else ()


def _answer(asked: MedicalRequest) -> str:
    until = f" Absence is authorised until {day_words(asked.authorised_until)}." if asked.authorised_until else ""
    if not asked.answer:
        return f"No answer yet.{until}"
    return f"{asked.get_answer_display()}, {day_words(asked.answered_on)}. {asked.answer_note}{until}"


def files_block(source: Source, kind: str) -> list[Table | Words]:
    """Return the files of a kind that are held: their copies go beside the pack."""
    held = [
        each
        for each in files_of(source.user, source.student.pk, source.who)
        if each.kind == kind and source.holds(each.dated_on) and _is_read(source, each)
    ]
    rows = tuple(
        Row(
            (Plain(day_words(each.dated_on)), f"{each.title}, from {each.source}", Plain(each.sha256)),
            (FEW,) if each.is_restricted else (),
        )
        for each in reversed(held)
    )
    if not rows:
        return []
    source.taken.add(Right.SEE_PLANS)
    return [Table("On file; copies go beside the pack", ("Day", "What", "SHA-256 of the file"), (32, 68, 80), rows)]


def _is_read(source: Source, file: Attachment) -> bool:
    """Test a file and whatever it is kept with: what is restricted takes the choice as well as the right."""
    kept_with = [each for each in (file.case, file.plan, file.meeting) if each is not None]
    return source.may(Right.SEE_PLANS) and all(source.reads(each) for each in (file, *kept_with))
