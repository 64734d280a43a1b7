"""When a case of bullying or prejudice may be closed."""

from collections.abc import Iterable

from behaviour.models import BullyingCase, CaseCheck, CaseStudent
from behaviour.models.cases import PROTECTED

Finding = BullyingCase.Finding


def is_prejudice(motivations: Iterable[str]) -> bool:
    """Test for a protected characteristic among the motivations (Equality Act 2010 s.4)."""
    return not PROTECTED.isdisjoint(motivations)


FOUND, DONE, ENDED = ASKED_AT_THE_END = ("what was found", "what was done", "how it stands for the target")


def missing_to_close(
    case: BullyingCase, students: Iterable[CaseStudent], checks: Iterable[CaseCheck]
) -> tuple[str, ...]:
    """Return what is still to be written before the case may be closed, in words; nothing when it may be.

    What was not found to be so needs no support and no look back.
    """
    missing = [
        words
        for is_missing, words in (
            (case.finding == Finding.ALLEGED, FOUND),
            (not case.action, DONE),
            (not case.outcome, ENDED),
        )
        if is_missing
    ]
    if case.finding != Finding.NOT_FOUND:
        missing += [*_of_students(students), *_of_checks(checks)]
    return tuple(missing)


def _of_students(students: Iterable[CaseStudent]) -> Iterable[str]:
    held = list(students)
    for side, words in (("target", "support for the target"), ("perpetrator", "support for who did it")):
        if any(each.side == side and not each.support for each in held):
            yield words
    told = sum(1 for each in held if each.parents_told_on is None)
    if told:
        yield f"when the parents of {told} student{'s' * (told > 1)} were told"


def _of_checks(checks: Iterable[CaseCheck]) -> Iterable[str]:
    held = sorted(checks, key=lambda check: check.weeks)
    for check in held:
        if check.done_on is None:
            yield f"the check after {check.weeks} weeks"
    done = [check for check in held if check.done_on]
    if done and not done[-1].is_over:
        yield "that it has stopped: the last check says that it has not"
