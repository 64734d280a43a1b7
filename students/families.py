"""Who belongs together: students who share a parent or carer whom no court order bars from either of them.

Through one who is barred nobody belongs together: one home is told nothing of the other.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable

from students.models import ParentCarerLink, Student
from students.querysets import StudentQuerySet


def families(students: Collection[int]) -> dict[int, frozenset[int]]:
    """Return for each student those of the students who share a parent or carer, the student among them; one query."""
    links = ParentCarerLink.objects.filter(student__in=list(students), has_court_order=False)
    return together(students, links.values_list("parent_carer_id", "student_id"))


def together(students: Collection[int], links: Iterable[tuple[int, int]]) -> dict[int, frozenset[int]]:
    """Return the families among the students, as `families` does. links: keys of an adult and of a student."""
    children: dict[int, set[int]] = defaultdict(set)
    for adult, student in links:
        children[adult].add(student)
    family: dict[int, set[int]] = {student: {student} for student in students}
    for siblings in children.values():
        merged = set().union(*(family[student] for student in siblings))
        for student in merged:
            family[student] = merged
    return {student: frozenset(members) for student, members in family.items()}


def siblings_of(student: Student) -> StudentQuerySet:
    """Return the student's brothers and sisters on record: who shares a parent or carer, never the student.

    The caller narrows them to what a person may see.
    """
    free = ParentCarerLink.objects.filter(has_court_order=False)
    theirs = free.filter(parent_carer__in=free.filter(student=student).values("parent_carer"))
    return Student.objects.filter(pk__in=theirs.values("student")).exclude(pk=student.pk)
