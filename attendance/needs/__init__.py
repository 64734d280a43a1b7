"""What of attendance needs somebody now, as lines of the strip."""

from collections.abc import Iterator

from django.urls import reverse

from attendance.needs.counted import counted_lines
from attendance.needs.registers import own_registers, registers_to_chase
from attendance.summaries.notice_count import undecided_cases
from attendance.summaries.today import today_of
from pastoral.core.needs import Counted, Line, Look
from pastoral.core.rights import Right

__all__ = ["lines"]


def lines(look: Look) -> Iterator[Line | Counted]:
    """Return what of attendance needs the person, in five queries at most, however much there is."""
    yield from own_registers(look)
    yield from registers_to_chase(look)
    yield from counted_lines(look)
    yield from _notices(look)


def _notices(look: Look) -> Iterator[Line]:
    if not look.user.may(Right.DECIDE_NOTICES):
        return
    today = look.once(today_of)
    if number := undecided_cases(look.user, look.day, today.calendar, today.as_at):
        label = f"penalty-notice case{'s' * (number != 1)} to decide"
        yield Line(label, f"{reverse('attendance:notice_list')}?show=undecided", 60, number)
