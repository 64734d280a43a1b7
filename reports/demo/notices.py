"""Penalty notices of the demo school: decisions of the last weeks, and notices that the authority issued."""

from datetime import date, datetime, timedelta

from attendance.models import NoticeDecision, PenaltyNotice
from attendance.services.notices import NoticeRefused, notice_change, notice_decide, notice_record
from attendance.summaries.notice_rows import WatchRow
from attendance.summaries.notices import Watch
from pastoral.core.models import User
from pastoral.core.rights import Role
from reports.demo.cast import Cast, at, weeks_on
from students.models import ParentCarerLink

Decision = NoticeDecision.Decision
_SUPPORT = {"appropriate": "yes", "offered": "yes", "engaged": "no", "best_tool": "yes", "equality": "yes"}
_HOLIDAY = {"appropriate": "no", "offered": "no", "engaged": "not_known", "best_tool": "yes", "equality": "yes"}
_NOT_NOW = {"appropriate": "yes", "offered": "yes", "engaged": "yes", "best_tool": "no", "equality": "yes"}
STORIES = (
    (Decision.SUPPORT_FIRST, _NOT_NOW, "Anxious about coming in since September; mentor and later start agreed.", 4),
    (Decision.NOTICE_TO_IMPROVE, _SUPPORT, "Two meetings offered and missed; no answer to three letters.", 6),
    (Decision.CONSIDERED, _NOT_NOW, "Attending every day since the meeting with the family.", 2),
    (Decision.NOT_APPROPRIATE, _NOT_NOW, "Young carer: early help is in place and works.", 0),
)
WEEKS_BACK = (3, 2, 1)


def notices_decide(cast: Cast) -> int:
    """Decide on half of those at the threshold and on every holiday, as it stood some weeks ago.

    What the authority issued after a referral, and in the years before, is recorded with it.
    """
    if NoticeDecision.objects.exists() or PenaltyNotice.objects.exists():
        return 0
    watch = Watch.load(cast.holder(Role.SLT), cast.day)
    rows = sorted((row for row in watch.rows if row.window.is_reached), key=lambda row: row.member.student_id)
    chosen = [row for n, row in enumerate(rows) if n % 2 == 0 or _is_holiday(row)]
    decided = [_decide(cast, n, row) for n, row in enumerate(chosen)]
    return sum(decided) + _older(cast, rows[1::8])


def _decide(cast: Cast, n: int, row: WatchRow) -> int:
    day = cast.days_back(5 * WEEKS_BACK[n % len(WEEKS_BACK)])[0]
    by = cast.holder(Role.HEAD_OF_YEAR, row.member.year)
    is_holiday = _is_holiday(row)
    if is_holiday:
        story = (Decision.REFERRED, _HOLIDAY, "Holiday in term, asked for and refused in writing.", 0)
    else:
        story = STORIES[n % len(STORIES)]
    if not _made(row, story, by, at(day, 15, 20 + n % 30)):
        return 0
    return 1 + (_issued(cast, row, weeks_on(day, 1), by) if is_holiday else 0)


def _is_holiday(row: WatchRow) -> bool:
    """Test for a window that is a holiday more than anything else."""
    return 2 * dict(row.window.by_letters)["G"] >= row.window.count


def _made(row: WatchRow, story: tuple[Decision, dict[str, str], str, int], by: User, moment: datetime) -> bool:
    decision, checks, reason, weeks = story
    day = moment.date()
    try:
        notice_decide(
            student_id=row.member.student_id,
            window_last=day,
            decision=decision,
            reason=reason,
            checks=checks,
            review_on=day + timedelta(weeks=weeks) if weeks else None,
            by=by,
            at=moment,
            seen=0,
        )
    except NoticeRefused:
        return False  # the threshold was reached later
    return True


def _issued(cast: Cast, row: WatchRow, day: date, by: User) -> int:
    """Record one notice to each parent, as the authority issues them."""
    links = ParentCarerLink.objects.filter(student=row.member.student_id, has_parental_responsibility=True)
    made = 0
    for link in links.select_related("parent_carer").order_by("priority"):
        made += _recorded(cast, row, link, min(day, cast.day), by) is not None
    return made


def _recorded(cast: Cast, row: WatchRow, link: ParentCarerLink, day: date, by: User) -> PenaltyNotice | None:
    try:
        return notice_record(
            student_id=row.member.student_id,
            parent=link.parent_carer,
            issued_on=day,
            reference=f"LA/{day:%y}/{row.member.student_id % 1000:03}",
            by=by,
            on=cast.day,
        )
    except NoticeRefused:
        return None


def _older(cast: Cast, rows: list[WatchRow]) -> int:
    """Record notices of the last two years: paid, withdrawn, and one parent who has had two."""
    made = 0
    for n, row in enumerate(rows):
        by = cast.holder(Role.ATTENDANCE_OFFICER)
        link = ParentCarerLink.objects.filter(student=row.member.student_id, has_parental_responsibility=True).first()
        for weeks in (-70, -30) if n == 0 else (-60,):
            notice = _recorded(cast, row, link, weeks_on(cast.day, weeks), by) if link else None
            if notice is not None:
                is_withdrawn = n % 3 == 2
                notice_change(
                    notice=notice,
                    status="withdrawn" if is_withdrawn else "paid",
                    seen="issued",
                    reason="Medical evidence came after it was issued." if is_withdrawn else "",
                    by=by,
                )
                made += 1
    return made
