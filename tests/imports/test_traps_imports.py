"""T12: what a file may not bring in: dates of other centuries, the future, absent and late at once, students gone."""

from collections.abc import Callable
from datetime import date

import pytest

from attendance.models import SessionMark
from pastoral.core.imports.pipeline import Outcome
from students.models import Student
from tests.factories import SessionMarkFactory

Run = Callable[..., Outcome]


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("001004,16/11/0003,AM,/,,", "Date", "outside the academic years held"),
        ("001004,16/11/0209,AM,/,,", "Date", "outside the academic years held"),
        ("001004,16/11/2086,AM,/,,", "Date", "outside the academic years held"),
        ("001004,16/11/6209,AM,/,,", "Date", "outside the academic years held"),
        ("001004,23/11/2026,AM,/,,", "Date", "in the future"),
        ("001004,16/11/2026,AM,I,12,", "Minutes Late", "only go with L or U"),
        ("001011,16/11/2026,AM,/,,", "Date", "left"),
    ],
)
def test_t12_a_line_that_cannot_be_true_is_refused_with_its_number_and_a_reason(
    line: str, column: str, words: str, school: list[Student], marks: Run
) -> None:
    Student.objects.filter(admission_number="001011").update(left_on=date(2026, 10, 23))
    outcome = marks("001010,16/11/2026,AM,/,,", line)
    (refused,) = outcome.refused
    assert (refused.line, refused.column) == (3, column)
    assert words in refused.reason
    assert SessionMark.objects.count() == 1, "the good line went in all the same"


def test_t12_the_same_line_twice_and_the_same_file_twice_change_nothing(school: list[Student], marks: Run) -> None:
    SessionMarkFactory(student=school[0], letters="I")
    lines = ("001004,16/11/2026,AM,I,,", "001004,16/11/2026,AM,I,,", "001010,16/11/2026,AM,L,7,")
    first, again = marks(*lines), marks(*lines)
    assert (first.new, first.changed, first.same) == (1, 0, 2)
    assert (again.new, again.changed, again.same) == (0, 0, 3)
    assert SessionMark.objects.count() == 2
