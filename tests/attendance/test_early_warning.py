"""The early-warning rules, each as a pure function over a school made up for it: no database."""

from datetime import date, timedelta
from itertools import chain

import pytest

from attendance.figures import Counts, has_dipped
from attendance.rules.data import Mark, RuleData, Setting
from attendance.rules.dip import dip
from attendance.rules.first_weeks import first_weeks
from attendance.rules.lates import lates
from attendance.rules.odds import is_chance
from attendance.rules.registry import findings, findings_and_faint, quiet_since
from attendance.rules.siblings import siblings
from attendance.rules.spells import spells
from attendance.rules.weekday import weekday
from students.summaries import SchoolCalendar

BEGUN, END = date(2026, 9, 3), date(2026, 12, 18)
HALF_TERMS = ((BEGUN, date(2026, 10, 23)), (date(2026, 11, 2), END))
HOLIDAY = (date(2026, 10, 26), date(2026, 10, 30))
FRIDAY = date(2026, 11, 20)
KAI, ADA, BEN, CAL = 1, 2, 3, 4


def nov(day):
    return date(2026, 11, day)


def oct_(day):
    return date(2026, 10, day)


def every(first=BEGUN, last=END):
    """Return the weekdays from first to last outside the holiday."""
    days = (first + timedelta(days=step) for step in range((last - first).days + 1))
    return [day for day in days if day.weekday() < 5 and not HOLIDAY[0] <= day <= HOLIDAY[1]]


def away(*days, letters="I", sessions=("AM", "PM")):
    """Return absences on whole days."""
    return [Mark(day, session, letters) for day in days for session in sessions]


def late(*days, letters="L", minutes=5):
    """Return arrivals after the morning's register began."""
    return [Mark(day, "AM", letters, minutes) for day in days]


def school(marks=None, *, on=FRIDAY, closed=(), weeks=None, families=(), admitted=None):
    """Return the school as the rules see it; marks by student, in any order."""
    held = {student: tuple(sorted(rows)) for student, rows in (marks or {}).items()}
    return RuleData(
        on=on,
        calendar=SchoolCalendar(tuple(day for day in every() if day not in closed)),
        half_terms=tuple(span for span in HALF_TERMS if span[0] <= on),
        admitted=dict.fromkeys((KAI, ADA, BEN, CAL), date(2024, 9, 2)) | (admitted or {}),
        marks=held,
        weeks=weeks or {},
        families=tuple(map(frozenset, families)),
    )


def rule(slug, count, weeks):
    return Setting(slug, slug, count, weeks, "A step")


def who(found):
    return {one.student_id for one in found}


# --- lates ------------------------------------------------------------------------------------------

IN_A_WEEK, IN_A_HALF_TERM = rule("lates_week", 3, 1), rule("lates_half_term", 5, None)
LADDER = (IN_A_WEEK, rule("lates_half_term", 5, None), rule("lates_many", 8, None))


@pytest.mark.parametrize("days", [(16, 17), (13, 16, 17), (16, 17, 21)])
def test_two_lates_in_a_week_are_not_three(days):
    assert not who(lates(school({KAI: late(*map(nov, days))}), IN_A_WEEK))


def test_the_week_runs_from_monday_to_friday_and_u_is_a_late_too():
    marks = late(nov(16), nov(20)) + late(nov(18), letters="U", minutes=40) + away(nov(17))
    (found,) = lates(school({KAI: marks}), IN_A_WEEK)
    assert (found.key, found.facts["lates"], found.facts["minutes"]) == ("2026-11-16", 3, 50)
    assert found.facts["sessions"] == [["2026-11-16", "AM"], ["2026-11-18", "AM"], ["2026-11-20", "AM"]]


@pytest.mark.parametrize(("on", "is_found"), [(nov(20), True), (nov(27), True), (nov(30), False)])
def test_a_week_is_looked_at_until_the_next_one_is_over(on, is_found):
    assert bool(who(lates(school({KAI: late(nov(16), nov(17), nov(18))}, on=on), IN_A_WEEK))) is is_found


