"""Tutor groups and houses: dealt by intake, with a few moves between them."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from pastoral.demo.calendar import MONDAY, academic_year_of
from pastoral.demo.people.seats import seats_of
from pastoral.demo.people.students import YEAR_GROUPS, Roll, Spell, Student
from pastoral.demo.randoms import sample_some

TUTOR_GROUP_SIZE = 30
HOUSES = ("Anning", "Brunel", "Franklin", "Seacole")


def groups_settle(students: list[Student], roll: Roll, random: Random) -> None:
    """Deal each intake into tutor groups that stay together, with a few moves between them."""
    for intake in sorted(seats_of(roll)):
        peers = [student for student in students if student.intake == intake]
        random.shuffle(peers)
        # Those who left early give their seat to nobody, so groups are dealt among those who stay, then filled.
        peers.sort(key=lambda student: student.left is not None)
        letters = _letters(roll)
        for place, student in enumerate(peers):
            student.house = HOUSES[place % len(HOUSES)]
            student.spells = _spells(student, letters[place % len(letters)], roll)
        if len(letters) > 1:
            for student in sample_some(random, peers, 0.02):
                _group_move(student, letters, roll, random)


def _letters(roll: Roll) -> str:
    return "ABCDEFGHJKLMNPQR"[: max(1, -(-roll.size // (len(YEAR_GROUPS) * TUTOR_GROUP_SIZE)))]


def _spells(student: Student, letter: str, roll: Roll) -> list[Spell]:
    """Return a spell for each held year in which the student was on roll in Years 7 to 11."""
    spells = []
    for year in roll.years:
        first = max(student.admitted, year.first_day)
        group = student.year_group_in(year.start)
        gone = student.left is not None and student.left < first
        if group not in YEAR_GROUPS or first > year.last_day or gone:
            continue
        ended = student.left if student.left is not None and student.left <= year.last_day else None
        last = ended or (year.last_day if year is roll.last_year else None)
        spells.append(Spell(year.start, group, letter, first, last))
    return spells


def _group_move(student: Student, letters: str, roll: Roll, random: Random) -> None:
    """Move a student to another tutor group on a Monday of one of the two years."""
    mondays = [day for year in roll.years for day in year.days[20:] if day.weekday() == MONDAY and day <= roll.today]
    inside = [day for day in mondays if student.is_on_roll(day) and day - timedelta(days=1) >= student.admitted]
    if not inside:
        return
    monday = random.choice(inside)
    letter = random.choice([other for other in letters if other != student.spells[0].letter])
    moved: list[Spell] = []
    for spell in student.spells:
        if spell.start < academic_year_of(monday):
            moved.append(spell)
        elif spell.first < monday:
            rest = replace(spell, letter=letter, first=monday)
            moved += [replace(spell, last=monday - timedelta(days=1)), rest]
        else:
            moved.append(replace(spell, letter=letter))
    student.spells = moved
