"""The year dashboard: figures as in figures.md, a list behind every number, quick, and closed to others."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from attendance.figures import Counts, GroupFigures
from attendance.models import SessionMark
from attendance.summaries import WeekFigures
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from reports.rag.sheet import Sheet
from reports.summaries.cohorts import FILTERS
from reports.summaries.dashboard import Dashboard
from reports.summaries.reasons import Reason
from reports.summaries.selections import SELECTIONS
from reports.summaries.week import Moment, WeekNotHeld
from reports.templatetags.lists import chips, lates, why
from students.models import Enrolment, StudentFact
from students.summaries import Flag
from tests.factories import EnrolmentFactory, StudentFactFactory, enrol, staff
from tests.marks import lay
from tests.reports.rag_school import made

FIRST = date(2026, 9, 2)
MONDAY = date(2026, 11, 16)
FRIDAY = date(2026, 11, 20)
LAST_YEAR = date(2025, 9, 3)
YEAR = reverse("reports:year_dashboard", args=[9])
# Sessions from 2 September to the Friday before the week: 38 days to half term, then 10.
TERM = 2 * 48
LATES = (Counts(late_before_close=1), Counts(late_before_close=4, late_after_close=1, minutes_late=67))
WEEKS = (
    "//////////",
    "I I I I I I I I I I",
    "L U L / / / / / L /",
    "G G G G - - / / / /",
    "O O O O O O O O O O",
    "//////--/-",
)


@pytest.fixture
def year_nine(seeded, friday):
    """Six students in 9A and 9B with weeks of every sort, and two of Year 10."""
    students = [*enrol("9A", count=3), *enrol("9B", count=3)]
    for n, student in enumerate(students):
        history = "/" * (TERM - 3 * n) + " O" * (3 * n)
        lay(student, FIRST, history)
        lay(student, MONDAY, WEEKS[n])
        lay(student, LAST_YEAR, "//////// I I")
    for student in enrol("10A", count=2):
        lay(student, MONDAY, "//////////")
    StudentFactFactory(student=students[0])
    StudentFactFactory(student=students[4])
    StudentFactFactory(student=students[1], kind=StudentFact.Kind.SEN, value="K")
    return students


def loaded(**extra) -> Dashboard:
    return Dashboard.load(
        Enrolment.objects.filter(year_group=9),
        Moment.of("", FRIDAY),
        by_year=False,
        sees_sensitive=True,
        **extra,
    )


def test_the_page_has_the_figures_of_the_week(year_nine):
    page, figures = loaded(), WeekFigures.load(MONDAY, Enrolment.objects.filter(year_group=9), with_recent=True)
    assert page.figures == GroupFigures.of("", figures.students)
    assert tuple(entry.figures for entry in page.week.entries) == figures.students
    assert {group.name: group.figures for group in page.groups} == {
        name: GroupFigures.of(name, members) for name, members in figures.by_tutor_group().items()
    }
    assert page.trend.counts_of(MONDAY) == page.figures.week
    assert sum((slot.counts for slot in page.slots), Counts()).lates == page.figures.ytd.lates


def test_the_day_is_the_last_with_marks_and_is_compared_with_the_same_weekday(year_nine):
    page = loaded()
    assert (page.moment.day, page.moment.day_compared) == (FRIDAY, FRIDAY - timedelta(days=7))
    assert page.day.possible == 11
    assert page.day.missed == 4
    assert page.count("day-absent") == 2


def test_last_year_is_the_same_students_at_the_same_week(year_nine):
    assert loaded().figures.last_year == Counts(present=48, authorised=12)
    assert loaded().year_change is not None


def test_the_wednesday_of_a_running_week_counts_to_its_marks(year_nine, on_day):
    on_day(date(2026, 11, 18))
    SessionMark.objects.filter(date__gt=date(2026, 11, 18)).delete()
    moment = Moment.of("", date(2026, 11, 18))
    assert (moment.monday, moment.as_at, moment.is_today) == (MONDAY, date(2026, 11, 18), True)
    figures = WeekFigures.load(MONDAY, Enrolment.objects.filter(year_group=9), as_at=moment.as_at)
    assert figures.students[0].remaining == 278 + 4


def test_a_morning_marks_no_afternoon_as_missing(year_nine, on_day):
    on_day(FRIDAY, 10, 0)
    SessionMark.objects.filter(date=FRIDAY, session="PM").delete()
    assert loaded().count("day-not-marked") == 0


def test_a_week_that_is_none_or_not_held_leads_to_the_latest(year_nine, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    for asked in ("2027-01-11", "never", "2026-11-23", "1999-01-01", "0001-01-01", "2026-13-01"):
        with pytest.raises(WeekNotHeld):
            Moment.of(asked, FRIDAY)
        assert client.get(YEAR, {"week": asked, "cohort": "girls"}).url == f"{YEAR}?cohort=girls"
        page = client.get(reverse("reports:student_list", args=[9, "all"]), {"week": asked}, follow=True)
        assert page.context["moment"].monday == MONDAY
        assert "The week asked for has no marks here" in page.content.decode(), asked


def test_a_date_inside_a_week_is_its_week(year_nine, as_role):
    page = as_role(Role.HEAD_OF_YEAR, 9).get(YEAR, {"week": "2026-11-12"})
    assert page.context["moment"].monday == date(2026, 11, 9)
    assert page.context["place"].asked_week == "2026-11-09"


def test_half_term_is_a_page_between_two_weeks(year_nine, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    page = client.get(YEAR, {"week": "2026-10-28"})
    assert "no school this week" in page.content.decode()
    assert page.context["weeks"]["before"] == f"{YEAR}?week=2026-10-19"
    assert page.context["weeks"]["after"] == f"{YEAR}?week=2026-11-02"
    assert client.get(reverse("reports:student_list", args=[9, "pa"]), {"week": "2026-10-28"}).status_code == 302


def test_a_group_of_another_year_is_not_found(year_nine, as_role):
    client = as_role(Role.SLT)
    assert client.get(reverse("reports:student_list", args=[9, "all"]), {"group": "10A"}).status_code == 404
    assert client.get(reverse("reports:student_list", args=[10, "all"]), {"group": "10A"}).status_code == 200


def test_a_year_team_sees_its_own_students_in_last_years_weeks(year_nine, as_role):
    for student in year_nine[:4]:
        EnrolmentFactory(
            student=student,
            tutor_group__name="8A",
            year_group__number=8,
            academic_year=2025,
            starts_on=date(2025, 9, 1),
            ends_on=date(2026, 8, 31),
        )
    page = as_role(Role.HEAD_OF_YEAR, 9).get(YEAR, {"week": "2025-09-08"})
    assert page.context["place"].name == "This Year 9, then Year 8"
    assert [group.name for group in page.context["page"].groups] == ["8A"]
    assert page.context["counts"]["all"] == 4
    assert as_role(Role.SLT).get(YEAR, {"week": "2025-09-08"}).context["page"].week.entries == ()


def test_in_the_first_week_nobody_moved_and_nothing_is_compared(year_nine, as_role):
    page = as_role(Role.HEAD_OF_YEAR, 9).get(YEAR, {"week": "2026-08-31"})
    shown = page.context["page"]
    assert [shown.count(slug) for slug in ("moved", "worsened", "improved")] == [0, 0, 0]
    assert (shown.pa_change, shown.lates_change) == (None, None)
    assert (shown.figures.early, shown.figures.is_early) == (6, True)
    assert "first week of the year" in page.content.decode()
    assert "all early" in page.content.decode()
    assert 'class="bar-cell is-early"' in page.content.decode()


@pytest.mark.parametrize("monday", [date(2026, 8, 31), MONDAY])
def test_the_page_its_lists_and_the_weekly_rag_agree_on_who_moved(year_nine, as_role, media, monday):
    week = WeekFigures.load(monday, Enrolment.objects.filter(year_group=9))
    run = made(monday, today=monday + timedelta(days=7))
    sheet = Sheet.load(run.documents.get(kind="year", name="Year 9"))
    client = as_role(Role.HEAD_OF_YEAR, 9)
    counts = client.get(YEAR, {"week": monday.isoformat()}).context["counts"]
    rows = client.get(reverse("reports:student_list", args=[9, "moved"]), {"week": monday.isoformat()}).context["rows"]
    assert counts["moved"] == len(rows) == sum(student.has_moved for student in week.students)
    assert (counts["worsened"], counts["improved"]) == (sheet.whole.worse, sheet.whole.better)


def test_a_row_leads_to_the_marks_behind_the_list(year_nine, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    for slug, marks in (("pa", "missed"), ("moved", "week"), ("penalty-notice", "penalty_notice")):
        html = client.get(reverse("reports:student_list", args=[9, slug])).content.decode()
        assert f"?marks={marks}#marks-behind" in html
    earlier = client.get(reverse("reports:student_list", args=[9, "pa"]), {"week": "2026-11-09"})
    assert "#marks-behind" not in earlier.content.decode()


def test_lates_without_minutes_say_that_they_are_not_known():
    assert [strip_tags(lates(counts)) for counts in (Counts(), *LATES)] == ["0", "1 · ? min", "5 · 67 min"]


def test_reasons_and_chips_stand_side_by_side_and_are_escaped():
    assert why((Reason("I ×2", "Ill & <away>, 2 sessions"), Reason("late 5 min", "late"))) == (
        '<span title="Ill &amp; &lt;away&gt;, 2 sessions">I ×2</span> · <span title="late">late 5 min</span>'
    )
    assert (why(()), chips(())) == ("", "")
    assert strip_tags(chips((Flag(StudentFact.Kind.SEN, "K"), Flag(StudentFact.Kind.EAL, "")))) == "SEN KEAL"


def test_shades_run_from_the_lowest_rate_to_the_highest(year_nine):
    slots = [slot for slot in loaded().slots if slot.rate is not None]
    low, high = min(slot.rate for slot in slots), max(slot.rate for slot in slots)
    assert {slot.heat for slot in slots if slot.rate == low} == {1}
    assert {slot.heat for slot in slots if slot.rate == high} == {5}


def test_an_earlier_week_looks_as_it_did(year_nine, as_role):
    page = as_role(Role.HEAD_OF_YEAR, 9).get(YEAR, {"week": "2026-11-09"})
    assert page.status_code == 200
    assert page.context["page"].figures.ytd.possible == 6 * TERM


def test_a_year_without_marks_or_students_says_what_to_do(seeded, as_role):
    client = as_role(Role.SLT)
    assert "Nobody is on roll" in client.get(reverse("reports:year_dashboard", args=[12])).content.decode()
    enrol("9A")
    page = client.get(YEAR)
    assert page.status_code == 200
    assert "No marks yet" in page.content.decode()


# --- every number opens its list -----------------------------------------------------------------------


@pytest.mark.parametrize("cohort", ["", "pupil-premium"])
def test_the_number_is_the_rows_of_its_list(year_nine, as_role, cohort):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    counts = client.get(YEAR, {"cohort": cohort}).context["counts"]
    for slug in [slug for slug in SELECTIONS if slug != "late-slot"]:
        number = counts[slug.replace("-", "_")]
        rows = client.get(reverse("reports:student_list", args=[9, slug]), {"cohort": cohort})
        assert rows.status_code == 200, slug
        assert len(rows.context["rows"]) == number, slug
        assert rows.content.decode().count('<th class="who" role="rowheader" scope="row">') == number, slug
        assert rows.content.decode().count('type="submit" form="seen-tap"') == number, slug


def test_the_made_up_year_fills_most_lists(year_nine):
    empty = {slug for slug in SELECTIONS if slug != "late-slot" and loaded().count(slug) == 0}
    assert empty == {"none", "severe", "improved"}


def test_every_link_on_the_page_opens(year_nine, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    links = set(re.findall(r'href="(/(?:year|student)/[^"]*)"', client.get(YEAR).content.decode()))
    assert len(links) > 40
    assert {link: client.get(link.replace("&amp;", "&")).status_code for link in links} == dict.fromkeys(links, 200)


def test_a_tutor_groups_numbers_open_their_lists(year_nine, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    for group in client.get(YEAR).context["page"].groups:
        for slug in ("red", "amber", "green", "pa"):
            number = group.figures.persistently_absent if slug == "pa" else getattr(group.figures, slug)
            rows = client.get(reverse("reports:student_list", args=[9, slug]), {"group": group.name}).context["rows"]
            assert len(rows) == number, (group.name, slug)


def test_a_cohorts_numbers_open_their_lists(year_nine, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    for gap in client.get(YEAR).context["page"].gaps:
        rows = client.get(reverse("reports:student_list", args=[9, "all"]), {"cohort": gap.cohort.slug}).context["rows"]
        assert len(rows) == gap.figures.students


def test_a_cell_of_the_lates_opens_who_was_late_then(year_nine, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    for slot in client.get(YEAR).context["page"].slots:
        query = {"weekday": slot.weekday, "session": slot.session}
        rows = client.get(reverse("reports:student_list", args=[9, "late-slot"]), query).context["rows"]
        assert sum(row.entry.slot_lates.lates for row in rows) == slot.counts.lates


def test_lists_sort_by_their_headings(year_nine, as_role):
    client, address = as_role(Role.HEAD_OF_YEAR, 9), reverse("reports:student_list", args=[9, "all"])
    keys = {
        "name": lambda row: row.entry.person.sort_key,
        "week": lambda row: row.entry.figures.week.percent,
        "ytd": lambda row: row.entry.figures.ytd.percent,
        "notice": lambda row: -row.entry.figures.penalty_notice_sessions,
        "to_spare": lambda row: row.entry.figures.sessions_left_to_miss - row.entry.figures.sessions_over,
        "band": lambda row: -row.entry.figures.band.severity,
    }
    for sort in ("name", "-name", "week", "-ytd", "notice", "to_spare", "band"):
        rows = client.get(address, {"sort": sort})
        found = [keys[sort.removeprefix("-")](row) for row in rows.context["rows"]]
        assert found == sorted(found, reverse=sort.startswith("-")), sort
        assert "aria-sort" in rows.content.decode()


def test_an_unknown_filter_is_not_found(year_nine, as_role):
    client, address = as_role(Role.HEAD_OF_YEAR, 9), reverse("reports:student_list", args=[9, "all"])
    for query in ({"sort": "colour"}, {"cohort": "friends"}, {"weekday": "7"}, {"session": "XX"}):
        assert client.get(address, query).status_code == 404, query


def test_the_export_has_the_rows_of_the_list_runs_no_formula_and_is_logged(year_nine, as_role):
    year_nine[4].legal_surname = "=HYPERLINK(1)"
    year_nine[4].save()
    client = as_role(Role.HEAD_OF_YEAR, 9)
    answer = client.get(reverse("reports:student_list", args=[9, "pa"]), {"format": "csv"})
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["Surname"] for row in rows if row["Surname"].startswith(("=", "'"))} == {"'=HYPERLINK(1)"}
    assert len(rows) == loaded().count("pa")
    record = AccessRecord.objects.get()
    assert (record.kind, record.subject, record.user) == ("export", "list:pa:9", client.user)
    assert record.reason == "Head of Year 9"


# --- who may -------------------------------------------------------------------------------------------

PAGES = ("reports:year_dashboard", "reports:student_list")


def address(name: str, year: int) -> str:
    return reverse(name, args=[year, "pa"] if name == "reports:student_list" else [year])


WHO_SEES_WHICH = {
    Role.HEAD_OF_YEAR: (200, 404),
    Role.PASTORAL_MANAGER: (200, 404),
    Role.SLT: (200, 200),
    Role.ATTENDANCE_OFFICER: (200, 200),
    Role.DSL: (200, 200),
    Role.FORM_TUTOR: (403, 403),
    Role.SENCO: (403, 403),
    Role.DATA_MANAGER: (403, 403),
}


def test_who_may_see_which_year(year_nine, as_role):
    for role, (own, other) in WHO_SEES_WHICH.items():
        client = as_role(role)
        for name in PAGES:
            assert client.get(address(name, 9)).status_code == own, (role, name)
            assert client.get(address(name, 10)).status_code == other, (role, name)


def test_the_school_is_its_years_and_not_for_the_team_of_one(year_nine, as_role):
    for role in (Role.SLT, Role.ATTENDANCE_OFFICER, Role.DSL):
        client = as_role(role)
        page = client.get(reverse("reports:school_dashboard")).context["page"]
        assert [group.name for group in page.groups] == ["Year 9", "Year 10"]
        assert sum((group.figures.ytd for group in page.groups), Counts()) == page.figures.ytd
        rows = client.get(reverse("reports:school_list", args=["all"])).context["rows"]
        assert len(rows) == page.figures.students == 8
    for role in (Role.HEAD_OF_YEAR, Role.PASTORAL_MANAGER):
        client = as_role(role)
        assert client.get(reverse("reports:school_dashboard")).status_code == 404
        assert client.get(reverse("reports:school_list", args=["pa"])).status_code == 404


def test_each_is_sent_to_their_own_page(year_nine, as_role):
    assert as_role(Role.HEAD_OF_YEAR, 9).get(reverse("reports:dashboard")).url == YEAR
    assert as_role(Role.SLT).get(reverse("reports:dashboard")).url == reverse("reports:school_dashboard")


def test_somebody_with_two_years_can_change_between_them(year_nine, client_for):
    from tests.factories import StaffAssignmentFactory, YearGroupFactory

    user = staff(Role.PASTORAL_MANAGER, 9)
    StaffAssignmentFactory(user=user, role=Role.PASTORAL_MANAGER, year_group=YearGroupFactory(number=10))
    page = client_for(user).get(YEAR)
    assert [choice.words for choice in page.context["years"]] == ["Year 9", "Year 10"]


MINE = reverse("reports:my_students")


def test_a_tutor_begins_at_their_group_and_a_senco_at_students_with_sen(year_nine, as_role):
    tutor, senco = as_role(Role.FORM_TUTOR, "9A"), as_role(Role.SENCO)
    assert tutor.get("/").url == senco.get("/").url == MINE
    assert [row.entry.person.tutor_group for row in tutor.get(MINE).context["rows"]] == ["9A"] * 3
    assert [row.entry.person.student_id for row in senco.get(MINE).context["rows"]] == [year_nine[1].pk]
    assert "<h1>My group</h1>" in tutor.get(MINE).content.decode()
    assert "<h1>My students</h1>" in senco.get(MINE).content.decode()
    assert f'<a href="{MINE}">My group</a>' in tutor.get(year_nine[0].get_absolute_url()).content.decode()


def test_a_tutors_list_says_no_more_than_the_tutor_may_know(year_nine, as_role):
    StudentFactFactory(student=year_nine[0], kind=StudentFact.Kind.LOOKED_AFTER)
    for query in ({}, {"format": "csv"}):
        text = as_role(Role.FORM_TUTOR, "9A").get(MINE, query).content.decode()
        assert "authorised ×10" in text
        assert "I ×10" not in text
        assert "LAC" not in text
    assert AccessRecord.objects.get().reason == "Form Tutor 9A"


def test_the_rail_calls_the_page_what_it_is(year_nine, as_role):
    for role, label in ((Role.SLT, "The school"), (Role.HEAD_OF_YEAR, "Year 9"), (Role.FORM_TUTOR, "My group")):
        assert f"{label}</a>" in re.sub(r"</?span[^>]*>", "", as_role(role).get("/jobs/").content.decode())


# --- speed ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "name", "args"),
    [
        (Role.HEAD_OF_YEAR, "reports:year_dashboard", [9]),
        (Role.HEAD_OF_YEAR, "reports:student_list", [9, "all"]),
        (Role.SLT, "reports:school_dashboard", []),
    ],
)
def test_three_students_and_thirty_cost_the_same_queries(seeded, as_role, role, name, args):
    client, url = as_role(role), reverse(name, args=args)
    few = enrol("9A", count=3)
    assert _queries(client, url, few) == (found := _queries(client, url, enrol("9B", count=27)))
    assert found <= 12


def _queries(client, url, students) -> int:
    for student in students:
        lay(student, MONDAY, "// I I U / L / / /")
        StudentFactFactory(student=student)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_every_filter_of_the_page_is_a_cohort_that_can_be_chosen(year_nine, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    for slug in FILTERS:
        assert client.get(YEAR, {"cohort": slug}).status_code == 200


def test_who_leads_one_year_and_tutors_another_reads_a_list_as_a_tutor(year_nine, client_for):
    from tests.factories import StaffAssignmentFactory, TutorGroupFactory

    user = staff(Role.HEAD_OF_YEAR, 8)
    StaffAssignmentFactory(user=user, role=Role.FORM_TUTOR, tutor_group=TutorGroupFactory(name="9A"))
    StudentFactFactory(student=year_nine[0], kind=StudentFact.Kind.LOOKED_AFTER)
    html = client_for(user).get(MINE).content.decode()
    assert "authorised ×10" in html
    assert "LAC" not in html


def test_a_long_list_comes_in_pages_and_its_file_whole(seeded, friday, as_role):
    enrol("9B", count=103)
    client = as_role(Role.HEAD_OF_YEAR, 9)
    address = reverse("reports:student_list", args=[9, "all"])

    def shown(**asked: str) -> int:
        return client.get(address, asked).content.decode().count('class="cards-band"')

    assert [shown(), shown(before="100"), shown(before="all")] == [100, 3, 103]
    page = client.get(address).content.decode()
    assert "103 students" in page
    assert "1–100 of 103" in page
    assert client.get(address, {"format": "csv"}).content.decode().count("\n") == 104