def test_lates_do_not_add_up_across_half_terms():
    marks = {KAI: late(oct_(21), oct_(22), oct_(23), nov(2), nov(3))}
    assert not who(lates(school(marks, on=nov(6)), IN_A_HALF_TERM))
    marks = {KAI: late(oct_(19), oct_(20), oct_(21), oct_(22), oct_(23))}
    (found,) = lates(school(marks, on=nov(6)), IN_A_HALF_TERM)
    assert (found.key, found.facts["last"]) == ("2026-09-03", "2026-10-23")
    assert not who(lates(school(marks, on=nov(16)), IN_A_HALF_TERM))


def test_of_the_ladder_only_the_highest_step_in_a_window_is_found():
    five, eight = every(nov(2), nov(6)), every(nov(2), nov(11))
    found = findings(school({KAI: late(*five), ADA: late(*eight)}, on=nov(13)), LADDER)
    assert who(found["lates_half_term"]) == {KAI}
    assert who(found["lates_many"]) == {ADA}
    # The week is a window of its own: three in it are its tutor's to ask about.
    assert who(found["lates_week"]) == {KAI, ADA}


# --- dip --------------------------------------------------------------------------------------------

DIP = rule("dip", 1, 1)
MONDAY = nov(16)


def dip_school(before, week, *, on=FRIDAY, marks=None):
    return school(marks, on=on, weeks={KAI: ((date(2026, 9, 7), before), (MONDAY, week))})


@pytest.mark.parametrize("missed", range(11))
@pytest.mark.parametrize("absent_before", [0, 2, 9])
def test_the_dip_is_the_weekly_sheets_dip(absent_before, missed):
    before = Counts(present=100 - absent_before, authorised=absent_before)
    week = Counts(present=10 - missed, unauthorised=missed)
    assert bool(who(dip(dip_school(before, week), DIP))) is has_dipped(before, week)


def test_ten_points_exactly_is_a_dip_and_one_session_less_is_none():
    before = Counts(present=100)
    assert who(dip(dip_school(before, Counts(present=9, unauthorised=1)), DIP)) == {KAI}
    assert not who(dip(dip_school(before, Counts(present=10)), DIP))


def test_a_dip_most_of_which_is_explained_is_no_riddle():
    before = Counts(present=100)
    assert not who(dip(dip_school(before, Counts(present=5, authorised=3, unauthorised=2)), DIP))
    assert who(dip(dip_school(before, Counts(present=6, authorised=2, unauthorised=2)), DIP)) == {KAI}


def test_a_dip_of_who_was_persistently_absent_is_the_trackers():
    week = Counts(present=2, unauthorised=8)
    assert not who(dip(dip_school(Counts(present=90, unauthorised=10), week), DIP))
    assert who(dip(dip_school(Counts(present=91, unauthorised=9), week), DIP)) == {KAI}
    # On 18 sessions nobody can say so yet (T6).
    assert who(dip(dip_school(Counts(present=16, unauthorised=2), week), DIP)) == {KAI}


def test_a_running_week_is_not_looked_at():
    week = Counts(present=2, unauthorised=6)
    assert not who(dip(dip_school(Counts(present=100), week, on=nov(19)), DIP))
    assert who(dip(dip_school(Counts(present=100), week, on=nov(27)), DIP)) == {KAI}


# --- weekday ----------------------------------------------------------------------------------------

MONDAYS = rule("weekday", 3, 6)
LAST_MONDAYS = (oct_(5), oct_(12), oct_(19), nov(2), nov(9), nov(16))


def sure(found):
    return [one for one in found if not one.is_faint]


