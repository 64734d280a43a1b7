"""Incidents, form time, calls for help, report cards, teachers asked, recognition, and what is for the DSL alone.

Of cases of bullying only that they were opened and closed: what is written in them tells of both sides, and stands on
their own page with the names of those taken out whom the reader does not know.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from behaviour.models import (
    Achievement,
    BullyingCase,
    CampaignAward,
    CaseStudent,
    DslConcern,
    GoodNews,
    Incident,
    IncidentType,
    OnCall,
    ReportCard,
    RoundRobin,
    TutorMark,
)
from behaviour.summaries.inbox import with_parts
from behaviour.summaries.incidents import IncidentShown, ever_in, incident_shown
from behaviour.summaries.incidents import Reader as IncidentReader
from pastoral.core.backdated import happened
from pastoral.core.rights import Right
from reports.chronology.entries import Ask, Entry, Kind, Source, logged, moment, paragraphs
from students.scopes import scope_of
from students.staff import staff_names

_TELLS = frozenset({Right.SEE_BEHAVIOUR_NARRATIVE})


def _incidents(ask: Ask) -> Sequence[Any]:
    of_the_dsl = IncidentType.objects.filter(name=OuterRef("type"), goes_to_dsl=True)
    held = Incident.objects.visible_to(ask.user).standing(involvements__student=ask.student)
    held = (held if ask.takes_dsl else held.exclude(Exists(of_the_dsl))).filter(ask.days("occurred_on"))
    return [with_parts(held.annotate(is_for_dsl=Exists(of_the_dsl))).order_by("occurred_on", "occurred_at_time", "pk")]


def _of_incidents(ask: Ask, incidents: Sequence[Any]) -> Iterator[Entry]:
    if not incidents:
        return
    people = ever_in(each.pk for each in incidents)
    reader = IncidentReader.of(ask.user, set().union(*people.values()), scope_of(ask.user).on)
    staff = staff_names(each.recorded_by for each in incidents if each.logged_by is None)
    for each in incidents:
        shown = incident_shown(each, reader, staff, people[each.pk])
        yield _incident(ask, each, shown, frozenset(people[each.pk] - {ask.student}))


def _incident(ask: Ask, incident: Any, shown: IncidentShown, others: frozenset[int]) -> Entry:
    """Return what happened with the student's own part; of other parts only what the account itself tells."""
    mine = next(part for part in shown.parts if part.key == ask.student)
    points = f", {mine.points} point{'s' * (mine.points != 1)}" if mine.points else ""
    place = ", ".join(filter(None, (shown.location, shown.activity)))
    said = f"Statement: {mine.statement}" if mine.statement else ""
    action = f"Action: {mine.action_taken}" if mine.action_taken else ""
    return Entry(
        f"incident:{shown.key}",
        shown.occurred_on,
        Kind.DSL if incident.is_for_dsl else Kind.INCIDENT,
        f"{shown.type}: {mine.role.lower()}{points}",
        paragraphs(place, shown.words, mine.comment, said, action),
        at=shown.occurred_at,
        who=shown.told_by,
        url=ask.link(Right.SEE_BEHAVIOUR_NARRATIVE, "behaviour:incident_detail", shown.key),
        logged_at=logged(happened(shown.occurred_on, shown.occurred_at), incident.logged_at),
        others=others,
    )


def _form_time(ask: Ask) -> Sequence[Any]:
    marks = TutorMark.objects.visible_to(ask.user).standing(student=ask.student)
    return [marks.filter(ask.days("day")).select_related("by").order_by("day", "pk")]


def _of_form_time(ask: Ask, marks: Sequence[TutorMark]) -> Iterator[Entry]:
    for mark in marks:
        title = f"Form time: {mark.get_kind_display().lower()}"
        late = logged(mark.day, mark.at)
        key, who = f"tutor_mark:{mark.pk}", mark.by.formal_name
        yield Entry(key, mark.day, Kind.FORM_TIME, title, mark.note, who=who, logged_at=late)


