"""Agencies in the student's life, referrals to them, early help, and references that somebody asked for."""

from collections.abc import Iterator, Sequence
from typing import Any

from contacts.models import (
    AgencyLink,
    EarlyHelp,
    EarlyHelpAction,
    EarlyHelpReview,
    ReferenceRequest,
    Referral,
)
from pastoral.core.rights import Right
from reports.chronology.entries import Ask, Entry, Kind, Source, logged, paragraphs


def _links(ask: Ask) -> Sequence[Any]:
    links = AgencyLink.objects.visible_to(ask.user).standing(student=ask.student)
    return [links.filter(ask.days("starts_on", "ends_on")).select_related("agency", "worker", "made_by")]


def _of_links(ask: Ask, links: Sequence[AgencyLink]) -> Iterator[Entry]:
    url = ask.link(Right.SEE_AGENCIES, "contacts:agency_student", ask.student)
    for each in links:
        whom = f"{each.agency.name}, {each.worker.name}" if each.worker else each.agency.name
        who, key, late = each.made_by.formal_name, f"link:{each.pk}", logged(each.starts_on, each.made_at)
        begins = f"{whom}: begins"
        yield Entry(key, each.starts_on, Kind.AGENCY, begins, each.role, who=who, url=url, logged_at=late)
        if each.ends_on:
            yield Entry(f"{key}:end", each.ends_on, Kind.AGENCY, f"{whom}: ends", each.role, who=who, url=url)


def _referrals(ask: Ask) -> Sequence[Any]:
    held = Referral.objects.visible_to(ask.user).standing(student=ask.student)
    named = held.select_related("agency", "worker", "owner", "consent_by")
    return [named.filter(ask.days("sent_on", "state_on")).order_by("sent_on", "pk")]


def _of_referrals(ask: Ask, referrals: Sequence[Referral]) -> Iterator[Entry]:
    for each in referrals:
        key, url = f"referral:{each.pk}", ask.link(Right.SEE_AGENCIES, "contacts:referral_detail", each.pk)
        who, title = each.owner.formal_name, f"Referral to {each.agency.name}"
        consent = f"Consent: {each.consent_by}" if each.consent_by else f"Without consent: {each.without_because}"
        words = paragraphs(each.reason, consent, f"Shared: {each.shared}", f"Basis: {each.basis}")
        late = logged(each.sent_on, each.made_at)
        yield Entry(key, each.sent_on, Kind.AGENCY, f"{title} sent", words, who=who, url=url, logged_at=late)
        if each.state_on:
            state = f"{title}: {each.get_state_display().lower()}"
            came = paragraphs(each.state_because, each.outcome)
            yield Entry(f"{key}:state", each.state_on, Kind.AGENCY, state, came, who=who, url=url)


def _helps(ask: Ask) -> Sequence[Any]:
    helps = EarlyHelp.objects.visible_to(ask.user).standing(student=ask.student)
    of_these = {"early_help__in": helps.values("pk")}
    reviews = EarlyHelpReview.objects.filter(ask.days("held_on"), **of_these)
    actions = EarlyHelpAction.objects.filter(ask.days("done_on"), **of_these).select_related("owner")
    opened = helps.filter(ask.days("opened_on", "closed_on"))
    return [opened.select_related("lead", "lead_worker", "opened_by", "consent_by"), reviews, actions]


def _of_helps(
    ask: Ask, helps: Sequence[EarlyHelp], reviews: Sequence[EarlyHelpReview], actions: Sequence[EarlyHelpAction]
) -> Iterator[Entry]:
    def url(key: int) -> str:
        return ask.link(Right.SEE_AGENCIES, "contacts:early_help_detail", key)

    for each in helps:
        yield from _help(each, url(each.pk))
    for review in reviews:
        if review.held_on:
            words = paragraphs(f"There: {review.present}" if review.present else "", review.notes)
            title, link = f"Team around the family: {review.get_decision_display().lower()}", url(review.early_help_id)
            yield Entry(f"help_review:{review.pk}", review.held_on, Kind.AGENCY, title, words, url=link)
    for done in actions:
        if done.done_on:
            who = done.owner.formal_name if done.owner else done.owner_name
            title, key, link = f"Early help, done: {done.what}", f"help_action:{done.pk}", url(done.early_help_id)
            yield Entry(key, done.done_on, Kind.AGENCY, title, done.done_note, who=who, url=link)


def _help(each: EarlyHelp, url: str) -> Iterator[Entry]:
    key, late = f"help:{each.pk}", logged(each.opened_on, each.opened_at)
    by = each.opened_by.formal_name
    if each.declined_because:
        title, words = "No early help", each.declined_because
        yield Entry(key, each.opened_on, Kind.AGENCY, title, words, who=by, url=url, logged_at=late)
        return
    who = each.lead.formal_name if each.lead else (each.lead_worker.name if each.lead_worker else by)
    level = f", level of need {each.level}" if each.level else ""
    consent = f"Consent: {each.consent_by}" if each.consent_by else ""
    words = paragraphs(
        consent,
        f"Needs: {each.needs}" if each.needs else "",
        f"Strengths: {each.strengths}" if each.strengths else "",
        f"Wishes: {each.wishes}" if each.wishes else "",
    )
    title = f"Early help assessment opened{level}"
    yield Entry(key, each.opened_on, Kind.AGENCY, title, words, who=who, url=url, logged_at=late)
    if each.closed_on:
        ends = f"Early help closed: {each.get_ending_display().lower()}"
        yield Entry(f"{key}:end", each.closed_on, Kind.AGENCY, ends, each.outcome, who=who, url=url)


def _references(ask: Ask) -> Sequence[Any]:
    held = ReferenceRequest.objects.visible_to(ask.user).standing(student=ask.student)
    return [held.filter(ask.days("received_on", "sent_on")).select_related("owner", "signed_off_by")]


def _of_references(ask: Ask, references: Sequence[ReferenceRequest]) -> Iterator[Entry]:
    for each in references:
        key, url = f"reference:{each.pk}", ask.link(Right.SEE_CONTACTS, "contacts:reference_detail", each.pk)
        said = ask.said(f"{each.requester}\nConsent: {each.consent}", is_restricted=each.is_restricted)
        who = each.owner.formal_name
        yield Entry(key, each.received_on, Kind.AGENCY, "Reference asked for", who=who, url=url, **said)
        if each.sent_on:
            by = each.signed_off_by.formal_name if each.signed_off_by else who
            sent = ask.said(f"To {each.sent_to}", is_restricted=each.is_restricted)
            yield Entry(f"{key}:sent", each.sent_on, Kind.AGENCY, "Reference sent", who=by, url=url, **sent)


_OF_AGENCIES = frozenset({Right.SEE_AGENCIES})
_KINDS = frozenset({Kind.AGENCY})
SOURCES = (
    Source(_KINDS, _links, _of_links, _OF_AGENCIES),
    Source(_KINDS, _referrals, _of_referrals, _OF_AGENCIES),
    Source(_KINDS, _helps, _of_helps, _OF_AGENCIES),
    Source(_KINDS, _references, _of_references, frozenset({Right.SEE_CONTACTS})),
)