def test_three_of_the_last_six_mondays_are_found_across_the_holiday():
    (found,) = sure(weekday(school({KAI: away(oct_(12), nov(2), nov(16))}), MONDAYS))
    assert found.key == "2026-11-02:MON"
    assert found.facts["days"] == ["2026-10-12", "2026-11-02", "2026-11-16"]
    assert (found.facts["of"], found.facts["first"], found.facts["other"]) == (6, "2026-10-05", 0)


def test_a_monday_of_the_holiday_is_skipped_and_a_monday_before_the_six_is_not_counted():
    assert oct_(26).weekday() == 0
    assert sure(weekday(school({KAI: away(oct_(5), oct_(19), nov(9))}), MONDAYS))
    assert not sure(weekday(school({KAI: away(date(2026, 9, 28), oct_(19), nov(9))}), MONDAYS))


def test_a_school_closed_on_a_monday_looks_back_one_more():
    data = school({KAI: away(date(2026, 9, 28), oct_(19), nov(9))}, closed=[nov(2)])
    assert sure(weekday(data, MONDAYS))[0].facts["first"] == "2026-09-28"


@pytest.mark.parametrize("weeks", [1, 3])
def test_whole_weeks_away_are_no_pattern_of_a_weekday(weeks):
    days = chain(*(every(monday, monday + timedelta(days=4)) for monday in LAST_MONDAYS[-weeks:]))
    assert not sure(weekday(school({KAI: away(*days)}), MONDAYS))


def test_of_two_weekdays_the_one_that_stands_out_is_found_and_the_other_is_faint():
    marks = {KAI: away(*LAST_MONDAYS[1:], oct_(9), nov(6), nov(13))}
    found = list(weekday(school(marks), MONDAYS))
    assert [(one.key, one.is_faint) for one in found] == [("2026-11-02:MON", False), ("2026-11-02:FRI", True)]


def test_what_chance_may_have_done_is_faint_and_no_surface_shows_it():
    # Three Mondays, and as many other days that the odds no longer speak against chance.
    marks = {KAI: away(*LAST_MONDAYS[:3], *every(nov(3), nov(6)), nov(10), nov(12))}
    assert [one.is_faint for one in weekday(school(marks), MONDAYS) if one.key.endswith("MON")] == [True]
    assert findings(school(marks), [MONDAYS])["weekday"] == ()
    assert who(findings_and_faint(school(marks), [MONDAYS])["weekday"]) == {KAI}


def test_agreed_absence_makes_no_weekday():
    assert not who(weekday(school({KAI: away(oct_(12), nov(2), nov(16), letters="M")}), MONDAYS))


@pytest.mark.parametrize(("hits", "of", "all_hits", "all_of", "chance"), [(3, 6, 3, 30, False), (3, 6, 15, 30, True)])
def test_the_odds(hits, of, all_hits, all_of, chance):
    assert is_chance(hits, of, all_hits, all_of, one_in=50) is chance


# --- spells -----------------------------------------------------------------------------------------

SPELLS = rule("spells", 3, 6)


def spells_of(*marks, **more):
    return [found.facts["spells"] for found in spells(school({KAI: list(chain(*marks))}, **more), SPELLS)]


def test_three_separate_days_are_three_spells():
    assert spells_of(away(oct_(13)), away(nov(4)), away(nov(12))) == [
        [["2026-10-13", "2026-10-13", 2], ["2026-11-04", "2026-11-04", 2], ["2026-11-12", "2026-11-12", 2]]
    ]


def test_friday_and_monday_are_one_spell():
    assert not spells_of(away(oct_(13)), away(nov(6), nov(9)))
    assert len(spells_of(away(oct_(13)), away(nov(6), nov(9)), away(nov(12)))[0]) == 3


def test_the_days_about_the_half_term_are_one_spell():
    assert not spells_of(away(oct_(23), nov(2)), away(nov(12)))


def test_a_session_attended_between_parts_a_spell():
    parted = away(nov(9), sessions=("AM",)) + away(nov(10), sessions=("AM",)) + away(nov(11), sessions=("AM",))
    assert len(spells_of(parted)[0]) == 3


