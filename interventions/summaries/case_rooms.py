"""What cases have in common: who is to do what (D92), and how cases with a barrier ended (D93)."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from attendance.summaries.reach import Reached, reached
from interventions.models import Action, CaseBarrier, PACase
from interventions.reading import may_read
from pastoral.core.models import User
from pastoral.core.rights import Right


@dataclass(frozen=True)
class SharedAction:
    """One open action of a case. late: days past its day; of_party: how many its party has in the whole list."""

    row: Action
    who: Reached
    late: int
    of_party: int

    @property
    def may_keep(self) -> bool:
        """Test for a student whose cases the person keeps."""
        return Right.KEEP_PA_CASES in self.who.rights


def shared_actions(user: User, today: date, *, year: int = 0, party: str = "") -> list[SharedAction]:
    """Return the open actions of open cases by who does them, the longest overdue first, in two queries."""
    open_ones = PACase.objects.visible_to(user).open()
    held = Action.objects.open().read_by(user).filter(case__in=open_ones).select_related("owner", "case__stage")
    rows = list(held.filter(party=party) if party else held)
    students = reached(user, {row.student_id for row in rows if row.student_id})
    told = [(row, students[row.student_id]) for row in rows if row.student_id in students]
    told = [(row, who) for row, who in told if year in (0, who.year) and _is_read(user, row.case, who)]
    numbers = Counter(row.party for row, _who in told)
    places = {each: place for place, each in enumerate(Action.Party.values)}
    told.sort(key=lambda each: (places[each[0].party], each[0].due_on, each[1].name))
    return [SharedAction(row, who, max((today - row.due_on).days, 0), numbers[row.party]) for row, who in told]


def _is_read(user: User, case: PACase | None, who: Reached) -> bool:
    return case is not None and may_read(user, is_restricted=case.is_restricted, own=[case.owner_id], rights=who.rights)


@dataclass(frozen=True)
class BarrierRow:
    """One barrier. outcomes: each with its words and how many closed cases ended so; open: how many still run."""

    key: int
    name: str
    cases: int
    open: int
    eased: int
    outcomes: tuple[tuple[str, str, int], ...]


OUTCOMES: Sequence[tuple[str, str]] = [(str(value), str(label)) for value, label in PACase.Outcome.choices]


def barrier_rows(user: User, *, year: int = 0) -> tuple[BarrierRow, ...]:
    """Return how cases with each barrier ended, of those that the person may read, in two queries."""
    cases = PACase.objects.visible_to(user).standing()
    found = list(CaseBarrier.objects.filter(case__in=cases).select_related("barrier", "case"))
    students = reached(user, {each.case.student_id for each in found})
    held: dict[str, list[CaseBarrier]] = defaultdict(list)
    for each in found:
        who = students.get(each.case.student_id)
        if who and year in (0, who.year) and _is_read(user, each.case, who):
            held[each.barrier.name].append(each)
    rows = (_barrier_row(name, own) for name, own in held.items())
    return tuple(sorted(rows, key=lambda row: (-row.cases, row.name)))


def _barrier_row(name: str, own: Sequence[CaseBarrier]) -> BarrierRow:
    ended = Counter(each.case.outcome for each in own)
    return BarrierRow(
        own[0].barrier_id,
        name,
        len(own),
        ended[""],
        sum(each.eased_on is not None for each in own),
        tuple((value, label, ended[value]) for value, label in OUTCOMES),
    )
