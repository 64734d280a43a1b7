"""Round robins laid for tests."""

from datetime import date

from behaviour.models import RobinAnswer, RoundRobin
from pastoral.core.models import User
from students.models import Student


def robin_of(
    student: Student, *, by: User, teachers: tuple[User, ...] = (), due_on: date = date(2026, 11, 27)
) -> RoundRobin:
    """Ask teachers about a student."""
    robin = RoundRobin.objects.create(
        student=student,
        purpose="Meeting with the parents",
        questions=["What goes well?", "What worries you?", "What would help?"],
        due_on=due_on,
        asked_by=by,
    )
    RobinAnswer.objects.bulk_create(RobinAnswer(robin=robin, teacher=each, subject="Art") for each in teachers)
    return robin
