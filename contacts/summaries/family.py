"""A family before the phone is lifted: who may be spoken to, what was said lately, and what is still open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.db.models import F, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from attendance.summaries.reach import Reached, reached
from behaviour.models import Detention, ReportCard
from contacts.models import Channel, Contact, Direction, EarlyHelp, Enquiry, Result
from contacts.reading import Reader
from contacts.summaries.carers import Carer, carers_of
from contacts.summaries.good_news import good_news_noted, good_news_reached
from contacts.summaries.safety import SafetyNote, last_noted
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.families import siblings_of
from students.models import Enrolment, Student

LATEST = 10
_TOGETHER = {Channel.IN_PERSON, Channel.MEETING, Channel.HOME_VISIT}


@dataclass(frozen=True, slots=True)
class Sibling:
    """A brother or sister on roll. who: None where the person does not see them: then only the year is told."""

    student_id: int
    year: int | None
    who: Reached | None


@dataclass(frozen=True, slots=True)
class CarerShown:
    """Somebody with responsibility. also, barred_from: names of brothers and sisters whose carer they are, too."""

    carer: Carer
    also: tuple[str, ...]
    barred_from: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContactShown:
    """One contact in a list of the family's. words: None where they may not be read, "" for none."""

    contact: Contact
    who: Reached
    with_whom: str
    words: str | None

    @property
    def is_reached(self) -> bool:
        """Test for one that reached somebody."""
        return self.contact.result == Result.REACHED

    @property
    def with_word(self) -> str:
        """How the sentence goes on to the name: people who sat together were with each other."""
        if self.contact.channel in _TOGETHER:
            return "with"
        return "from" if self.contact.direction == Direction.IN else "to"


@dataclass(frozen=True, slots=True)
class Running:
    """Something that is on for a child of the family. url_name, key: of its page; "" where none is offered."""

    who: Reached
    words: str
    day: date
    url_name: str
    key: int


@dataclass(frozen=True)
class FamilyPage:
    """Everything about one student's family that one person may see. good_news: when home last heard any."""

    who: Reached
    siblings: tuple[Sibling, ...]
    carers: tuple[CarerShown, ...]
    contacts: tuple[ContactShown, ...]
    promises: tuple[ContactShown, ...]
    safety: SafetyNote | None
    enquiries: tuple[tuple[Enquiry, Reached], ...]
    running: tuple[Running, ...]
    good_news: date | None

    @property
    def read(self) -> tuple[Reached, ...]:
        """Return of whom the page tells: the student, and the brothers and sisters that the person sees."""
        return (self.who, *(sibling.who for sibling in self.siblings if sibling.who))

    @classmethod
    def load(cls, user: User, pk: int, today: date) -> Self | None:
        """Read the family of a student in eight queries; None for a student about whom the person logs no contacts."""
        siblings = dict(_siblings(pk, today))
        seen = {key: who for key, who in reached(user, [pk, *siblings]).items() if Right.LOG_CONTACTS in who.rights}
        if pk not in seen:
            return None
        carers = carers_of(seen)
        contacts = _contacts(user, seen)
        open_ones = list(_promises_and_safety(user, seen))
        reader = Reader.of(user, [*contacts, *open_ones], students=seen)
        promised = [each for each in open_ones if each.next_step and not each.next_done_at]
        facts = list(_facts(seen, today))
        return cls(
            who=seen[pk],
            siblings=tuple(Sibling(key, year, seen.get(key)) for key, year in siblings.items()),
            carers=tuple(_carer(carer, carers, seen) for carer in carers[pk]),
            contacts=tuple(_shown(each, seen, reader) for each in contacts),
            promises=tuple(_shown(each, seen, reader) for each in promised),
            safety=SafetyNote.of(open_ones, reader),
            enquiries=tuple((each, seen[each.student_id or 0]) for each in _enquiries(user, seen)),
            running=tuple(_running(facts, seen)),
            good_news=max((fact["on"] for fact in facts if fact["fact"] == GOOD_NEWS), default=None),
        )


def _siblings(pk: int, today: date) -> Iterable[tuple[int, int | None]]:
    spells = Enrolment.objects.filter(student=OuterRef("pk"), starts_on__lte=today).order_by("-starts_on")
    held = siblings_of(Student(pk=pk)).on_roll(today).annotate(year=Subquery(spells.values("year_group")[:1]))
    return held.order_by("-year", "pk").values_list("pk", "year")


