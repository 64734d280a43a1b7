"""The sheet: who comes first, what a tutor sees, and weeks that are not like the others."""

from datetime import date
from decimal import Decimal

import pytest

from attendance.summaries import WeekFigures
from reports.models import RagDocument
from reports.rag.cells import CellKind
from reports.rag.sheet import Sheet
from students.models import StudentFact
from tests.factories import EnrolmentFactory, StudentFactFactory, StudentFactory, enrol
from tests.reports.rag_school import MONDAY, TERM, absent, attend, frozen, week_of

pytestmark = pytest.mark.django_db


def student(surname: str, group: str = "9B", **fields):
    return enrol(group, legal_surname=surname, **fields)[0]


def sheet(name: str = "9B", **when) -> Sheet:
    return Sheet.load(frozen(**when).documents.select_related("run").get(name=name))


@pytest.fixture
def movers(seeded):
    """One student of each sort; 106 sessions are possible by Friday, 96 by the Friday before."""
    attend(student("Zander-Worse"), absent(6) | week_of("O O O O O / / / / /"))  # 11 of 106: amber to red
    attend(student("Brown-Better"), absent(10))  # 10 of 96 red, 10 of 106 amber
    attend(student("Yates-Dipped"), absent(3) | week_of("I I / / / / / / / /"))  # green before, amber now
    attend(student("Dunn-Dipped"), absent(7) | week_of("I I / / / / / / / /"))  # amber both
    attend(student("Adams-Rest"))
    attend(student("Clark-Rest"), absent(40))


def test_movers_come_first(movers):
    sections = {section.slug: [line.surname for line in section.lines] for section in sheet().sections}
    assert sections == {
        "worse": ["Zander-Worse", "Yates-Dipped"],
        "better": ["Brown-Better"],
        "dipped": ["Dunn-Dipped"],
        "rest": ["Adams-Rest", "Clark-Rest"],
    }


def test_the_sheet_says_what_the_figures_say(movers):
    figures = WeekFigures.load(MONDAY, with_recent=True).groups()
    year = sheet("Year 9")
    assert year.whole.figures.ytd == figures["Year 9"].ytd
    assert year.whole.figures.week == figures["Year 9"].week
    assert (year.whole.figures.red, year.whole.figures.amber, year.whole.figures.green) == (2, 3, 1)
    assert [line.surname for line in year.persistently_absent] == ["Clark-Rest", "Zander-Worse"]
    assert year.whole.worse == 2
    assert year.whole.better == 1


def test_every_frozen_figure_is_the_live_one(movers):
    live = {one.student_id: one for one in WeekFigures.load(MONDAY, with_recent=True).students}
    run = frozen()
    for row in run.students.all():
        held, now = row.figures(run.bands), live[row.student_id]
        for field in ("week", "before", "ytd", "remaining", "penalty_notice_sessions", "recent_missed", "tutor_group"):
            assert getattr(held, field) == getattr(now, field), field
        assert (row.band, row.band_before, row.has_dipped) == (now.band, now.band_before, now.has_dipped)
        assert (row.ytd_missed, row.ytd_possible) == (now.ytd.missed, now.ytd.possible)
        assert row.left_to_miss == now.sessions_left_to_miss


def test_a_tutor_sees_classes_in_place_of_sensitive_codes(seeded):
    attend(student("Price"), week_of("I R M E O C L:12 / / /"))
    signs = [cell.sign for day in sheet().lines[0].days for cell in (day.am, day.pm)]
    assert signs == ["a", "a", "a", "a", "O", "C", "L", "\\", "/", "\\"]
    year_signs = [cell.sign for day in sheet("Year 9").lines[0].days for cell in (day.am, day.pm)]
    assert year_signs[:4] == ["I", "R", "M", "E"]


