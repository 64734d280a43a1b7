"""From what an intervention came: what an address names, prefilled; and the links of one that stands, by who sees them.

A link is shown to whoever may see the record that it leads to, and to nobody else. What goes to the DSL is never
linked, whoever begins it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from attendance.models import Proposal
from attendance.rules.registry import words_for
from attendance.summaries.proposals import proposals_in_reach
from behaviour.models import BullyingCase, IncidentType, Involvement, TutorMark
from contacts.models import Contact
from contacts.reading import Reader
from interventions.models import (
    Aim,
    Intervention,
    InterventionSource,
    InterventionStudent,
    NeedsScreen,
    PACase,
    ScreenAnswer,
)
from interventions.reading import may_read
from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.templatetags.pastoral import day as in_words
from pastoral.core.words import key_read
from students.models import Student
from students.scopes import scope_of

LONGEST = 300
NAMES = ("involvement", "tutor_mark", "contact", "proposal", "bullying_case", "screen", "case", "follows")
_AREA_AIMS = {
    ScreenAnswer.Area.ATTENDANCE: Aim.ATTENDANCE,
    ScreenAnswer.Area.PUNCTUALITY: Aim.PUNCTUALITY,
    ScreenAnswer.Area.LEARNING: Aim.LEARNING,
    ScreenAnswer.Area.CONDUCT: Aim.BEHAVIOUR,
}


@dataclass(frozen=True)
class Source:
    """One record that an intervention comes from. name: as an address names it; students: those of it, by key."""

    name: str
    key: int
    words: str
    url: str
    aim: str
    students: tuple[int, ...]
    is_restricted: bool = False


@dataclass(frozen=True)
class Begun:
    """What an address names of a new intervention."""

    sources: tuple[Source, ...] = field(default=())

    def key_of(self, name: str) -> int | None:
        """Return the key of the record of that name, None without one."""
        return next((source.key for source in self.sources if source.name == name), None)

    @property
    def links(self) -> list[tuple[str, int]]:
        """The rows of InterventionSource that it makes."""
        return [(source.name, source.key) for source in self.sources if source.name not in ("case", "follows")]

    @property
    def because(self) -> str:
        """What was seen, from the records named."""
        return "; ".join(source.words for source in self.sources if source.words)[:LONGEST]

    @property
    def aim(self) -> str:
        """What it would be for."""
        return next((source.aim for source in self.sources if source.aim), "")

    @property
    def is_restricted(self) -> bool:
        """Test for a record that is for few."""
        return any(source.is_restricted for source in self.sources)

    @property
    def students(self) -> list[int]:
        """Whom it would be for."""
        return list(dict.fromkeys(key for source in self.sources for key in source.students))


def begun_from(user: User, asked: Mapping[str, str]) -> Begun:
    """Read what the address names, as far as the person may see it; one query for each record named."""
    keys = {name: key_read(asked.get(name, "")) for name in NAMES}
    if incident := key_read(asked.get("incident", "")):
        keys["involvement"] = _part_in(user, incident, key_read(asked.get("student", "")))
    found = (_LOADERS[name](user, key) for name, key in keys.items() if key)
    return Begun(tuple(source for source in found if source is not None))


def _part_in(user: User, incident: int, student: int) -> int:
    """Return the student's part in the incident; 0 where the person reads of none."""
    parts = Involvement.objects.visible_to(user).filter(incident=incident, student=student)
    return parts.values_list("pk", flat=True).first() or 0


def _of_involvement(user: User, key: int) -> Source | None:
    to_dsl = IncidentType.objects.filter(goes_to_dsl=True).values("name")
    parts = Involvement.objects.visible_to(user).exclude(incident__type__in=to_dsl).select_related("incident")
    part = parts.filter(pk=key).first()
    if part is None:
        return None
    words = f"{part.incident.type}, {in_words(part.incident.occurred_on)}"
    url = reverse("behaviour:incident_detail", args=[part.incident_id])
    return Source("involvement", key, words, url, Aim.BEHAVIOUR, (part.student_id,))


def _of_tutor_mark(user: User, key: int) -> Source | None:
    marks = TutorMark.objects.with_right(user, Right.MARK_FORM_TIME).standing()
    mark = marks.filter(pk=key).first()
    if mark is None:
        return None
    aims = {TutorMark.Kind.PUNCTUALITY: Aim.PUNCTUALITY, TutorMark.Kind.WELLBEING: Aim.WELLBEING}
    aim = aims.get(TutorMark.Kind(mark.kind), Aim.BEHAVIOUR)
    words = f"{mark.get_kind_display()} in form time, {in_words(mark.day)}"
    return Source("tutor_mark", key, words, reverse("behaviour:form_time"), aim, (mark.student_id,))