def _carer(carer: Carer, carers: Mapping[int, Iterable[Carer]], seen: Mapping[int, Reached]) -> CarerShown:
    """Return one carer of the student, with which of the brothers and sisters seen are theirs, or barred to them."""
    others = [
        each
        for student, held in carers.items()
        for each in held
        if student != carer.student_id and each.parent_carer_id == carer.parent_carer_id
    ]
    names = {each.student_id: seen[each.student_id].name for each in others}
    return CarerShown(
        carer,
        also=tuple(names[each.student_id] for each in others if not each.is_barred),
        barred_from=tuple(names[each.student_id] for each in others if each.is_barred),
    )


def _contacts(user: User, seen: Mapping[int, Reached]) -> list[Contact]:
    held = Contact.objects.visible_to(user).standing(student__in=list(seen))
    return list(held.select_related("parent_carer", "agency", "worker", "made_by", "owner")[:LATEST])


def _promises_and_safety(user: User, seen: Mapping[int, Reached]) -> Iterable[Contact]:
    """Return the contacts with a step still to be done, and the last home visit with a note on safety, in one query."""
    held = Contact.objects.visible_to(user).standing(student__in=list(seen))
    visit = Subquery(last_noted(held).values("pk"))
    wanted = held.filter(Q(next_done_at=None) & ~Q(next_step="") | Q(pk__in=visit))
    named = wanted.select_related("parent_carer", "agency", "worker", "made_by", "owner")
    return named.order_by("next_on", "-occurred_at", "-pk")


def _shown(contact: Contact, seen: Mapping[int, Reached], reader: Reader) -> ContactShown:
    is_read = reader.may_read(contact)
    return ContactShown(
        contact,
        seen[contact.student_id],
        with_whom=_with_whom(contact, is_named=is_read),
        words=contact.narrative if is_read else None,
    )


def _with_whom(contact: Contact, *, is_named: bool) -> str:
    """Return who it was with; a name that somebody typed is for those who may read of the contact."""
    if contact.parent_carer:
        return str(contact.parent_carer)
    other = contact.other_name if is_named else "Somebody else"
    return " · ".join(str(part) for part in (contact.agency, contact.worker) if part) or other


def _enquiries(user: User, seen: Mapping[int, Reached]) -> Iterable[Enquiry]:
    held = Enquiry.objects.visible_to(user).open().filter(student__in=list(seen))
    return held.with_sender().order_by("received_at")


GOOD_NEWS = "good news"
# What is on: of which right over the student somebody needs one to be told, the words, and where it is shown.
_ON: dict[str, tuple[Right, str, str]] = {
    "card": (Right.SEE_BEHAVIOUR_NARRATIVE, "Report card", "behaviour:card_detail"),
    "detention": (Right.SET_DETENTIONS, "Detention to come", "behaviour:detention_detail"),
    "early help": (Right.SEE_AGENCIES, "Early help", ""),
}


def _facts(seen: Iterable[int], today: date) -> Iterable[dict[str, Any]]:
    """Yield what is on for the students, and when home last heard good news, in one query."""
    keys = list(seen)
    cards = ReportCard.objects.running().filter(starts_on__lte=today)
    coming = Detention.objects.to_come().filter(day__gte=today)
    told, heard = good_news_noted(), good_news_reached()
    rows = [
        _fact("card", cards, F("starts_on"), keys),
        _fact("detention", coming, F("day"), keys),
        _fact("early help", EarlyHelp.objects.running(), F("opened_on"), keys),
        _fact(GOOD_NEWS, told.order_by("-told_on"), F("told_on"), keys)[:1],
        _fact(GOOD_NEWS, heard.order_by("-occurred_at"), F("occurred_at__date"), keys)[:1],
    ]
    facts: Iterable[dict[str, Any]] = rows[0].union(*rows[1:], all=True)
    return facts


def _fact(fact: str, held: Any, day: Any, keys: list[int]) -> Any:
    ordered = held if held.query.order_by else held.order_by()
    named = ordered.filter(student__in=keys).annotate(
        fact=Value(fact, output_field=TextField()), on=Coalesce(day, day), key=F("pk")
    )
    return named.values("fact", "student_id", "key", "on")


def _running(facts: Iterable[dict[str, Any]], seen: Mapping[int, Reached]) -> Iterable[Running]:
    for fact in sorted(facts, key=lambda each: (each["fact"], each["on"])):
        right, words, url_name = _ON.get(fact["fact"], (None, "", ""))
        who = seen[fact["student_id"]]
        if right in who.rights:
            yield Running(who, words, fact["on"], url_name, fact["key"])
