"""So many in a window, of whatever a source recorded: the ladder of behaviour, homework and uniform."""

from collections import Counter
from collections.abc import Iterator, Sequence

from attendance.rules.data import RuleData, Setting, Span
from attendance.rules.found import Found, key_of
from students.strands import Happening

EVERYTHING, POINTS = "strand", "points"


def counted(data: RuleData, setting: Setting) -> Iterator[Found]:
    """Yield of whom `count` or more happened within the window; the last days of grace do not count yet.

    What is excused is left out, and said to be. Source: product.md D95; the grace is T8's.
    """
    for span in data.spans(setting.weeks):
        for student, happened in data.happened.items():
            within = [
                one for one in happened if span.holds(one.day) and _is_meant(one, setting) and one.day < data.grace_from
            ]
            excused = {each for each in data.excused if each.student_id == student}
            counting = [one for one in within if not any(each.holds(one.day) for each in excused)]
            number = sum(one.points for one in counting) if setting.counts == POINTS else len(counting)
            if number >= setting.count:
                keys = sorted(each.key for each in excused if any(each.holds(one.day) for one in within))
                facts = _facts(span, setting, counting, number) | {"excused": len(within) - len(counting)}
                yield Found(student, key_of(span.key), facts | {"exceptions": keys}, setting.proposes)


def _is_meant(one: Happening, setting: Setting) -> bool:
    if setting.counts in (EVERYTHING, POINTS):
        return one.strand == setting.strand
    return one.kind == setting.counts


def _facts(span: Span, setting: Setting, counting: Sequence[Happening], number: int) -> dict[str, object]:
    return {
        "first": span.first.isoformat(),
        "last": span.last.isoformat(),
        "number": number,
        "counts": setting.counts,
        "kinds": dict(Counter(one.label for one in counting).most_common()),
        "happened": [[one.source, one.key, one.day.isoformat()] for one in counting],
    }
