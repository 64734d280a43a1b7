"""Brothers and sisters absent on the same days."""

from collections.abc import Iterator
from datetime import date

from attendance.rules.data import RuleData, Setting, Span
from attendance.rules.found import Found, key_of
from attendance.rules.odds import is_chance

DEFAULT_WEEKS = 4
ONE_IN = 50
# A family holiday (G) is no riddle.
LETTERS = frozenset({"I", "N", "O"})


def siblings(data: RuleData, setting: Setting) -> Iterator[Found]:
    """Yield children who share a parent or carer and were absent on at least `count` of the same days.

    Faint where two children who are away often would meet on so many days by chance once in 50. Each child is found,
    with the others' keys, so that each year's team sees it. Source: product.md D36.
    """
    (span,) = data.spans(setting.weeks or DEFAULT_WEEKS)[-1:] or (None,)
    if span is None:
        return
    days = {student: {mark.day for mark in marks if span.holds(mark.day)} for student, marks in data.absences(LETTERS)}
    school_days = len(data.calendar.between(span.first, span.last))
    together: dict[int, dict[int, set[date]]] = {}
    sure: set[int] = set()
    for one, other in _pairs(data.families):
        shared = days.get(one, set()) & days.get(other, set())
        if len(shared) >= setting.count:
            together.setdefault(one, {})[other] = shared
            together.setdefault(other, {})[one] = shared
            if not is_chance(len(shared), len(days[one]), len(days[other]), school_days, one_in=ONE_IN):
                sure |= {one, other}
    for student, others in together.items():
        yield Found(student, key_of(span.key), _facts(span, others), setting.proposes, is_faint=student not in sure)


def _pairs(families: tuple[frozenset[int], ...]) -> set[tuple[int, int]]:
    return {(one, other) for family in families for one in family for other in family if one < other}


def _facts(span: Span, others: dict[int, set[date]]) -> dict[str, object]:
    shared = sorted(set().union(*others.values()))
    return {
        "first": span.first.isoformat(),
        "last": span.last.isoformat(),
        "days": [day.isoformat() for day in shared],
        "with": sorted(others),
        "sessions": [[day.isoformat(), session] for day in shared for session in ("AM", "PM")],
    }