def test_a_closed_day_between_parts_nothing():
    assert not spells_of(away(oct_(13)), away(nov(10), nov(12)), closed=[nov(11)])


def test_long_spells_and_agreed_ones_do_not_count_nor_what_is_before_the_window():
    assert not spells_of(away(oct_(13)), away(nov(4)), away(*every(nov(9), nov(16))))
    assert not spells_of(away(oct_(13)), away(nov(4)), away(nov(12), letters="M"))
    assert not spells_of(away(oct_(2)), away(nov(4)), away(nov(12)))


def test_spells_of_who_is_persistently_absent_are_the_trackers():
    three = (away(oct_(13)), away(nov(4)), away(nov(12)))
    week = date(2026, 9, 7)
    assert not spells_of(*three, weeks={KAI: ((week, Counts(present=90, authorised=10)),)})
    assert spells_of(*three, weeks={KAI: ((week, Counts(present=91, authorised=9)),)})


# --- the first weeks --------------------------------------------------------------------------------

FIRST = rule("first_weeks", 4, 4)


def test_the_first_four_school_weeks_end_with_their_friday():
    # The week of Thursday 3 September is the first, that of 21 September the fourth.
    inside, outside = away(date(2026, 9, 8), date(2026, 9, 25)), away(date(2026, 9, 8), date(2026, 9, 28))
    on = date(2026, 9, 30)
    (found,) = first_weeks(school({KAI: inside, ADA: outside}, on=on), FIRST)
    assert (found.student_id, found.facts["missed"], found.facts["is_new"]) == (KAI, 4, False)


@pytest.mark.parametrize(("on", "is_found"), [(date(2026, 10, 9), True), (date(2026, 10, 12), False)])
def test_two_weeks_after_them_settling_in_is_over(on, is_found):
    marks = {KAI: away(date(2026, 9, 8), date(2026, 9, 25))}
    assert bool(who(first_weeks(school(marks, on=on), FIRST))) is is_found


def test_one_bout_of_illness_is_no_sign_but_one_nobody_explained_is():
    bout = every(date(2026, 9, 14), date(2026, 9, 16))
    marks = {KAI: away(*bout), ADA: away(*bout, letters="O")}
    assert who(first_weeks(school(marks, on=date(2026, 9, 30)), FIRST)) == {ADA}


def test_somebody_new_has_first_weeks_of_their_own():
    marks = {KAI: away(nov(5), nov(12)), ADA: away(nov(5), nov(12))}
    (found,) = first_weeks(school(marks, admitted={KAI: nov(3)}), FIRST)
    assert (found.student_id, found.key, found.facts["is_new"]) == (KAI, "2026-11-03", True)


# --- siblings ---------------------------------------------------------------------------------------

TOGETHER = rule("siblings", 2, 4)


def test_two_days_together_are_found_for_each_with_the_other():
    marks = {KAI: away(nov(5), nov(6)), ADA: away(nov(5), nov(6), nov(9)), BEN: away(nov(5), nov(6))}
    found = sure(siblings(school(marks, families=[{KAI, ADA}]), TOGETHER))
    assert {one.student_id: one.facts["with"] for one in found} == {KAI: [ADA], ADA: [KAI]}
    assert {tuple(one.facts["days"]) for one in found} == {("2026-11-05", "2026-11-06")}


def test_one_day_together_is_not_enough():
    marks = {KAI: away(nov(5), nov(6)), ADA: away(nov(6), nov(9))}
    assert not who(siblings(school(marks, families=[{KAI, ADA}]), TOGETHER))


