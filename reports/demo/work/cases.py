"""Attendance cases of the demo school: at every stage, with steps, evidence and moves; some closed, one withdrawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from contacts.models import Channel, Contact, LetterCopy, Purpose
from contacts.services.withdrawal import record_withdraw
from interventions.figures.ladder import review_day
from interventions.models import Action, Barrier, CaseStage, PACase
from interventions.services.cases import case_close, case_move, case_open
from pastoral.core.models import User
from pastoral.core.rights import Role
from reports.demo.cast import Cast, at
from reports.demo.conduct import token
from reports.demo.home.people import Call, Homes, call_reached
from reports.demo.home.stories import MEET, VISITED
from reports.demo.work.case_parts import parts_keep
from reports.demo.work.case_words import DONE, EASED, ENDS, LOOKED, MOVED, REASONS, TALES, WRONG
from reports.demo.work.need import Missed, missed_this_year, on_day, worst_first
from students.summaries import RollEntry

WAYS = {"1": "1", "2": "12", "3": "23", "4": "234", "5": "345", "S": "3S"}
OWNERS = {"3": Role.HEAD_OF_YEAR, "4": Role.HEAD_OF_YEAR, "5": Role.ATTENDANCE_OFFICER, "S": Role.SLT}
PLACES = (0, 4, 9, 15, 22)  # among those of a year who missed most
OVER = (6,)  # and whose cases are closed
SINCE = (4, 13, 8, 24, 6)  # school days that a case is at its last stage
APART = 14
A_YEAR_AGO, MONTHS_AGO = 150, 95
EVIDENCE = {"call": Channel.PHONE, "home_visit": Channel.HOME_VISIT, "meeting": Channel.MEETING}


class Begun(NamedTuple):
    """One case to be: whose, the stages it went through, and how many school days ago it came to the last."""

    number: int
    member: RollEntry
    way: str
    since: int


@dataclass(frozen=True)
class Ladder:
    """What the cases are made with, read once."""

    homes: Homes
    missed: Missed
    stages: dict[str, CaseStage]
    barriers: dict[str, Barrier]

    @property
    def cast(self) -> Cast:
        """Who acts."""
        return self.homes.cast

    def owner(self, code: str, member: RollEntry) -> User:
        """Return who owns a case at a stage."""
        return self.cast.holder(OWNERS.get(code, Role.PASTORAL_MANAGER), member.year)


def cases_open(cast: Cast) -> int:
    """Open cases for those who missed most in each year, with all that belongs to them; close some, withdraw one."""
    if PACase.objects.exists():
        return 0
    stages = {stage.code: stage for stage in CaseStage.objects.all()}
    barriers = {barrier.name: barrier for barrier in Barrier.objects.all()}
    ladder = Ladder(Homes.of(cast, "case"), missed_this_year(cast), stages, barriers)
    ranked = worst_first(ladder.homes, ladder.missed)
    cases = [_made(ladder, begun) for begun in _to_open(ladder, ranked)]
    _settled(ladder, cases)
    parts_keep(ladder.homes, cases)
    closed = [_closed(ladder, n, member) for n, member in enumerate(_to_close(ranked))]
    if len(cases) > 1:
        made = cases[-1]
        record_withdraw(record=made, because=WRONG, by=made.owner, now=at(cast.day, 15))
    return len(cases) + len(closed)


def _to_open(ladder: Ladder, ranked: dict[int, list[RollEntry]]) -> Iterator[Begun]:
    chosen = [members[place] for members in ranked.values() for place in PLACES if place < len(members)]
    for n, member in enumerate(chosen):
        way = WAYS[_code(n, ladder.missed[member.student_id])]
        yield Begun(n, member, way, SINCE[n % len(SINCE)])


def _code(n: int, missed: Fraction) -> str:
    """Return the stage that a share missed leads to (domain.md 4.4)."""
    if 2 * missed >= 1:
        return "S"
    if missed >= Fraction(1, 5):
        return "5" if n % 5 == 0 else "4"
    if missed >= Fraction(1, 10):
        return "3"
    return "2" if missed >= Fraction(7, 100) else "1"


def _made(ladder: Ladder, begun: Begun) -> PACase:
    """Open a case at its first stage and move it to its last, some a stage down at the end."""
    n, member, way = begun.number, begun.member, begun.way
    first = on_day(ladder.cast, begun.since + APART * (len(way) - 1))
    owner = ladder.owner(way[-1], member)
    made = case_open(
        student=ladder.homes.students[member.student_id],
        stage=ladder.stages[way[0]],
        facts=_facts(ladder, begun, first, owner),
        token=token("case", n),
        by=owner,
        now=at(first, 15, n % 60),
        days=ladder.cast.calendar.days,
        barriers=[ladder.barriers[name] for name, _note in TALES[n % len(TALES)].barriers],
        with_steps=True,
    )
    for turn, code in enumerate(way[1:], start=1):
        on = on_day(ladder.cast, begun.since + APART * (len(way) - 1 - turn))
        share = f"{float(100 * ladder.missed[member.student_id]):.0f} %"
        _move(ladder, made, code, on, f"{LOOKED.format(missed=share)} {MOVED[code]}", 10 * n + turn)
    if n % 9 == 5 and len(way) > 1 and begun.since > 5:
        _move(ladder, made, way[-2], on_day(ladder.cast, 3), EASED, 10 * n + 9)
    if n % 6 == 1:  # looked at again too late
        PACase.objects.filter(pk=made.pk).update(review_on=on_day(ladder.cast, 2))
    _rung(ladder, made, begun)
    return PACase.objects.select_related("student", "stage", "owner").get(pk=made.pk)


def _facts(ladder: Ladder, begun: Begun, first: date, owner: User) -> dict[str, Any]:
    calm = begun.number % 10 == 7
    target = min(960, 1000 - int(700 * ladder.missed[begun.member.student_id]))
    return {
        "owner_id": owner.pk,
        "reason": REASONS[begun.way[0]],
        "summary": "" if calm else TALES[begun.number % len(TALES)].summary,
        "target_permille": None if calm else target,
        "target_on": None if calm else ladder.cast.ahead(15),
        "review_on": review_day(ladder.cast.calendar.days, first, 4),
        "is_restricted": begun.number % 11 == 4,
        "opened_on": first,
    }


def _move(ladder: Ladder, case: PACase, code: str, on: date, because: str, number: int) -> None:
    """Settle what was to be done at the stage before, but for its last step, and move the case."""
    case.refresh_from_db()
    steps = list(Action.objects.open().filter(case=case))
    _tick(case, steps[:-1] or steps, on)
    days, stage = ladder.cast.calendar.days, ladder.stages[code]
    case_move(
        case=case, to=stage, seen_stage=case.stage_id, because=because, token=token("move", number), by=case.owner,
        on=on, now=at(on, 15, 40), days=days, review_on=review_day(days, on, stage.review_weeks), still_needed=(),
        with_steps=True,
    )  # fmt: skip


def _tick(case: PACase, steps: list[Action], on: date) -> None:
    for place, step in enumerate(steps):
        step.done_on, step.done_by = min(step.due_on, on), case.owner
        step.done_note = DONE[place % len(DONE)]
    Action.objects.bulk_update(steps, ["done_on", "done_by", "done_note"])


def _rung(ladder: Ladder, case: PACase, begun: Begun) -> None:
    """Visit the home and meet the family, where the ladder came so far, in every other case."""
    carer = ladder.homes.carer(case.student_id)
    if carer is None or begun.number % 2 or begun.way[-1] not in "345S":
        return
    for turn, said in enumerate((MEET[0], VISITED[begun.number % len(VISITED)])):
        when = at(on_day(ladder.cast, begun.since + 2 - turn), 15 + turn, 30)
        number = 2 * begun.number + turn
        call = Call(number, (case.student_id,), carer, when, case.owner, Purpose.ABSENCE)
        call_reached(ladder.homes, call, said)


def _settled(ladder: Ladder, cases: list[PACase]) -> None:
    """Do what is due by now, with what shows it; the last of it is still to be done in two cases of three."""
    keys = [case.student_id for case in cases]
    contacts = Contact.objects.standing(student__in=keys, result="reached").order_by("occurred_at")
    reached = {(row.student_id, row.channel): row for row in contacts.filter(channel__in=EVIDENCE.values())}
    copies = LetterCopy.objects.filter(letter__student__in=keys).exclude(sent_at=None).select_related("letter")
    letters = {copy.letter.student_id: copy for copy in copies.order_by("sent_at")}
    done = []
    for n, case in enumerate(cases):
        due = [each for each in case.actions.filter(done_on=None) if each.due_on <= ladder.cast.day]
        done += due[:-1] if n % 3 else due
    for place, step in enumerate(done):
        step.done_on, step.done_by_id = step.due_on, step.owner_id
        step.done_note = DONE[place % len(DONE)]
    every = [*done, *Action.objects.filter(case__in=cases, not_needed_because="").exclude(done_on=None)]
    for step in every:
        student = step.student_id or 0
        step.evidence_contact = reached.get((student, EVIDENCE.get(step.kind, Channel.LETTER)))
        step.evidence_copy = letters.get(student) if step.kind == "letter" else None
    columns = ["done_on", "done_by", "done_note", "evidence_contact", "evidence_copy"]
    Action.objects.bulk_update({step.pk: step for step in every}.values(), columns)


def _to_close(ranked: dict[int, list[RollEntry]]) -> list[RollEntry]:
    return [members[place] for members in ranked.values() for place in OVER if place < len(members)]


def _closed(ladder: Ladder, n: int, member: RollEntry) -> PACase:
    """Open a case of last year, or of last term, and close it with how it came out."""
    first = on_day(ladder.cast, A_YEAR_AGO + n)
    owner = ladder.cast.holder(Role.HEAD_OF_YEAR, member.year)
    made = case_open(
        student=ladder.homes.students[member.student_id],
        stage=ladder.stages["2"],
        facts={"owner_id": owner.pk, "reason": REASONS["2"], "summary": TALES[n % len(TALES)].summary,
               "target_permille": 950, "target_on": first + timedelta(weeks=10), "opened_on": first,
               "review_on": first + timedelta(weeks=4)},
        token=token("case over", n),
        by=owner,
        now=at(first, 15),
        days=ladder.cast.calendar.days,
        with_steps=True,
    )  # fmt: skip
    last = on_day(ladder.cast, MONTHS_AGO + n)
    _tick(made, list(made.actions.all()), last)
    outcome, note = ENDS[n % len(ENDS)]
    case_close(case=made, closed_on=last, outcome=outcome, outcome_note=note, by=owner)
    return made
