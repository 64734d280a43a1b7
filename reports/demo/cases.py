"""Longer stories of the demo school: report cards with their scores, and cases of bullying."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from attendance.codes import CodeClass
from attendance.models import Period, SessionMark
from behaviour.models import (
    BullyingCase,
    CardDay,
    CardScore,
    CardTarget,
    CaseCheck,
    CaseIncident,
    CaseStudent,
    Incident,
    Involvement,
    ReportCard,
)
from behaviour.services.cards import Opening, card_open
from pastoral.core.models import User
from pastoral.core.rights import Role
from reports.demo.cast import Cast, at, weeks_on
from reports.demo.conduct import tutor_of
from students.models import Student
from students.summaries import RollEntry

CARDS = (
    (ReportCard.Level.TUTOR, "Late to lessons", ("On time to every lesson", "Book and pen on the desk")),
    (ReportCard.Level.HEAD_OF_YEAR, "Disruption in three subjects", ("I put my hand up", "I start within a minute")),
    (ReportCard.Level.TUTOR, "Homework missing", ("I write my homework down",)),
    (
        ReportCard.Level.SLT,
        "Back after a suspension",
        ("I follow the first request", "I stay in the room", "I am kind"),
    ),
)
SCORES = (2, 2, 1, 2, 2, 0, 2, 1, 2)
DAYS = 6


def cards_keep(cast: Cast) -> int:
    """Keep a card at each level, scored lesson by lesson for six days; the last day waits for its signature."""
    if ReportCard.objects.exists():
        return 0
    days = cast.days_back(DAYS)
    members = cast.some(max(len(CARDS), cast.share(8)), start=29)
    people = Student.objects.in_bulk([member.student_id for member in members])
    cards = []
    for n, member in enumerate(members):
        level, reason, targets = CARDS[n % len(CARDS)]
        keeper = _keeper(cast, level, member)
        opening = Opening(level, reason, targets, days[0], cast.ahead(6), keeper, 80, 5, 4, days[0], "Telephone")
        now = at(days[0], 8, 20)
        cards.append(card_open(student=people[member.student_id], opening=opening, by=keeper, now=now))
    _scored(cast, cards)
    return len(cards)


def _keeper(cast: Cast, level: str, member: RollEntry) -> User:
    if level == ReportCard.Level.TUTOR:
        return tutor_of(cast, member)
    return cast.holder(Role.SLT if level == ReportCard.Level.SLT else Role.HEAD_OF_YEAR, member.year)


def _scored(cast: Cast, cards: list[ReportCard]) -> None:
    days, periods = cast.days_back(DAYS), list(Period.objects.order_by("starts").values_list("name", flat=True))
    targets = CardTarget.objects.filter(card__in=cards).select_related("card__keeper")
    marks = SessionMark.objects.filter(student__in=[card.student_id for card in cards], date__in=days)
    here = set(marks.filter(code__code_class=CodeClass.PRESENT).values_list("student", "date"))
    CardScore.objects.bulk_create(
        CardScore(
            target=target,
            day=day,
            period=period,
            score=SCORES[(target.pk + 5 * d + 3 * p) % len(SCORES)],
            by=target.card.keeper,
            at=at(day, 9 + p, 50),
        )
        for target in targets
        for d, day in enumerate(days)
        if (target.card.student_id, day) in here
        for p, period in enumerate(periods)
    )
    CardDay.objects.bulk_create(
        CardDay(
            card=card,
            day=day,
            note="A steadier day than yesterday.",
            signed_by=card.keeper,
            signed_at=at(day, 15, 20),
            parent_signed_on=day + timedelta(days=1) if d % 2 else None,
            parent_how="Signed the card" if d % 2 else "",
        )
        for card in cards
        for d, day in enumerate(days[:-1])
        if (card.student_id, day) in here
    )


IN_A_YEAR = 2
SUMMARIES = {
    "online": "Messages in a group chat after school, with a picture that was changed; a friend showed them.",
    "physical": "Pushed against the lockers and tripped on the stairs, three times in two weeks. Others looked on.",
    "said": "Names and remarks over several days, seen by others.",
}


def cases_keep(cast: Cast) -> int:
    """Open two cases in each year over incidents with two sides; the oldest is closed, with both looks back done."""
    if BullyingCase.objects.exists():
        return 0
    roles = Involvement.Role
    two_sided = (
        Incident.objects.standing(involvements__role=roles.PERPETRATOR)
        .filter(
            pk__in=Involvement.objects.filter(role=roles.VICTIM).values("incident"), type__regex="^(Bullying|Prejudice)"
        )
        .order_by("occurred_on", "pk")
        .distinct()
    )
    years, by_year = {member.student_id: member.year for member in cast.roll}, defaultdict[int, list[Incident]](list)
    for incident in two_sided.prefetch_related("involvements"):
        for year in {years[part.student_id] for part in incident.involvements.all() if part.student_id in years}:
            by_year[year].append(incident)
    held: dict[int, Incident] = {}
    for each in by_year.values():
        held |= {incident.pk: incident for incident in each[:: len(each) // IN_A_YEAR or 1][:IN_A_YEAR]}
    chosen = sorted(held.values(), key=lambda each: (each.occurred_on, each.pk))
    for n, incident in enumerate(chosen):
        _case(cast, incident, years, is_closed=n == 0 and len(chosen) > 1)
    return len(chosen)


def _case(cast: Cast, incident: Incident, years: dict[int, int], *, is_closed: bool) -> None:
    parts = list(incident.involvements.all())
    owner = cast.holder(
        Role.HEAD_OF_YEAR, next((years[part.student_id] for part in parts if part.student_id in years), None)
    )
    opened = at(incident.occurred_on, 16, 10)
    closed = {"closed_by": owner, "closed_at": at(cast.day, 15)} if is_closed else {}
    motivation = "race" if "racist" in incident.type else "sex" if "sexist" in incident.type else "appearance"
    is_online = "online" in incident.type.lower()
    case = BullyingCase.objects.create(
        form="physical" if "physical" in incident.type else "verbal",
        medium="online" if is_online else "in_person",
        motivations=[motivation],
        finding="found" if is_closed else "alleged",
        summary=SUMMARIES["online" if is_online else "physical" if "physical" in incident.type else "said"],
        action="Restorative meeting held; seating and lunch places changed." if is_closed else "",
        outcome="It has stopped; lunch is with friends again." if is_closed else "",
        owner=owner,
        opened_by=owner,
        opened_at=opened,
        **closed,
    )
    CaseIncident.objects.create(case=case, incident=incident)
    sides = {Involvement.Role.VICTIM: "target", Involvement.Role.PERPETRATOR: "perpetrator"}
    CaseStudent.objects.bulk_create(
        CaseStudent(
            case=case,
            student_id=part.student_id,
            side=sides[Involvement.Role(part.role)],
            support="Seen by the tutor each morning"
            if part.role == Involvement.Role.VICTIM
            else "Work on words that hurt",
            parents_told_on=incident.occurred_on,
        )
        for part in parts
        if part.role in sides
    )
    CaseCheck.objects.bulk_create(
        CaseCheck(case=case, weeks=weeks, due_on=due, **_asked(cast, owner, due, is_closed=is_closed, n=case.pk))
        for weeks in CaseCheck.WEEKS
        for due in [weeks_on(incident.occurred_on, weeks)]
    )


def _asked(cast: Cast, owner: User, due: date, *, is_closed: bool, n: int) -> dict[str, Any]:
    """Return what the target said by then: in a case that is closed, and in two of three where the day is past."""
    if is_closed:
        return {"done_on": cast.day, "done_by": owner, "is_over": True, "note": "No more of it."}
    day = cast.calendar.next_school_day(due)
    if n % 3 == 0 or day is None or day >= cast.day:
        return {}
    is_over = n % 2 == 0
    note = "It has stopped, but I look over my shoulder." if is_over else "Less, but still on the bus."
    return {"done_on": day, "done_by": owner, "is_over": is_over, "note": note}
