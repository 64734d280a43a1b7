"""Detentions, suspensions with what followed upon them, and stays in the inclusion and nurture rooms."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone

from attendance.summaries.absences import span_words
from attendance.summaries.planned import Span
from behaviour.models import Detention, InclusionStay, Suspension, SuspensionElsewhere, SuspensionReason
from pastoral.core.rights import Right
from pastoral.core.templatetags.pastoral import day as in_words
from reports.chronology.entries import Ask, Entry, Kind, Source, logged, moment, paragraphs


def _detentions(ask: Ask) -> Sequence[Any]:
    held = Detention.objects.with_right(ask.user, Right.SET_DETENTIONS).standing(student=ask.student)
    return [held.filter(ask.days("day")).select_related("set_by").order_by("day", "starts_at", "pk")]


def _of_detentions(ask: Ask, detentions: Sequence[Detention]) -> Iterator[Entry]:
    for each in detentions:
        told = f"Parent told {in_words(each.told_on)}{f', {each.told_how}' if each.told_how else ''}"
        yield Entry(
            f"detention:{each.pk}",
            each.day,
            Kind.DETENTION,
            f"{each.level_name or 'Detention'}, {each.minutes} min: {each.get_status_display().lower()}",
            paragraphs(each.reason, told if each.told_on else "", each.outcome),
            at=each.starts_at,
            who=each.set_by.formal_name,
            url=ask.link(Right.SET_DETENTIONS, "behaviour:detention_detail", each.pk),
        )


def _suspensions(ask: Ask) -> Sequence[Any]:
    held = Suspension.objects.visible_to(ask.user).standing(student=ask.student)
    days = ask.days("starts_on", "governors_met_on") | ask.moments("reintegration_at")
    elsewhere = SuspensionElsewhere.objects.visible_to(ask.user).standing(student=ask.student)
    return [
        held.filter(days).select_related("recorded_by").order_by("starts_on", "pk"),
        SuspensionReason.objects.all(),
        elsewhere.filter(ask.days("told_on")).select_related("recorded_by").order_by("told_on", "pk"),
    ]


def _of_suspensions(
    ask: Ask,
    suspensions: Sequence[Suspension],
    reasons: Sequence[SuspensionReason],
    elsewhere: Sequence[SuspensionElsewhere],
) -> Iterator[Entry]:
    names = {reason.code: reason.name for reason in reasons}
    for each in suspensions:
        yield from _suspension(ask, each, names)
    for told in elsewhere:
        url = ask.link(Right.SEE_SUSPENSIONS, "behaviour:elsewhere_detail", told.pk)
        title = f"Suspended at an earlier school: {told.sessions} sessions in {told.year_name}"
        words, who = f"{told.school}. {told.source}", told.recorded_by.formal_name
        yield Entry(f"elsewhere:{told.pk}", told.told_on, Kind.SUSPENSION, title, words, who=who, url=url)


def _suspension(ask: Ask, each: Suspension, names: dict[str, str]) -> Iterator[Entry]:
    key, url = f"suspension:{each.pk}", ask.link(Right.SEE_SUSPENSIONS, "behaviour:suspension_detail", each.pk)
    who = each.decided_by
    yield Entry(
        key,
        each.starts_on,
        Kind.SUSPENSION,
        f"{each.get_kind_display()}{_span(each)}",
        paragraphs("; ".join(names.get(code, code) for code in each.reasons), each.circumstances, _told(each)),
        who=who,
        url=url,
        logged_at=logged(each.starts_on, each.recorded_at),
    )
    if each.reintegration_at:
        when, title = moment(each.reintegration_at), "Reintegration meeting after a suspension"
        yield Entry(f"{key}:back", kind=Kind.SUSPENSION, title=title, words=each.reintegration, url=url, **when)
    if each.governors_met_on:
        title, on = "Governors met about a suspension", each.governors_met_on
        yield Entry(f"{key}:governors", on, Kind.SUSPENSION, title, each.governors_decided, url=url)


def _span(each: Suspension) -> str:
    if each.ends_on is None:
        return f" from {each.starts_on:%a %-d %b}"
    span = Span(each.starts_on, each.starts_session, each.ends_on, each.ends_session, [])
    return f": {span_words(span)}, {each.sessions} session{'s' * (each.sessions != 1)}"


def _told(each: Suspension) -> str:
    told = (
        ("parents", each.parents_told_on),
        ("local authority", each.la_told_on),
        ("social worker", each.social_worker_told_on),
        ("virtual school", each.virtual_school_told_on),
        ("governors", each.governors_told_on),
    )
    said = ", ".join(f"{whom} {day:%-d %b %Y}" for whom, day in told if day)
    return f"Told: {said}" if said else ""


def _stays(ask: Ask) -> Sequence[Any]:
    stays = InclusionStay.objects.with_right(ask.user, Right.KEEP_INCLUSION).standing(student=ask.student)
    return [stays.filter(ask.moments("came_at")).order_by("came_at", "pk")]


def _of_stays(ask: Ask, stays: Sequence[InclusionStay]) -> Iterator[Entry]:
    url = reverse("reports:inclusion_student", args=[ask.student])
    for stay in stays:
        until = f" to {timezone.localtime(stay.left_at):%H:%M}" if stay.left_at else ""
        title = f"{stay.get_room_display()}{until}: {stay.get_kind_display().lower()}"
        words, when = paragraphs(stay.reason, stay.outcome), moment(stay.came_at)
        yield Entry(f"stay:{stay.pk}", kind=Kind.ROOM, title=title, words=words, who=stay.adult, url=url, **when)


SOURCES = (
    Source(frozenset({Kind.DETENTION}), _detentions, _of_detentions, frozenset({Right.SET_DETENTIONS})),
    Source(frozenset({Kind.SUSPENSION}), _suspensions, _of_suspensions, frozenset({Right.SEE_SUSPENSIONS})),
    Source(frozenset({Kind.ROOM}), _stays, _of_stays, frozenset({Right.KEEP_INCLUSION})),
)