def _calls(ask: Ask) -> Sequence[Any]:
    calls = OnCall.objects.visible_to(ask.user).standing(student=ask.student)
    return [calls.filter(ask.moments("asked_at")).select_related("asked_by", "arrived_by").order_by("asked_at", "pk")]


def _of_calls(ask: Ask, calls: Sequence[OnCall]) -> Iterator[Entry]:
    for call in calls:
        ended = f" – {call.get_outcome_display()}" if call.outcome else ""
        came = f"{call.arrived_by.formal_name} came" if call.arrived_by else ""
        yield Entry(
            f"on_call:{call.pk}",
            kind=Kind.HELP,
            title=f"Help called to {call.room}{ended}",
            words=paragraphs(call.reason, came, call.note),
            who=call.asked_by.formal_name,
            url=ask.link(Right.ANSWER_CALLS, "behaviour:on_call_detail", call.pk),
            **moment(call.asked_at),
        )


def _cards(ask: Ask) -> Sequence[Any]:
    cards = ReportCard.objects.visible_to(ask.user).standing(student=ask.student)
    cards = cards.filter(ask.days("starts_on") | ask.moments("ended_at"))
    return [cards.select_related("keeper", "ended_by").order_by("starts_on", "pk")]


def _of_cards(ask: Ask, cards: Sequence[ReportCard]) -> Iterator[Entry]:
    for card in cards:
        url = ask.link(Right.SEE_BEHAVIOUR_NARRATIVE, "behaviour:card_detail", card.pk)
        title, key = f"Report card, {card.get_level_display()}", f"card:{card.pk}"
        span = f"to {card.ends_on:%-d %b %Y}"
        begins, keeper = f"{title}: begins, {span}", card.keeper.formal_name
        yield Entry(key, card.starts_on, Kind.CARD, begins, card.reason, who=keeper, url=url)
        if card.ended_at and card.ended_by:
            on = timezone.localdate(card.ended_at)
            ends = f"{title}: {card.get_outcome_display().lower()}"
            yield Entry(f"{key}:end", on, Kind.CARD, ends, card.outcome_note, who=card.ended_by.formal_name, url=url)


def _cases(ask: Ask) -> Sequence[Any]:
    sides = CaseStudent.objects.filter(student=ask.student, case__in=BullyingCase.objects.visible_to(ask.user))
    span = ask.moments("case__opened_at", "case__closed_at")
    return [sides.filter(span, case__withdrawn_at=None).select_related("case__owner", "case__closed_by")]


def _of_cases(ask: Ask, sides: Sequence[CaseStudent]) -> Iterator[Entry]:
    for side in sides:
        case = side.case
        key, url = f"bullying:{case.pk}", ask.link(Right.KEEP_CASES, "behaviour:case_detail", case.pk)
        title = f"Bullying case, {side.get_side_display().lower()}: {case.get_form_display().lower()}"
        who = case.owner.formal_name
        yield Entry(key, kind=Kind.BULLYING, title=f"{title}, opened", who=who, url=url, **moment(case.opened_at))
        if case.closed_at and case.closed_by:
            ends, by = f"{title}, closed: {case.get_finding_display().lower()}", case.closed_by.formal_name
            yield Entry(f"{key}:end", kind=Kind.BULLYING, title=ends, who=by, url=url, **moment(case.closed_at))


def _robins(ask: Ask) -> Sequence[Any]:
    asked = RoundRobin.objects.visible_to(ask.user).standing(student=ask.student)
    answered = Count("answers", filter=Q(answers__answered_at__isnull=False))
    asked = asked.annotate(answered=answered, of=Count("answers", filter=Q(answers__declined_at=None)))
    return [asked.filter(ask.moments("asked_at")).select_related("asked_by").order_by("asked_at", "pk")]


def _of_robins(ask: Ask, robins: Sequence[Any]) -> Iterator[Entry]:
    for robin in robins:
        url, who = ask.link(Right.ASK_TEACHERS, "behaviour:robin_detail", robin.pk), robin.asked_by.formal_name
        title = f"Teachers asked: {robin.purpose}"
        words, when = f"{robin.answered} of {robin.of} answered", moment(robin.asked_at)
        yield Entry(f"robin:{robin.pk}", kind=Kind.TEACHERS, title=title, words=words, who=who, url=url, **when)


