"""Section 9: how the promises were kept to reach parents within 48 hours and to acknowledge what they send."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from behaviour.models import IncidentReview
from behaviour.summaries.keeping import is_settled, keeping_of
from contacts.models import Enquiry
from contacts.summaries.clocked import Clocked
from contacts.summaries.clocks import CLOCKS
from reports.halfterm.counting import COUNT, LONGEST, MEDIAN, PERCENT, RATE, Item, Items, Part, Spec
from reports.halfterm.sides import Side
from students.summaries import Window

KEPT = {"calls": "calls", "acknowledged": "acknowledged"}
_CLOCKS = {clock.slug: clock for clock in CLOCKS if clock.slug in KEPT}


def clock_items(side: Side) -> Items:
    """Return what was owed in the window, as the clocks' own page counts it, about the window's members."""
    window = Window(side.window.slug, side.window.name, *side.span)
    found: dict[str, list[Item]] = {}
    for slug, clock in _CLOCKS.items():
        rows = [row for row in clock.rows(side.user, window, side.now) if _is_theirs(row, side)]
        found |= _of_clock(slug, rows)
    return found


def _is_theirs(row: Clocked, side: Side) -> bool:
    """Test for the school, or for one about a member: an enquiry about nobody known counts for the school alone."""
    return side.year is None or (row.who is not None and row.who.student_id in side.students)


def _of_clock(slug: str, rows: Sequence[Clocked]) -> dict[str, list[Item]]:
    counted = [row for row in rows if row.state != "waived"]
    kept = keeping_of(counted)
    settled = [row for row in counted if is_settled(row)]
    met = [row for row in counted if row.state == "met"]
    return {
        slug: [_item(row, int(row.is_in_time), 1) for row in settled],
        f"{slug}_owed": [_item(row) for row in counted],
        f"{slug}_time": [_item(row, int(row.took.total_seconds())) for row in met],
        f"{slug}_late": [_item(row, int(row.took.total_seconds())) for row in settled if not row.is_in_time],
        f"{slug}_open": [_item(row) for row in counted if row.is_open][: kept.whole.open],
    }


def _item(row: Clocked, weight: int = 1, of: int = 0) -> Item:
    student = row.who.student_id if row.who else None
    return Item(student, weight, of, timezone.localdate(row.began_at), row.what, row.url)


def clocks_begin() -> date | None:
    """Return the day of the first enquiry, or of the first incident that somebody acted on."""
    acted = IncidentReview.objects.filter(decision=IncidentReview.Decision.ACTED).order_by("decided_at")
    moments = (
        acted.values_list("decided_at", flat=True).first(),
        Enquiry.objects.standing().order_by("received_at").values_list("received_at", flat=True).first(),
    )
    return min((timezone.localdate(moment) for moment in moments if moment), default=None)


def _specs(slug: str, what: str, promise: str) -> tuple[Spec, ...]:
    return (
        Spec(f"{slug}_owed", f"{what}: owed", "By the day on which the time began; none that was waived.", COUNT),
        Spec(slug, f"{what}: kept", f"{promise}, of those done or whose time is up.", RATE, PERCENT, is_better=True),
        Spec(f"{slug}_median", f"{what}: median time", "Of those done, late ones too.", MEDIAN, items=f"{slug}_time"),
        Spec(
            f"{slug}_worst", f"{what}: longest late", "Of those late, done since or not.", LONGEST, items=f"{slug}_late"
        ),
        Spec(
            f"{slug}_late", f"{what}: late", "Done too late, or not yet though the time is up.", COUNT, is_better=False
        ),
    )


PROMISES = Part(
    "clocks",
    "Promises to families",
    (
        *_specs("calls", "Parents to reach", "Reached within the school’s 48 hours after an incident was dealt with"),
        *_specs("acknowledged", "Acknowledgements", "Acknowledged by the school’s rule for the day it came"),
    ),
    clock_items,
    clocks_begin,
)
