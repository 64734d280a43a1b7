"""Section 10: what the weekly RAG meetings decided and what came of it; the frozen RAGs that the report rests on."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from attendance.figures import percentage
from interventions.models import Action, Meeting, MeetingStudent
from reports.halfterm.counting import COUNT, PERCENT, RATE, Item, Items, Part, Spec, told_of
from reports.halfterm.shape import Run
from reports.halfterm.sides import Side
from reports.halfterm.spans import Window
from reports.models import RagStudent, WeeklyRagRun

RUN_HEADINGS = (
    "Week of",
    "Issue",
    "Frozen",
    "Students",
    "Attendance, year to date",
    "Green",
    "Amber",
    "Red",
    "Moved",
    "Dipped",
)


def meeting_items(side: Side) -> Items:
    """Return meetings held on the weekly RAG, what they decided, and the actions they set as these stand at the end.

    A step that was said not to be needed is neither done nor due, as in the inspection pack.
    """
    held = Meeting.objects.visible_to(side.user).standing(purpose=Meeting.Purpose.RAG, held_on__range=side.span).held()
    if side.year is not None:
        held = held.filter(year_group=side.year)
    meetings = list(held.order_by("held_on", "pk"))
    looked = MeetingStudent.objects.filter(meeting__in=meetings).exclude(looked_at=None).select_related("meeting")
    rows = [(each, _decided(each)) for each in looked.order_by("meeting__held_on", "order")]
    set_there = Action.objects.of_standing().filter(meeting__in=meetings).select_related("meeting")
    actions = list(set_there.order_by("due_on", "pk"))
    needed = [each for each in actions if not each.not_needed_because]
    done = [each for each in needed if each.done_on and each.done_on <= side.window.last]
    due = [each for each in needed if each.due_on <= side.window.last]
    return {
        "rag_meetings": [Item(None, on=each.held_on, what=_called(each), url=_at(each.pk)) for each in meetings],
        "looked_at": [item for _each, item in rows],
        "decisions": [item for each, item in rows if each.decision],
        "rag_actions": [_action(each) for each in actions],
        "rag_done": [_action(each) for each in done],
        "rag_in_time": [
            _action(each)._replace(weight=int(bool(each.done_on and each.done_on <= each.due_on)), of=1) for each in due
        ],
        "rag_overdue": [_action(each) for each in due if not each.done_on or each.done_on > side.window.last],
    }


def _decided(each: MeetingStudent) -> Item:
    return Item(each.student_id, on=each.meeting.held_on, what=_called(each.meeting), url=_at(each.meeting_id))


def _called(meeting: Meeting) -> str:
    """Return the meeting's title; of a restricted one no more than what it is on."""
    return meeting.get_purpose_display() if meeting.is_restricted else meeting.title


def _action(each: Action) -> Item:
    what = told_of(each.meeting, each.get_kind_display()) if each.meeting else ""
    return Item(each.student_id, on=each.due_on, what=what, url=_at(each.meeting_id))


def _at(meeting: int | None) -> str:
    return reverse("interventions:meeting_detail", args=[meeting])


def meetings_begin() -> date | None:
    """Return the day of the first meeting on a weekly RAG."""
    held = Meeting.objects.standing(purpose=Meeting.Purpose.RAG).held().order_by("held_on")
    return held.values_list("held_on", flat=True).first()


def runs_of(window: Window) -> list[WeeklyRagRun]:
    """Return the newest frozen issue of each week in the window."""
    newer = WeeklyRagRun.objects.filter(week=OuterRef("week")).exclude(frozen_at=None).order_by("-issue")
    frozen = WeeklyRagRun.objects.filter(as_at__range=(window.first, window.last)).exclude(frozen_at=None)
    return list(frozen.filter(pk=Subquery(newer.values("pk")[:1])).order_by("week"))


def runs_shown(runs: Sequence[WeeklyRagRun], year: int | None) -> tuple[Run, ...]:
    """Return what each run froze of the year, or of the school, in one query."""
    rows = RagStudent.objects.filter(run__in=runs)
    if year is not None:
        rows = rows.filter(year=year)
    found: dict[int, list[Any]] = {run.pk: [] for run in runs}
    for row in rows.only("run_id", "band", "band_before", "has_dipped", *(f"ytd_{name}" for name in _ATTENDED)):
        found[row.run_id].append(row)
    return tuple(_run(run, found[run.pk]) for run in runs)


_ATTENDED = ("present", "approved_activity", "authorised", "unauthorised")


def _run(run: WeeklyRagRun, rows: Sequence[Any]) -> Run:
    bands = Counter(row.band for row in rows)
    moved = sum(row.band != row.band_before and "none" not in (row.band, row.band_before) for row in rows)
    attended = sum(row.ytd_present + row.ytd_approved_activity for row in rows)
    missed = sum(row.ytd_authorised + row.ytd_unauthorised for row in rows)
    rate = percentage(attended, attended + missed)
    dipped = sum(row.has_dipped for row in rows)
    return Run(
        week=run.week.isoformat(),
        issue=run.issue,
        frozen_at=timezone.localtime(run.frozen_at).isoformat(timespec="minutes") if run.frozen_at else "",
        cells=(
            len(rows),
            None if rate is None else str(rate),
            bands["green"],
            bands["amber"],
            bands["red"],
            moved,
            dipped,
        ),
    )


_WITHOUT = "without what was said not to be needed"
MEETINGS = Part(
    "meetings",
    "Weekly RAG meetings: decisions and actions",
    (
        Spec("rag_meetings", "Meetings held", "On the weekly RAG, by their day; not those only planned.", COUNT),
        Spec("looked_at", "Students looked at", "Times that a student was looked at.", COUNT),
        Spec("decisions", "Decisions", "Students about whom something was decided.", COUNT),
        Spec("rag_actions", "Actions set", "By these meetings.", COUNT),
        Spec("rag_done", "Done", f"Of these, by the window’s end; {_WITHOUT}.", COUNT, is_better=True),
        Spec("rag_in_time", "Done in time", f"Of those due by its end; {_WITHOUT}.", RATE, PERCENT, is_better=True),
        Spec("rag_overdue", "Overdue", f"Due and not done at its end; {_WITHOUT}.", COUNT, is_better=False),
    ),
    meeting_items,
    meetings_begin,
)
