"""Late a number of times in a week, in a half term, or within some weeks."""

from collections.abc import Iterator

from attendance.rules.data import RuleData, Setting
from attendance.rules.found import Found, key_of


def lates(data: RuleData, setting: Setting) -> Iterator[Found]:
    """Yield who was late, before or after the register closed, as often as the rule says or more.

    Source: domain.md 4.5 (3 in a week: tutor; 5 in a half term: detention; 8 to 10: Head of Year).
    """
    for span in data.spans(setting.weeks):
        for student, marks in data.marks.items():
            late = [mark for mark in marks if mark.is_late and span.holds(mark.day)]
            if len(late) >= setting.count:
                facts = {
                    "first": span.first.isoformat(),
                    "last": span.last.isoformat(),
                    "lates": len(late),
                    "minutes": sum(mark.minutes for mark in late),
                    "sessions": [[mark.day.isoformat(), mark.session] for mark in late],
                }
                yield Found(student, key_of(span.key), facts, setting.proposes)
