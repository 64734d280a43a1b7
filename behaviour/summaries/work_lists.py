"""Work of one student who is away, subject by subject: what is asked for, set and collected. No queries but one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from behaviour.models import SetWork
from pastoral.core.models import User
from students.lessons import lessons

TAUGHT_SINCE = timedelta(days=42)


@dataclass(frozen=True)
class Checklist:
    """The subjects of one suspension or absence."""

    work: Sequence[SetWork]

    @property
    def needed(self) -> tuple[SetWork, ...]:
        """The subjects of which nobody said that their work is not needed."""
        return tuple(each for each in self.work if not each.not_needed)

    @property
    def is_all_set(self) -> bool:
        """Test for work asked for and set, every subject of it."""
        return bool(self.needed) and all(each.set_on for each in self.needed)

    @property
    def to_collect(self) -> tuple[SetWork, ...]:
        """What was set and is not back."""
        return tuple(each for each in self.needed if each.set_on and not each.collected_on)

    @property
    def in_words(self) -> str:
        """How far it is."""
        if not self.needed:
            return "no subject asked yet"
        were_set = sum(each.set_on is not None for each in self.needed)
        collected = sum(each.collected_on is not None for each in self.needed)
        return f"{were_set} of {len(self.needed)} subjects set, {collected} collected"


def subjects_taught(student: int, on: date) -> dict[str, str]:
    """Return the subjects that the student was taught of late, each with its teacher's name or code."""
    teachers = lessons().teachers([student], on - TAUGHT_SINCE, on)
    users = User.objects.filter(staff_code__in=[each.code for each in teachers])
    names = {user.staff_code: user.formal_name for user in users}
    return {each.subject: names.get(each.code, each.code) for each in teachers if each.subject}