def test_twins_and_their_brother_are_one_finding_each():
    marks = dict.fromkeys((KAI, ADA, BEN), away(nov(5), nov(6)))
    # Both parents make the same family; half-brothers share one.
    found = list(siblings(school(marks, families=[{KAI, ADA}, {KAI, ADA, BEN}]), TOGETHER))
    assert {one.student_id: one.facts["with"] for one in found} == {KAI: [ADA, BEN], ADA: [KAI, BEN], BEN: [KAI, ADA]}


def test_who_shares_no_parent_is_not_found():
    marks = {KAI: away(nov(5), nov(6)), ADA: away(nov(5), nov(6))}
    assert not who(siblings(school(marks), TOGETHER))
    assert not who(siblings(school(marks, families=[{KAI, BEN}, {ADA, CAL}]), TOGETHER))


def test_a_closed_school_and_a_holiday_together_are_no_riddle():
    closed = {student: away(nov(5), nov(6), letters="Y") for student in (KAI, ADA)}
    assert not who(siblings(school(closed, families=[{KAI, ADA}]), TOGETHER))
    abroad = {student: away(nov(5), nov(6), letters="G") for student in (KAI, ADA)}
    assert not who(siblings(school(abroad, families=[{KAI, ADA}]), TOGETHER))


def test_two_who_are_away_often_meet_by_chance():
    one, other = every(oct_(19), nov(13))[:10], every(oct_(19), nov(18))[6:]
    found = list(siblings(school({KAI: away(*one), ADA: away(*other)}, families=[{KAI, ADA}]), TOGETHER))
    assert found
    assert not sure(found)


def test_days_before_the_four_weeks_do_not_count():
    marks = dict.fromkeys((KAI, ADA), away(oct_(15), oct_(16)))
    assert not who(siblings(school(marks, families=[{KAI, ADA}]), TOGETHER))


# --- what may still be explained (T8), and windows that move ----------------------------------------


@pytest.mark.parametrize(("letters", "is_found"), [("N", False), ("O", True), ("I", True)])
def test_the_last_two_days_count_only_once_somebody_said_why(letters, is_found):
    for_weekday = {KAI: away(oct_(9), nov(13)) + away(nov(20), letters=letters)}
    assert bool(sure(weekday(school(for_weekday), MONDAYS))) is is_found
    for_spells = {KAI: away(oct_(13), nov(4)) + away(nov(19), letters=letters)}
    assert bool(who(spells(school(for_spells), SPELLS))) is is_found
    together = {student: away(nov(5)) + away(nov(19), letters=letters) for student in (KAI, ADA)}
    assert bool(who(siblings(school(together, families=[{KAI, ADA}]), TOGETHER))) is is_found


def test_what_is_still_unexplained_after_two_days_counts():
    assert who(spells(school({KAI: away(oct_(13), nov(4)) + away(nov(18), letters="N")}), SPELLS)) == {KAI}


def test_a_dip_that_may_still_be_explained_waits():
    marks = {KAI: away(nov(20), letters="N")}
    week = Counts(present=8, unauthorised=2)
    assert not who(dip(dip_school(Counts(present=100), week, marks=marks), DIP))
    assert who(dip(dip_school(Counts(present=100), week, marks=marks, on=nov(24)), DIP)) == {KAI}


def test_only_windows_that_move_keep_a_rule_quiet():
    data = school()
    assert quiet_since(data, MONDAYS) == oct_(5)
    assert quiet_since(data, IN_A_WEEK) is None
    assert quiet_since(data, IN_A_HALF_TERM) is None
    assert quiet_since(data, DIP) is None


def test_a_rule_that_is_off_and_one_nobody_knows_find_nothing():
    marks = {KAI: late(nov(16), nov(17), nov(18))}
    off = Setting("lates_week", "Late", 3, 1, "A step", is_on=False)
    assert findings(school(marks), [off, rule("unheard_of", 1, 1)]) == {}


def test_who_is_not_on_roll_is_not_found():
    data = school({99: late(nov(16), nov(17), nov(18))})
    assert findings(data, [IN_A_WEEK])["lates_week"] == ()
