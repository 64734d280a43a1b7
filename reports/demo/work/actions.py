"""What else is to be done in the demo school, by everybody who has a list: late, today, to come and done."""

from datetime import date, timedelta

from interventions.models import Action, NeedsScreen, ScreenAnswer
from pastoral.core.rights import Role
from reports.demo.cast import Cast, at
from reports.demo.conduct import token
from reports.demo.home.people import Homes
from reports.demo.work.help import Lists
from reports.demo.work.help_words import ANYBODY, MOST_AWAY
from reports.demo.work.meeting_words import DONE, NEED_WORDS, NEEDS, TASKS
from reports.demo.work.need import on_day
from students.summaries import RollEntry

EACH = 4
ALL_SCHOOL = (Role.SLT, Role.ATTENDANCE_OFFICER, Role.SENCO, Role.DSL)
SCREENED = 6


def actions_set(cast: Cast) -> int:
    """Give each tutor, year leader and whoever sees the school a few things to do: some late, some done."""
    if Action.objects.filter(case=None, plan=None, intervention=None, meeting=None).exists():
        return 0
    made = []
    for n, held in enumerate(cast.assignments):
        members = _theirs(cast, held.role, held.year_group_id, held.tutor_group_id)
        for place in range(EACH if members else 0):
            number = EACH * n + place
            member = members[number * 7 % len(members)]
            made.append(_action(cast, number, member, held.user_id, place))
    return len(Action.objects.bulk_create(made)) + _screens(cast)


def _theirs(cast: Cast, role: str, year: int | None, group: int | None) -> list[RollEntry]:
    """Return the students of an assignment: a form's, a year's, or the school's; none where the role has no list."""
    if group:
        return [member for member in cast.students if member.tutor_group_id == group]
    if year:
        return [member for member in cast.students if member.year == year]
    return list(cast.students) if role in ALL_SCHOOL else []


def _action(cast: Cast, number: int, member: RollEntry, owner: int, place: int) -> Action:
    """Return one thing to do: of four one is late, one is due on the last day, one is to come and one is done."""
    due = (on_day(cast, 2 + number % 6), cast.day, cast.ahead(1 + number % 7), on_day(cast, 4))[place]
    set_on = _before(cast, due)
    is_done = place == 3
    done = {"done_on": due, "done_by_id": owner, "done_note": DONE[number % len(DONE)]} if is_done else {}
    return Action(
        token=token("action", number), what=TASKS[number % len(TASKS)], owner_id=owner, due_on=due,
        student_id=member.student_id, set_by_id=owner, set_at=at(set_on, 15, number % 60), **done,
    )  # fmt: skip


def _before(cast: Cast, due: date) -> date:
    return min(due, cast.day) - timedelta(days=7)


def _screens(cast: Cast) -> int:
    """Fill needs screens for some who are much away, and again later for half of them."""
    homes = Homes.of(cast, "screen")
    lists = Lists.of(homes).held
    members = [*lists[MOST_AWAY][: SCREENED - 1], *lists[ANYBODY][:1]]
    screens = list[NeedsScreen]()
    for n, member in enumerate(members):
        by = homes.who("manager", member)
        for turn, back in enumerate((35, 3) if n % 2 else (20,)):
            day = on_day(cast, back)
            screens.append(
                NeedsScreen(token=token("screen", 10 * n + turn), student_id=member.student_id, screened_on=day, by=by,
                            at=at(day, 12, 40), summary=NEED_WORDS, is_restricted=n == 4)
            )  # fmt: skip
    NeedsScreen.objects.bulk_create(screens)
    ScreenAnswer.objects.bulk_create(
        ScreenAnswer(screen=screen, area=area, need=max(0, need - place % 2))
        for place, screen in enumerate(screens)
        for area, need in zip(ScreenAnswer.Area.values, NEEDS[screen.student_id % len(NEEDS)], strict=True)
    )
    return len(screens)