def test_a_criminal_justice_code_is_only_not_required(seeded):
    attend(student("Price"), week_of("Y5 Y5 / / / / / / / /"))
    cell = sheet().lines[0].days[0].am
    assert (cell.sign, cell.kind, cell.words) == ("n", CellKind.NOT_REQUIRED, "Not required to attend")


def test_flags_a_tutor_may_not_see_stay_with_the_year_team(seeded):
    one = student("Price")
    attend(one)
    for kind in (StudentFact.Kind.FSM, StudentFact.Kind.LOOKED_AFTER, StudentFact.Kind.PUPIL_PREMIUM):
        StudentFactFactory(student=one, kind=kind)
    assert [flag.mark for flag in sheet().lines[0].flags] == ["PP"]
    assert {flag.mark for flag in sheet("Year 9").lines[0].flags} == {"PP", "FSM", "LAC"}


def test_unmarked_closed_and_not_on_roll_differ(seeded):
    attend(student("Late-Starter", admitted_on=date(2026, 11, 25)), last=date(2026, 11, 27))
    attend(student("Price"), {(date(2026, 11, 23), "PM"): "-"}, last=date(2026, 11, 27))
    page = sheet(week=date(2026, 11, 23), today=date(2026, 11, 30))  # Friday 27 November is INSET
    late, price = sorted(page.lines, key=lambda line: line.surname)
    assert late.days[0].am.kind == CellKind.NOT_ON_ROLL
    assert price.days[0].pm.kind == CellKind.UNMARKED
    assert {price.days[4].am.kind, late.days[4].am.kind} == {CellKind.CLOSED}
    assert page.unmarked == 1
    assert [day.is_school_day for day in page.days] == [True] * 4 + [False]


def test_in_the_first_week_nobody_moved_and_every_band_is_early(seeded):
    attend(student("Price"), week_of("/ / O O / / / / / /", date(2026, 8, 31)), last=date(2026, 9, 4))
    page = sheet(week=date(2026, 8, 31), today=date(2026, 9, 7))
    line = page.lines[0]
    assert [section.slug for section in page.sections] == ["rest"]
    assert line.has_first_band
    assert line.figures.is_early
    assert page.whole.change is None


def test_nothing_possible_has_no_band_and_no_percentage(seeded):
    attend(student("Price"), dict.fromkeys(absent(120), "D"))
    line = sheet().lines[0]
    assert line.figures.ytd.percent is None
    assert line.band_sign == "–"


def test_cohorts_are_beside_everybody_else(seeded):
    one, two, three = (student(name) for name in ("Price", "Walsh", "Begum"))
    StudentFactFactory(student=one, kind=StudentFact.Kind.PUPIL_PREMIUM)
    attend(one, absent(53))
    attend(two)
    attend(three)
    cohort = next(line for line in sheet("Year 9").cohorts if line.name == "Pupil premium")
    assert cohort.members.students == 1
    assert cohort.gap == Decimal("-50.0")
    assert cohort.is_small


def test_the_sessions_that_count_towards_a_notice_are_listed(seeded):
    first = date(2026, 11, 9)
    attend(student("Price"), absent(10, "O", first=first) | {(date(2026, 11, 16), "PM"): "G"})
    line = sheet("Year 9").at_threshold[0]
    assert line.figures.penalty_notice_sessions == 11
    assert line.notice_days[0] == (first, "O")
    assert line.notice_days[-1] == (date(2026, 11, 16), "G\N{NO-BREAK SPACE}pm")


def test_a_group_across_years_is_whole_on_its_own_sheet(seeded):
    for year in (8, 9):
        one = StudentFactory(legal_surname=f"Year{year}")
        EnrolmentFactory(student=one, year_group__number=year, tutor_group__name="Red", starts_on=TERM)
        attend(one)
    document = frozen().documents.get(name="Red")
    assert document.kind == RagDocument.Kind.TUTOR_GROUP
    assert document.intakes == [2024, 2025]
    assert len(Sheet.load(document).lines) == 2