def _of_contact(user: User, key: int) -> Source | None:
    contact = Contact.objects.visible_to(user).standing().filter(pk=key).first()
    if contact is None or not Reader.of(user, [contact]).may_read(contact):
        return None
    words = f"{contact.get_purpose_display()}: {contact.get_channel_display().lower()}, {in_words(contact.occurred_at)}"
    url = reverse("contacts:contact_detail", args=[key])
    return Source("contact", key, words, url, "", (contact.student_id,), contact.is_restricted)


def _of_proposal(user: User, key: int) -> Source | None:
    seen = Proposal.objects.filter(pk__in=proposals_in_reach(user, scope_of(user).on).values("pk"))
    proposal = seen.filter(pk=key).first()
    if proposal is None:
        return None
    aim = Aim.ATTENDANCE if proposal.strand == "attendance" else Aim.BEHAVIOUR
    url = reverse("attendance:proposal_detail", args=[key])
    words = words_for(proposal.rule, proposal.facts)
    return Source("proposal", key, words, url, aim, (proposal.student_id,))


def _of_bullying_case(user: User, key: int) -> Source | None:
    case = BullyingCase.objects.visible_to(user).standing().filter(pk=key).first()
    if case is None:
        return None
    words, url = f"Bullying case of {in_words(case.opened_at)}", reverse("behaviour:case_detail", args=[key])
    return Source("bullying_case", key, words, url, Aim.WELLBEING, ())


def _of_screen(user: User, key: int) -> Source | None:
    screens = NeedsScreen.objects.visible_to(user).standing().prefetch_related("answers")
    screen = screens.filter(pk=key).first()
    if screen is None or not _reads(user, screen, screen.student_id, screen.by_id):
        return None
    high = sorted(screen.answers.all(), key=lambda answer: -answer.need)[:3]
    told = ", ".join(f"{answer.get_area_display().lower()} {answer.need}" for answer in high if answer.need)
    words = f"Needs screen, {in_words(screen.screened_on)}: {told or 'no need found'}"
    aim = _AREA_AIMS.get(ScreenAnswer.Area(high[0].area), Aim.WELLBEING) if high else Aim.WELLBEING
    url = reverse("interventions:screen_detail", args=[key])
    return Source("screen", key, words, url, aim, (screen.student_id,), screen.is_restricted)


def _of_case(user: User, key: int) -> Source | None:
    case = PACase.objects.visible_to(user).standing().filter(pk=key).first()
    if case is None or not _reads(user, case, case.student_id, case.owner_id):
        return None
    url = reverse("interventions:case_detail", args=[key])
    return Source("case", key, case.reason, url, Aim.ATTENDANCE, (case.student_id,), case.is_restricted)


def _of_earlier(user: User, key: int) -> Source | None:
    before = Intervention.objects.visible_to(user).standing().select_related("type").filter(pk=key).first()
    if before is None:
        return None
    places = InterventionStudent.objects.visible_to(user).filter(intervention=before)
    students = tuple(places.values_list("student", flat=True))
    own = (before.owner_id, before.deliverer_id)
    if not may_read(user, is_restricted=before.is_restricted, own=own, rights=_rights_on(user, students)):
        return None
    words = f"After {before.type} from {in_words(before.starts_on)}"
    url = reverse("interventions:intervention_detail", args=[key])
    return Source("follows", key, words, url, before.aim, students, before.is_restricted)


def _reads(user: User, record: Any, student: int, owner: int) -> bool:
    rights = _rights_on(user, (student,)) if record.is_restricted else frozenset()
    return may_read(user, is_restricted=record.is_restricted, own=(owner,), rights=rights)


def _rights_on(user: User, students: tuple[int, ...]) -> frozenset[Right]:
    held = Student.objects.with_right(user, Right.SEE_RESTRICTED).filter(pk__in=students).count()
    return frozenset({Right.SEE_RESTRICTED}) if students and held == len(set(students)) else frozenset()


_LOADERS: dict[str, Callable[[User, int], Source | None]] = {
    "involvement": _of_involvement,
    "tutor_mark": _of_tutor_mark,
    "contact": _of_contact,
    "proposal": _of_proposal,
    "bullying_case": _of_bullying_case,
    "screen": _of_screen,
    "case": _of_case,
    "follows": _of_earlier,
}


def sources_seen(user: User, intervention: Intervention, links: Iterable[InterventionSource]) -> list[Source]:
    """Return the records that an intervention came from, by its links, those alone that the person may see."""
    return [source for source in _linked(user, intervention, links) if source is not None]


def _linked(user: User, intervention: Intervention, links: Iterable[InterventionSource]) -> Iterator[Source | None]:
    for link in links:
        for name in NAMES[:6]:
            if key := getattr(link, f"{name}_id"):
                yield _LOADERS[name](user, key)
    if intervention.case_id:
        yield _of_case(user, intervention.case_id)
    if intervention.follows_id:
        yield _of_earlier(user, intervention.follows_id)
