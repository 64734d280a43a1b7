"""Agencies: who is involved, referrals, early help or why there is none, and what was received from others."""

from collections.abc import Iterable

from contacts.models import AgencyLink, EarlyHelp, Information, Referral
from contacts.reading import Reader
from pastoral.core.backdated import is_logged_late
from reports.packs.content import (
    FEW,
    LATE,
    Exhibit,
    Facts,
    Plain,
    Row,
    Table,
    Words,
    day_words,
    paragraphs,
)
from reports.packs.readers.home import is_taken
from reports.packs.source import Source


def agencies(source: Source) -> tuple[Exhibit, ...]:
    """Return all that agencies do for the student."""
    blocks = [*_links(source), *_referrals(source), *_received(source)]
    found = (Exhibit("Agencies and referrals", None, tuple(blocks)),) if blocks else ()
    return (*found, *(_early_help(each) for each in _helped(source)))


def _links(source: Source) -> Iterable[Table]:
    links = AgencyLink.objects.visible_to(source.user).standing(student=source.student, starts_on__lte=source.last)
    rows = tuple(
        Row(
            (
                Plain(f"{each.agency}, {each.worker}" if each.worker else str(each.agency)),
                each.role or "–",
                Plain(f"{day_words(each.starts_on)} to {day_words(each.ends_on) if each.ends_on else 'now'}"),
            )
        )
        for each in links.select_related("agency", "worker").order_by("starts_on", "pk")
        if each.ends_on is None or each.ends_on >= source.first
    )
    if rows:
        yield Table("Agencies involved", ("Agency", "What for", "When"), (62, 58, 60), rows)


def _referrals(source: Source) -> Iterable[Table]:
    sent = Referral.objects.visible_to(source.user).standing(student=source.student, sent_on__range=source.span)
    rows = tuple(
        Row(
            (Plain(day_words(each.sent_on)), Plain(str(each.agency)), each.reason, _came(each)),
            (LATE,) if is_logged_late(each.sent_on, each.made_at) else (),
        )
        for each in sent.select_related("agency").order_by("sent_on", "pk")
    )
    if rows:
        yield Table("Referrals", ("Sent", "To", "Why", "What came of it"), (32, 40, 54, 54), rows)


def _came(referral: Referral) -> str:
    since = f", {day_words(referral.state_on)}" if referral.state_on else ""
    lines = [f"{referral.get_state_display()}{since}", referral.state_because, referral.outcome]
    return "\n".join(line for line in lines if line)


def _received(source: Source) -> Iterable[Table]:
    held = Information.objects.visible_to(source.user).standing(student=source.student, received_on__range=source.span)
    rows = list(held.select_related("agency").order_by("received_on", "pk"))
    reader = Reader.of(source.user, rows, students={source.student.pk: source.who})
    told = tuple(
        Row(
            (
                Plain(day_words(each.received_on)),
                Plain(str(each.agency)) if each.agency_id else each.from_name,
                "\n".join(words for words in (each.title, each.narrative) if words),
            ),
            (FEW,) if each.is_restricted else (),
        )
        for each in rows
        if is_taken(source, reader, each)
    )
    if told:
        yield Table("Information received", ("Day", "From", "What"), (32, 44, 104), told)


def _helped(source: Source) -> list[EarlyHelp]:
    held = EarlyHelp.objects.visible_to(source.user).standing(student=source.student, opened_on__lte=source.last)
    found = held.select_related("lead", "lead_worker__agency", "consent_by").prefetch_related("actions", "reviews")
    return [each for each in found.order_by("opened_on", "pk") if not each.closed_on or each.closed_on >= source.first]


def _early_help(held: EarlyHelp) -> Exhibit:
    if held.declined_because:
        why = Words("Why there is no early help assessment", paragraphs(held.declined_because))
        return Exhibit("Early help", held.opened_on, (why,))
    lead = str(held.lead_worker) if held.lead_worker else held.lead.formal_name if held.lead else "–"
    facts = [
        ("Opened", Plain(day_words(held.opened_on))),
        ("Consent", Plain(f"{held.consent_by}, {day_words(held.consent_on)}" if held.consent_by else "–")),
        ("Lead", Plain(lead)),
        ("Level of need", Plain(str(held.level or "–"))),
    ]
    if held.closed_on:
        facts.append(("Closed", Plain(f"{day_words(held.closed_on)}: {held.get_ending_display().lower()}")))
    told = (("Needs", held.needs), ("Strengths", held.strengths), ("Wishes", held.wishes), ("Outcome", held.outcome))
    words = [Words(heading, paragraphs(text)) for heading, text in told if text]
    return Exhibit("Early help", held.opened_on, (Facts(tuple(facts)), *words, *_course(held)))


def _course(held: EarlyHelp) -> Iterable[Table]:
    actions = tuple(
        Row(
            (
                each.what,
                Plain(each.owner.formal_name) if each.owner else each.owner_name,
                Plain(day_words(each.due_on)),
                "\n".join(words for words in (day_words(each.done_on), each.done_note) if words),
            )
        )
        for each in held.actions.all()
    )
    if actions:
        yield Table("Actions", ("What", "Who", "By", "Done"), (70, 38, 34, 38), actions)
    reviews = tuple(
        Row(
            (
                Plain(day_words(each.held_on)),
                each.present or "–",
                f"{each.get_decision_display()}\n{each.notes}".strip(),
            )
        )
        for each in held.reviews.all()
        if each.held_on
    )
    if reviews:
        yield Table("Reviews", ("Held", "Present", "What came of it"), (34, 56, 90), reviews)