def _praise(ask: Ask) -> Sequence[Any]:
    awarded = Achievement.objects.visible_to(ask.user).standing(student=ask.student).filter(ask.days("awarded_on"))
    rewards = CampaignAward.objects.visible_to(ask.user).standing(student=ask.student)
    told = GoodNews.objects.visible_to(ask.user).standing(student=ask.student).filter(ask.days("told_on"))
    return [
        awarded.select_related("logged_by").order_by("awarded_on", "pk"),
        rewards.filter(ask.moments("awarded_at")).select_related("campaign", "awarded_by"),
        told.select_related("told_by").order_by("told_on", "pk"),
    ]


def _of_praise(
    ask: Ask, awarded: Sequence[Achievement], rewards: Sequence[CampaignAward], told: Sequence[GoodNews]
) -> Iterator[Entry]:
    staff = staff_names(each.awarded_by for each in awarded if each.logged_by is None)
    for each in awarded:
        points = f", {each.points} point{'s' * (each.points != 1)}" if each.points else ""
        who = each.logged_by.formal_name if each.logged_by else staff.get(each.awarded_by, each.awarded_by)
        yield Entry(
            f"achievement:{each.pk}",
            each.awarded_on,
            Kind.PRAISE,
            f"{each.type}{points}",
            paragraphs(each.activity, each.note),
            who=who,
            logged_at=logged(each.awarded_on, each.logged_at),
        )
    for reward in rewards:
        title, who = f"{reward.campaign.reward}: {reward.campaign.name}", reward.awarded_by.formal_name
        yield Entry(f"award:{reward.pk}", kind=Kind.PRAISE, title=title, who=who, **moment(reward.awarded_at))
    for news in told:
        title, who = f"Good news told at home: {news.get_how_display().lower()}", news.told_by.formal_name
        late = logged(news.told_on, news.told_at)
        yield Entry(f"news:{news.pk}", news.told_on, Kind.PRAISE, title, news.note, who=who, logged_at=late)


def _concerns(ask: Ask) -> Sequence[Any]:
    held = DslConcern.objects.visible_to(ask.user).filter(ask.moments("written_at"), student=ask.student)
    held = held if ask.takes_dsl else held.none()
    return [held.select_related("written_by").order_by("written_at", "pk")]


def _of_concerns(ask: Ask, concerns: Sequence[DslConcern]) -> Iterator[Entry]:
    for each in concerns:
        yield Entry(
            f"concern:{each.pk}",
            kind=Kind.DSL,
            title=f"Concern for the DSL, receipt {each.receipt}",
            words=paragraphs(each.words, f"Kept at: {each.kept_at}" if each.kept_at else ""),
            who=each.written_by.formal_name,
            url=ask.link(Right.READ_DSL_CONCERNS, "behaviour:concern_detail", each.pk),
            is_restricted=True,
            **moment(each.written_at),
        )


SOURCES = (
    Source(frozenset({Kind.INCIDENT, Kind.DSL}), _incidents, _of_incidents, _TELLS),
    Source(frozenset({Kind.FORM_TIME}), _form_time, _of_form_time, frozenset({Right.MARK_FORM_TIME})),
    Source(frozenset({Kind.HELP}), _calls, _of_calls, frozenset({Right.ANSWER_CALLS})),
    Source(frozenset({Kind.CARD}), _cards, _of_cards, _TELLS),
    Source(frozenset({Kind.BULLYING}), _cases, _of_cases, frozenset({Right.KEEP_CASES})),
    Source(frozenset({Kind.TEACHERS}), _robins, _of_robins, frozenset({Right.ASK_TEACHERS})),
    Source(frozenset({Kind.PRAISE}), _praise, _of_praise, _TELLS),
    Source(frozenset({Kind.DSL}), _concerns, _of_concerns, frozenset({Right.READ_DSL_CONCERNS})),
)
