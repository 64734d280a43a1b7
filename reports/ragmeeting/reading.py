"""What typed lines are read with: who works here, which days school meets, and who is of a year's team."""

from datetime import date, timedelta

from interventions.typed import Person, Reading
from pastoral.core.models import User
from students.models import StaffAssignment
from students.summaries import SchoolCalendar

ALMOST_A_WEEK = timedelta(days=6)


def reading_for(user: User, today: date) -> Reading:
    """Return what the person's lines are read with; without a day, a thing is done by a school day in a week."""
    calendar = SchoolCalendar.load()

    def school_day(day: date) -> date:
        return day if calendar.is_school_day(day) else calendar.next_school_day(day) or day

    people = [_person(each) for each in User.objects.filter(is_active=True).order_by("surname", "forename", "pk")]
    return Reading(people, _person(user), today, school_day(today + ALMOST_A_WEEK + timedelta(days=1)), school_day)


def _person(user: User) -> Person:
    return Person(user.pk, user.staff_code, user.surname, user.formal_name)


def year_team(year: int, on: date) -> list[User]:
    """Return who holds a role over the year today, each once."""
    held = StaffAssignment.objects.in_force(on).filter(year_group=year, user__is_active=True)
    return list({each.user_id: each.user for each in held.select_related("user")}.values())
