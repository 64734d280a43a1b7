"""Who is taught what, by whom, when: a clash-free week of twenty-five lessons for everybody."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from pastoral.demo.name_pools import BACKGROUNDS
from pastoral.demo.people import Student
from pastoral.demo.randoms import Streams
from pastoral.demo.staff import TEACHING_ROLES, Member, staff_code

PERIODS = ("P1", "P2", "P3", "P4", "P5")
SLOTS = tuple((weekday, period) for weekday in range(5) for period in range(5))
_MOST_LESSONS_A_WEEK = 21

_LOWER_SCHOOL = {
    "English": 4, "Mathematics": 4, "Science": 3, "History": 2, "Geography": 2, "French": 2, "PE": 2, "Art": 1,
    "Music": 1, "Drama": 1, "Computing": 1, "Technology": 1, "RE": 1,
}  # fmt: skip
_CORE = {"English": 4, "Mathematics": 4, "Science": 5, "PE": 2, "RE": 1}
_OPTION_LESSONS = 3
_OPTIONS = {
    "P": ("History", "Geography", "French", "Art", "Computing", "Sport Studies"),
    "Q": ("Geography", "History", "Drama", "Business", "Technology", "Health and Social Care"),
    "R": ("Computing", "French", "Music", "Business", "Food", "Photography"),
}
_SHORT = {
    "Business": "Bu", "Computing": "Co", "Food": "Fo", "Health and Social Care": "Hs", "PE": "Pe",
    "Photography": "Ph", "RE": "Re", "Sport Studies": "Sp",
}  # fmt: skip


@dataclass(frozen=True)
class Lesson:
    """One lesson of a class in the week."""

    subject: str
    class_name: str
    teacher: str


Week = dict[tuple[int, int], Lesson]


@dataclass
class Staffroom:
    """The teachers by subject, and when each is already teaching; hires when nobody is free."""

    tutors: list[str]
    random: Random
    busy: dict[str, set[tuple[int, int]]] = field(default_factory=lambda: defaultdict(set))
    departments: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    hired: int = 0

    def teacher_for(self, subject: str, slots: Sequence[tuple[int, int]]) -> str:
        """Return a teacher of the subject who is free in all these slots, and keep them busy."""
        department = self.departments[subject]
        code = next((teacher for teacher in department if self._is_free(teacher, slots)), "") or self._new_teacher()
        if code not in department:
            department.append(code)
        self.busy[code].update(slots)
        return code

    def _is_free(self, teacher: str, slots: Sequence[tuple[int, int]]) -> bool:
        busy = self.busy[teacher]
        return len(busy) + len(slots) <= _MOST_LESSONS_A_WEEK and not busy.intersection(slots)

    def _new_teacher(self) -> str:
        if self.tutors:
            return self.tutors.pop()
        self.hired += 1
        background = BACKGROUNDS["british"]
        surname, forename = self.random.choice(background.surnames), self.random.choice(background.women)
        # Subject teachers without a pastoral role are not in the staff file: registers know them by code.
        return staff_code(surname, forename, 100 + self.hired)


def weeks_make(students: Sequence[Student], start: int, staff: Sequence[Member], streams: Streams) -> dict[str, Week]:
    """Give every student of the academic year a week of lessons, by admission number and tutor group.

    The key is "adno/group", because a move of tutor group is a change of classes in Years 7 to 9.
    """
    random = streams.of("timetable", start)
    tutors = [member.code for member in staff if member.role in TEACHING_ROLES]
    random.shuffle(tutors)
    staffroom = Staffroom(tutors, random)
    spells = [(student, spell) for student in students for spell in student.spells if spell.start == start]
    weeks: dict[str, Week] = {}
    for group in sorted({spell.group for _, spell in spells if spell.year_group < 10}):
        week = _group_week(group, staffroom, random)
        weeks |= {week_key(student, spell.group): week for student, spell in spells if spell.group == group}
    for year_group in (10, 11):
        members = [(student, spell.group) for student, spell in spells if spell.year_group == year_group]
        weeks |= _upper_weeks(year_group, members, staffroom, random)
    return weeks


def week_key(student: Student, group: str) -> str:
    """Return the key of a student's week while in this tutor group."""
    return f"{student.adno}/{group}"


def _class_week(
    name: str, subjects: dict[str, int], slots: list[tuple[int, int]], staffroom: Staffroom, random: Random
) -> Week:
    """Deal subjects over the slots of one class and find each a teacher."""
    week: Week = {}
    for subject, taken in _subjects_deal(subjects, slots, random).items():
        lesson = Lesson(subject, f"{name}/{_short(subject)}", staffroom.teacher_for(subject, taken))
        week |= dict.fromkeys(taken, lesson)
    return week


def _subjects_deal(
    subjects: dict[str, int], slots: list[tuple[int, int]], random: Random
) -> dict[str, list[tuple[int, int]]]:
    """Deal slots to subjects, the largest first, on as many different days as there are."""
    free = random.sample(slots, len(slots))
    dealt: dict[str, list[tuple[int, int]]] = {}
    for subject, count in sorted(subjects.items(), key=lambda item: -item[1]):
        chosen: list[tuple[int, int]] = []
        while len(chosen) < count:
            days = {weekday for weekday, _ in chosen}
            slot = next((slot for slot in free if slot[0] not in days), free[0])
            free.remove(slot)
            chosen.append(slot)
        dealt[subject] = chosen
    return dealt


def _group_week(group: str, staffroom: Staffroom, random: Random) -> Week:
    return _class_week(group, _LOWER_SCHOOL, list(SLOTS), staffroom, random)


def _upper_weeks(
    year_group: int, members: list[tuple[Student, str]], staffroom: Staffroom, random: Random
) -> dict[str, Week]:
    """Teach Years 10 and 11 in sets for the core, and in three option blocks across the year."""
    students = list({student.adno: student for student, _ in members}.values())
    blocks = _subjects_deal(dict.fromkeys(_OPTIONS, _OPTION_LESSONS), list(SLOTS), random)
    taken = {slot for slots in blocks.values() for slot in slots}
    core_slots = [slot for slot in SLOTS if slot not in taken]
    count = max(1, round(len(students) / 30))
    sets = [_class_week(f"{year_group}x{n + 1}", _CORE, core_slots, staffroom, random) for n in range(count)]
    options = {
        (block, subject): _option_week(year_group, block, subject, slots, staffroom)
        for block, slots in blocks.items()
        for subject in _OPTIONS[block][: max(2, count)]
    }
    own = {s.adno: sets[place % count] | _options_draw(options, random) for place, s in enumerate(students)}
    return {week_key(student, group): own[student.adno] for student, group in members}


def _option_week(year_group: int, block: str, subject: str, slots: list[tuple[int, int]], staffroom: Staffroom) -> Week:
    lesson = Lesson(subject, f"{year_group}{block}/{_short(subject)}", staffroom.teacher_for(subject, slots))
    return dict.fromkeys(slots, lesson)


def _options_draw(options: dict[tuple[str, str], Week], random: Random) -> Week:
    """Draw one subject of each block, none twice."""
    week: Week = {}
    chosen: set[str] = set()
    for block in _OPTIONS:
        subject = random.choice([s for b, s in options if b == block and s not in chosen])
        chosen.add(subject)
        week |= options[block, subject]
    return week


def _short(subject: str) -> str:
    return _SHORT.get(subject, subject[:2])


def classes_of(weeks: dict[str, Week]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield every class with each of its slots, once."""
    yield from sorted({(lesson.class_name, slot) for week in weeks.values() for slot, lesson in week.items()})
