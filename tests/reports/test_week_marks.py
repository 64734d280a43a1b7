"""A student's marks of the week side by side: each day's counts, and the marks themselves."""

from datetime import date, timedelta

from attendance.codes import code_on
from attendance.figures import NOTHING, Counts
from reports.summaries.reasons import Mark
from reports.summaries.weekmarks import WeekMarks, slot_of, week_marks
from tests.factories import enrol
from tests.marks import lay

MONDAY = date(2026, 11, 16)
WEEK_BEFORE = MONDAY - timedelta(weeks=1)
PRESENT, LATE, ILL = (code_on(letters, MONDAY).key for letters in ("/", "L", "I"))
# Monday of the week before, both sessions; Monday of the week; Wednesday afternoon alone.
HELD = WeekMarks(MONDAY, [-14, -13, 0, 1, 5], [ILL, ILL, LATE, PRESENT, ILL], [None, None, 7, None, None])


def test_a_slot_is_a_half_day_from_monday():
    assert [slot_of(MONDAY + timedelta(days=days), MONDAY) for days in (-7, 0, 4)] == [-14, 0, 8]


def test_a_day_counts_its_own_two_sessions():
    assert HELD.counts_on(MONDAY) == Counts(present=2, late_before_close=1, minutes_late=7)
    assert HELD.counts_on(WEEK_BEFORE) == Counts(authorised=2)
    assert HELD.counts_on(MONDAY + timedelta(days=2)) == Counts(authorised=1)
    assert HELD.counts_on(MONDAY + timedelta(days=1)) == HELD.counts_on(None) == NOTHING


def test_the_marks_of_the_week_leave_out_the_day_compared_with():
    assert HELD.of_week == (
        Mark(MONDAY, "AM", LATE, 7),
        Mark(MONDAY, "PM", PRESENT, None),
        Mark(MONDAY + timedelta(days=2), "PM", ILL, None),
    )


def test_marks_are_read_in_order_for_the_days_asked(seeded):
    student, other = enrol("9A", count=2)
    lay(student, MONDAY, "/ I L /")
    lay(student, WEEK_BEFORE, "I I")
    lay(other, WEEK_BEFORE, "//")
    found = week_marks([student.pk, other.pk], MONDAY, [WEEK_BEFORE, MONDAY])
    assert found[student.pk].slots == [-14, -13, 0, 1]
    assert [mark.session for mark in found[student.pk].of_week] == ["AM", "PM"]
    assert found[other.pk].of_week == ()
