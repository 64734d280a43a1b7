"""Who belongs together: students who share a parent or carer."""

from collections import defaultdict
from collections.abc import Collection

from students.models import ParentCarerLink, Student
from students.querysets import StudentQuerySet


def families(students: Collection[int]) -> dict[int, frozenset[int]]:
    """Return for each student those of the students who share a parent or carer, the student among them; one query."""
    children: dict[int, set[int]] = defaultdict(set)
    links = ParentCarerLink.objects.filter(student__in=list(students))
    for adult, student in links.values_list("parent_carer_id", "student_id"):
        children[adult].add(student)
    family: dict[int, set[int]] = {student: {student} for student in students}
    for together in children.values():
        merged = set().union(*(family[student] for student in together))
        for student in merged:
            family[student] = merged
    return {student: frozenset(members) for student, members in family.items()}


def siblings_of(student: Student) -> StudentQuerySet:
    """Return the student's brothers and sisters on record: who shares a parent or carer, never the student.

    The caller narrows them to what a person may see.
    """
    carers = ParentCarerLink.objects.filter(student=student).values("parent_carer")
    return Student.objects.filter(parent_carer_links__parent_carer__in=carers).exclude(pk=student.pk).distinct()
