"""The proposals as their page shows them, each to who may decide it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from attendance.models import Proposal, RuleException, SessionMark
from attendance.querysets import ProposalQuerySet
from attendance.rules.registry import words_for
from attendance.summaries.reach import Reached, reached
from attendance.summaries.rule_data import rule_settings
from attendance.summaries.rule_people import people_named
from attendance.summaries.shown import MarkShown, mark_shown
from pastoral.core.models import User
from pastoral.core.rights import Right, Role
from students.scopes import scope_of
from students.strands import TELLS_OF, Strand, told


def proposals_in_reach(user: User, on: date) -> ProposalQuerySet:
    """Return the proposals that the person may decide, whichever other students they see."""
    return Proposal.objects.decidable_by(user, on)


def may_decide(proposal: Proposal, rights: frozenset[Right]) -> bool:
    """Test whether somebody with those rights over the student may decide the proposal."""
    if proposal.strand != Strand.ATTENDANCE and TELLS_OF not in rights:
        return False
    is_tutors = proposal.person == Role.FORM_TUTOR
    return Right.DECIDE_PROPOSALS in rights or (is_tutors and Right.ANSWER_PROPOSALS in rights)


@dataclass(frozen=True)
class Shown:
    """One proposal as a person reads it. words: what was found, with its figures; others: whom it names besides.

    person: whose step it is, by name.
    """

    proposal: Proposal
    who: Reached
    title: str
    words: str
    others: str
    person: str = ""

    @property
    def strand(self) -> str:
        """Return what the strand is called."""
        return Strand(self.proposal.strand).label

    @property
    def decided_by(self) -> str:
        """Who decided, as staff are called."""
        return self.proposal.decided_by.formal_name if self.proposal.decided_by else ""


def proposals_shown(user: User, proposals: Iterable[Proposal]) -> list[Shown]:
    """Return the proposals that the person may decide, in the order given, named and in words; three queries."""
    held = list(proposals)
    people = reached(user, {key for one in held for key in (one.student_id, *one.facts.get("with", ()))})
    titles = {setting.slug: setting.title for setting in rule_settings()}
    names = people_named(held, people, scope_of(user).on)
    return [
        Shown(
            one,
            who,
            titles.get(one.rule, one.rule),
            words_for(one.rule, one.facts),
            _others(one, people),
            names.get(one.pk, ""),
        )
        for one in held
        if (who := people.get(one.student_id)) and may_decide(one, who.rights)
    ]


@dataclass(frozen=True)
class ShownTogether:
    """One student's proposals, decided together or singly. keys: all of them, as one tick sends them."""

    who: Reached
    rows: tuple[Shown, ...]

    @property
    def keys(self) -> str:
        """The proposals' keys as one value."""
        return " ".join(str(row.proposal.pk) for row in self.rows)

    @property
    def behind(self) -> int:
        """How many different sessions and other happenings they rest on."""
        facts = [row.proposal.facts for row in self.rows]
        return len({tuple(one) for held in facts for one in (*held.get("sessions", ()), *held.get("happened", ()))})


def together(rows: Iterable[Shown]) -> list[ShownTogether]:
    """Return the proposals student by student: who has most findings first, then who has most behind them."""
    held: dict[int, list[Shown]] = defaultdict(list)
    for row in rows:
        held[row.who.student_id].append(row)
    students = [ShownTogether(ones[0].who, tuple(ones)) for ones in held.values()]
    return sorted(students, key=lambda one: (-len(one.rows), -one.behind))


def _others(proposal: Proposal, people: Mapping[int, Reached]) -> str:
    """Name the brothers and sisters whom the person may see, and count the rest."""
    keys = proposal.facts.get("with", ())
    known = [f"{people[key].name} {people[key].tutor_group}" for key in keys if key in people]
    rest = len(keys) - len(known)
    return "; ".join([*known, f"{rest} in another year" if known else ""] if rest else known)


@dataclass(frozen=True)
class MarkBehind:
    """A session that a finding rests on, as its mark stands now; shown is None where there is none any more."""

    day: date
    session: str
    shown: MarkShown | None
    minutes: int | None


def marks_behind(proposal: Proposal, *, sees_sensitive: bool) -> tuple[MarkBehind, ...]:
    """Return the sessions that the finding rests on, latest first, each as it stands now, in one query."""
    sessions = sorted({(date.fromisoformat(day), session) for day, session in proposal.facts.get("sessions", ())})
    rows = SessionMark.objects.filter(student=proposal.student_id, date__in={day for day, _ in sessions}).order_by()
    held = {(row.date, row.session): row for row in rows}
    return tuple(
        MarkBehind(
            day,
            session,
            mark_shown(mark.code_id, sees_sensitive=sees_sensitive) if mark else None,
            mark.minutes_late if mark else None,
        )
        for day, session in reversed(sessions)
        for mark in [held.get((day, session))]
    )


@dataclass(frozen=True)
class HappeningBehind:
    """A record that a finding rests on, as it stands now; one that is not told any more is only a day."""

    day: date
    label: str
    url: str
    stands: bool


def happened_behind(user: User, proposal: Proposal) -> tuple[HappeningBehind, ...]:
    """Return the records that the finding rests on, latest first, in the few queries of their sources."""
    rows = [(name, key, date.fromisoformat(day)) for name, key, day in proposal.facts.get("happened", ())]
    names = {name for name, _key, _day in rows}
    known = {name: told(user, name, [key for each, key, _day in rows if each == name]) for name in names}
    return tuple(
        HappeningBehind(day, one.label, one.url, one.stands) if one else HappeningBehind(day, "not shown", "", True)
        for name, key, day in sorted(rows, key=lambda row: row[2], reverse=True)
        for one in [known[name].get(key)]
    )


@dataclass(frozen=True)
class ExceptionShown:
    """Days of a student that do not count, as somebody reads of them."""

    exception: RuleException
    who: Reached
    what: str


def exceptions_shown(user: User, exceptions: Iterable[RuleException]) -> list[ExceptionShown]:
    """Return the exceptions with names, in two queries."""
    held = list(exceptions)
    people = reached(user, {one.student_id for one in held})
    titles = {setting.slug: setting.title for setting in rule_settings()}
    return [
        ExceptionShown(
            one,
            people[one.student_id],
            titles.get(one.rule, one.rule) if one.rule else f"every rule about {Strand(one.strand).label.lower()}",
        )
        for one in held
        if one.student_id in people
    ]


def exceptions_of(proposal: Proposal) -> list[RuleException]:
    """Return the exceptions that the rule minds for the student, those made since included; one query."""
    made = RuleException.objects.standing(
        student=proposal.student_id, strand=proposal.strand, rule__in=["", proposal.rule]
    )
    return list(made.select_related("made_by"))
