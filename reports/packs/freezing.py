"""A pack frozen: its sections read once, other students' names taken out, exhibits marked, hashed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings

from behaviour.models import CaseStudent, Involvement
from contacts.models import FamilyMember
from interventions.models import InterventionStudent, MeetingStudent
from pastoral.core.rights import Right
from reports.models import Pack
from reports.packs.content import Exhibit, Plain, cut, day_words, digest_of, moment_words, plain_data, texts_in
from reports.packs.names import Redaction, redaction_of
from reports.packs.readers.author import statement
from reports.packs.sections import STATEMENT, Section, in_order
from reports.packs.source import Source
from reports.querysets.packs import PACK_RIGHTS
from students.families import siblings_of
from students.models import Student
from students.scopes import job_of

FORMAT = 1
MOST_ROWS = 120  # of a table in one part: as many as draw in little memory
Parts = dict[str, list[Exhibit]]


@dataclass(frozen=True)
class Frozen:
    """What is kept of a pack. marks: the students behind "Student A"; named: those of them whose names stand in it.

    needs: the rights that its text takes. doubtful: words left in that may be somebody's name, with how often.
    """

    snapshot: dict[str, Any]
    sha256: str
    marks: Mapping[str, int]
    named: frozenset[int]
    needs: tuple[str, ...]
    doubtful: tuple[str, ...]


def frozen_of(pack: Pack, source: Source) -> Frozen:
    """Read the pack's sections as they are now, as its builder may read them, and take other names out.

    Two readings of the same records give the same snapshot, but for when it was built.
    """
    sections = [section for section in in_order(pack.sections) if section.is_for(source.who)]
    parts = _marked(sections, {section.key: list(section.read(source)) for section in sections}, _initials(source))
    if STATEMENT in parts:
        parts[STATEMENT] = list(statement(source, parts))
    head = _head(pack, source)
    body = [
        {"section": section.key, "heading": section.title, "exhibit": exhibit}
        for section in sections
        for exhibit in parts[section.key]
    ]
    every = [each for held in parts.values() for each in held]
    texts = texts_in([pack.asked_by, pack.asked_because, *every])
    looked, named = _looked(pack, source, texts)
    snapshot = {
        "format": FORMAT,
        "head": plain_data(head, looked),
        "parts": [each | {"exhibit": plain_data(each["exhibit"], looked)} for each in body],
        "empty": [section.title for section in sections if not parts[section.key]],
    }
    left = Counter(word for text in texts for word in looked.alone.left_in(looked(text)))
    doubtful = tuple(f"{word}, {n} time{'s' * (n != 1)}"[:80] for word, n in sorted(left.items()))
    return Frozen(snapshot, digest_of(snapshot), looked.marks, named, _needs(sections, parts, source), doubtful)


def _marked(sections: Iterable[Section], parts: Parts, initials: str) -> Parts:
    """Return the parts with their exhibit marks, in the order of print; a long one is cut under one mark."""
    number = 0
    found: Parts = {}
    for section in sections:
        found[section.key] = []
        for exhibit in parts[section.key]:
            number += section.is_exhibit
            mark = f"{initials}/{number}" if section.is_exhibit else ""
            found[section.key] += cut(replace(exhibit, mark=mark), MOST_ROWS)
    return found


def _initials(source: Source) -> str:
    return f"{source.user.forename[:1]}{source.user.surname[:1]}".upper()


def _head(pack: Pack, source: Source) -> dict[str, str]:
    """Return what stands on the cover, all in words."""
    student = source.student
    known = {
        "school": settings.SCHOOL_NAME,
        "profile": pack.profile.name,
        "purpose": pack.profile.purpose,
        "student": student.full_name,
        "born": day_words(student.born_on),
        "group": f"Year {source.who.year}, {source.who.tutor_group}" if source.who.year else "",
        "span": f"{day_words(pack.first)} to {day_words(pack.last)}",
        "built_by": source.user.formal_name,
        "position": job_of(source.user),
        "built": moment_words(pack.built_at),
        "snapshot": str(pack.token),
        "names": "Other students are named whom its author may see." if pack.keeps_names else "",
        "restricted": "Holds restricted material." if source.takes_restricted else "",
        "dsl": "Holds material of the Designated Safeguarding Lead." if source.takes_dsl else "",
    }
    typed = {"asked_by": pack.asked_by, "asked_because": pack.asked_because}
    return {name: Plain(words) for name, words in known.items()} | typed


def _involved(source: Source) -> set[int]:
    """Return the students who took part in what the student took part in: their names may be in any text of it."""
    pk = source.student.pk
    incidents = Involvement.objects.filter(student=pk).values("incident")
    meetings = MeetingStudent.objects.filter(student=pk).values("meeting")
    groups = InterventionStudent.objects.filter(student=pk).values("intervention")
    cases = CaseStudent.objects.filter(student=pk).values("case")
    rows = (
        Involvement.objects.filter(incident__in=incidents).order_by().values_list("student"),
        MeetingStudent.objects.filter(meeting__in=meetings).order_by().values_list("student"),
        InterventionStudent.objects.filter(intervention__in=groups).order_by().values_list("student"),
        CaseStudent.objects.filter(case__in=cases).order_by().values_list("student"),
        FamilyMember.objects.filter(early_help__student=pk).exclude(sibling=None).order_by().values_list("sibling"),
        siblings_of(source.student).order_by().values_list("pk"),
    )
    return {key for (key,) in rows[0].union(*rows[1:])} - {pk}


def _looked(pack: Pack, source: Source, texts: Sequence[str]) -> tuple[Redaction, frozenset[int]]:
    """Return what every text is put through, with marks for those alone who are met, and who of them stays named.

    Named by choice are those whom the builder may see, and nobody else.
    """
    every = redaction_of(source.student, texts, _involved(source))
    said = "\n".join(map(every, texts)) + "\n"
    met = {key for mark, key in every.marks.items() if _stands(mark, said)}
    seen = Student.objects.visible_to(source.user).filter(pk__in=met) if pack.keeps_names else Student.objects.none()
    named = frozenset(seen.values_list("pk", flat=True))
    return redaction_of(source.student, texts, met, named), named


def _stands(mark: str, said: str) -> bool:
    at = said.find(mark)
    while at >= 0:
        if not said[at + len(mark)].isalpha():
            return True
        at = said.find(mark, at + 1)
    return False


def _needs(sections: Iterable[Section], parts: Parts, source: Source) -> tuple[str, ...]:
    """Return every right that the text takes: of its sections, and of what was read in them."""
    taken: set[Right] = set(source.taken)
    for section in sections:
        if parts[section.key]:
            taken |= section.needs
    if source.takes_restricted:
        taken.add(Right.SEE_RESTRICTED)
    if source.takes_dsl:
        taken.add(Right.READ_DSL_CONCERNS)
    if beyond := taken - source.who.rights:
        raise ValueError(f"the builder has no {', '.join(sorted(beyond))} over the student")
    if unknown := taken - set(PACK_RIGHTS):
        raise ValueError(f"PACK_RIGHTS lacks {', '.join(sorted(unknown))}")
    return tuple(str(right) for right in PACK_RIGHTS if right in taken)
