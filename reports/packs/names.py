"""Other students' names, taken out of a pack: "Student A" in their place, with a list kept outside of it.

Whoever took part in something, and whoever's whole name is written anywhere, is looked for by every name they may be
called. A forename that stands alone and is nobody's whom the pack may name goes too, since it may be that of any
student: as "another student".
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from string import ascii_uppercase

from behaviour.naming import SOMEBODY, Mask, Name, is_a_word, names_met, words_folded
from behaviour.summaries.incidents import name_of
from contacts.models import AgencyWorker
from contacts.summaries.carers import carers_of
from pastoral.core.models import User
from students.models import ParentCarer, Student

_WORD = re.compile(r"[^\W\d_]+")
_SURNAME_FOLLOWS = re.compile(r"\s+[^\W\d_a-z][^\W\d_]+")
_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Sir|Rev)\.?\s*$")


@dataclass(frozen=True)
class Redaction:
    """What takes the names out. marks: the key of the student behind each mark, in order.

    words: those without which no name is in a text; forenames: of any student, where nobody else has them.
    """

    mask: Mask
    words: frozenset[str]
    forenames: frozenset[str]
    marks: dict[str, int]

    def __call__(self, text: str) -> str:
        """Return the text without the names."""
        said = set(words_folded(text))
        if said & self.words:
            text = self.mask(text)
        return self._without_forenames(text) if said & self.forenames else text

    def _without_forenames(self, text: str) -> str:
        parts, at = [], 0
        for match in _WORD.finditer(text):
            if self._is_alone(match, text):
                parts += [text[at : match.start()], SOMEBODY]
                at = match.end()
        return "".join([*parts, text[at:]])

    def _is_alone(self, match: re.Match[str], text: str) -> bool:
        """Test for a forename with no surname: with one it is somebody of whom the school has no record."""
        word = match.group()
        if not word[0].isupper() or "".join(words_folded(word)) not in self.forenames:
            return False
        return not _SURNAME_FOLLOWS.match(text, match.end()) and not _TITLE.search(text[: match.start()])


def redaction_of(student: Student, texts: Iterable[str], involved: Iterable[int]) -> Redaction:
    """Return what takes every other student's name out of the texts, in five queries.

    involved: students who are known to be in what the pack tells of.
    """
    held, known = list(texts), set(involved) - {student.pk}
    said = {word for text in held for word in words_folded(text)}
    columns = ("legal_forename", "preferred_forename", "legal_surname")
    everyone = {each.pk: each for each in Student.objects.exclude(pk=student.pk).only(*columns)}
    colleagues = list(_colleagues())
    kept = [*_family(student), *(Name("", "", each.surname) for each in colleagues)]
    names = {key: name_of(each) for key, each in everyone.items()}
    found = known & everyone.keys() | names_met(names, held, colleagues)
    ordered = sorted((everyone[key] for key in found), key=lambda each: (each.sort_name, each.pk))
    marks = dict(zip(_marks(), ordered, strict=False))
    hidden = [names[each.pk] for each in marks.values()]
    ours = {form for each in kept for form in each.single}
    forenames = {form for name in names.values() for form in name.forenames if form in said and not is_a_word(form)}
    return Redaction(
        mask=Mask(hidden, kept, marks=list(marks)),
        words=frozenset(word for each in hidden for form in each.single for word in _ways(form)),
        forenames=frozenset(forenames - ours),
        marks={mark: each.pk for mark, each in marks.items()},
    )


def _ways(form: str) -> Iterator[str]:
    parts = words_folded(form)
    for word in (*parts, "".join(parts)):
        yield from (word, f"{word}s")


def _family(student: Student) -> Iterator[Name]:
    """Yield the student and the family's adults, whom a pack names as they are called."""
    yield name_of(student)
    carers = [each.parent_carer_id for each in carers_of([student.pk])[student.pk]]
    for forename, surname in ParentCarer.objects.filter(pk__in=carers).values_list("forename", "surname"):
        yield Name(forename, "", surname)


def _colleagues() -> Iterator[Name]:
    """Yield staff and people of agencies, who are called by their surnames."""
    for forename, surname in User.objects.values_list("forename", "surname"):
        yield Name(forename, "", surname)
    for name in AgencyWorker.objects.values_list("name", flat=True):
        forename, _, surname = name.rpartition(" ")
        yield Name(forename, "", surname)


def _marks() -> Iterator[str]:
    """Yield Student A to Student Z, Student AA and so on."""
    for first in ("", *ascii_uppercase):
        for last in ascii_uppercase:
            yield f"Student {first}{last}"
