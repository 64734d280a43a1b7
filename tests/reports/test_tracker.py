"""The PA tracker: who is on it, what each row says, filters, order, saved views, and closed to others."""

import re
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from attendance.figures import Counts
from attendance.models import NoticeDecision
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from reports.models import SavedView
from reports.summaries.half_terms import previous_half_term
from reports.summaries.main_reasons import main_reasons
from reports.summaries.pa_states import State
from reports.summaries.tracker import Tracker
from reports.summaries.week import Moment
from reports.templatetags.tracker import row_actions
from students.models import Enrolment, StudentFact, TutorGroup
from students.scopes import scope_of
from students.summaries import SchoolCalendar
from tests.factories import SavedViewFactory, StaffAssignmentFactory, StudentFactFactory, enrol, staff
from tests.marks import lay

FIRST = date(2026, 9, 2)
LAST_YEAR = date(2025, 9, 3)
FRIDAY = date(2026, 11, 20)
PAGE = reverse("reports:pa_tracker")
# From 2 September to Friday 20 November there are 53 school days: 106 sessions.
SESSIONS = 106


def history(missed_first: int = 0, missed_last: int = 0, code: str = "I") -> str:
    """Return a year to date with sessions missed at its beginning and at its end."""
    return f"{f' {code}' * missed_first} {'/' * (SESSIONS - missed_first - missed_last)} {f' {code}' * missed_last}"


@pytest.fixture
def school(seeded, friday):
    """Students of 9A and 9B in every state, one of Year 10; named by what they are."""
    severe, pa, on_track, was, last_year = enrol("9B", count=5)
    (fine,) = enrol("9A")
    (other,) = enrol("10A")
    lay(severe, FIRST, history(60))
    lay(pa, FIRST, history(0, 12, "O"))
    lay(on_track, FIRST, history(0, 9))
    lay(was, FIRST, history(8))
    lay(last_year, FIRST, history())
    lay(last_year, LAST_YEAR, "I I I I ////////")
    lay(fine, FIRST, history())
    lay(other, FIRST, history(0, 20))
    return {
        State.SEVERE: severe,
        State.PA: pa,
        State.ON_TRACK: on_track,
        State.WAS_PA: was,
        State.WAS_PA_LAST_YEAR: last_year,
        State.OTHER: fine,
        "other year": other,
    }


def tracker_of(user, **extra) -> Tracker:
    moment = Moment.of("", FRIDAY)
    return Tracker.load(Enrolment.objects.visible_to(user), moment, scope=scope_of(user), **extra)


def rows_by_student(tracker):
    return {row.person.student_id: row for row in tracker.rows}


def test_everybody_is_in_one_state_and_the_fine_are_left_out(school):
    tracker = tracker_of(staff(Role.HEAD_OF_YEAR, 9))
    assert tracker.students == 6
    assert {row.person.student_id: row.state for row in tracker.rows} == {
        student.pk: state for state, student in school.items() if state not in (State.OTHER, "other year")
    }
    assert len(tracker_of(staff(Role.HEAD_OF_YEAR, 9), everybody=True).rows) == 6


def test_a_row_says_what_figures_md_says(school):
    rows = rows_by_student(tracker_of(staff(Role.SLT)))
    pa = rows[school[State.PA].pk]
    assert pa.figures.ytd == Counts(present=94, unauthorised=12)
    assert pa.figures.sessions_to_recover == 15
    # 15 sessions after Friday 20 November: seven full days and a morning, Friday 27 November being an INSET day.
    assert pa.recovers_on == date(2026, 12, 3)
    assert pa.best_possible is None
    assert [(reason.short, reason.sessions) for reason in pa.reasons] == [("O", 12)]
    assert pa.figures.penalty_notice_sessions == 12
    assert len(pa.spark) == 11
    assert pa.spark[-1] == 0
    # Four school weeks before there had been 66 sessions, none missed.
    assert pa.change == Decimal("-11.3")

    severe = rows[school[State.SEVERE].pk]
    assert severe.recovers_on is None
    remaining = severe.figures.remaining
    assert not severe.figures.is_recoverable
    assert severe.best_possible == Counts(present=46 + remaining, authorised=60).percent

    was = rows[school[State.WAS_PA].pk]
    # 8 missed of 76 by half term is PA; of 86 a week later it is not.
    assert was.was_pa_to == date(2026, 10, 23)
    on_track = rows[school[State.ON_TRACK].pk]
    assert on_track.crossing is not None
    assert on_track.crosses_soon
    last = rows[school[State.WAS_PA_LAST_YEAR].pk]
    assert last.was_pa_last_year
    assert last.past.last_year == Counts(present=8, authorised=4)


def test_a_tutor_sees_the_own_group_classes_of_codes_and_few_flags(school, as_role):
    StudentFactFactory(student=school[State.SEVERE], kind=StudentFact.Kind.LOOKED_AFTER)
    StudentFactFactory(student=school[State.SEVERE])
    page = as_role(Role.FORM_TUTOR, "9B").get(PAGE)
    rows = {row.person.student_id: row for row in page.context["rows"]}
    severe = rows[school[State.SEVERE].pk]
    assert len(rows) == 5
    assert [reason.short for reason in severe.reasons] == ["authorised"]
    assert [flag.mark for flag in severe.person.flags] == ["PP"]
    text = page.content.decode()
    assert "Illness" not in text
    assert "Looked after" not in text
    assert as_role(Role.FORM_TUTOR, "9B").get(PAGE, {"cohort": "looked-after", "state": "all"}).context["rows"] == []
    assert as_role(Role.FORM_TUTOR, "9B").get(PAGE, {"reason": "I"}).context["rows"] == []


def test_rights_follow_the_student_not_the_person(school, client_for):
    """A Head of Year 10 who is tutor of 9B sees 9B as a tutor does and Year 10 whole."""
    from tests.factories import StaffAssignmentFactory, TutorGroupFactory

    user = staff(Role.HEAD_OF_YEAR, 10)
    StaffAssignmentFactory(user=user, role=Role.FORM_TUTOR, tutor_group=TutorGroupFactory(name="9B"))
    rows = {row.person.student_id: row for row in client_for(user).get(PAGE).context["rows"]}
    assert [reason.short for reason in rows[school[State.SEVERE].pk].reasons] == ["authorised"]
    assert [reason.short for reason in rows[school["other year"].pk].reasons] == ["I"]


@pytest.mark.parametrize(
    ("asked", "states"),
    [
        ({}, [State.SEVERE, State.PA, State.ON_TRACK, State.WAS_PA, State.WAS_PA_LAST_YEAR]),
        ({"state": "pa"}, [State.SEVERE, State.PA]),
        ({"state": "severe"}, [State.SEVERE]),
        ({"state": "on-track"}, [State.ON_TRACK]),
        ({"state": "crossing"}, [State.ON_TRACK]),
        ({"state": "was-pa"}, [State.WAS_PA]),
        ({"state": "was-pa-last-year"}, [State.WAS_PA_LAST_YEAR]),
        ({"state": "all", "group": "9A"}, [State.OTHER]),
        ({"reason": "O"}, [State.PA]),
        ({"recovery": "no"}, [State.SEVERE]),
        ({"recovery": "yes"}, [State.PA]),
        ({"notice": "yes"}, [State.PA]),
        ({"cohort": "prior-pa"}, [State.WAS_PA_LAST_YEAR]),
        ({"support": "yes"}, []),
        ({"year": "8"}, []),
    ],
)
def test_filters(school, as_role, asked, states):
    rows = as_role(Role.HEAD_OF_YEAR, 9).get(PAGE, asked).context["rows"]
    assert [row.state for row in rows] == states


def test_a_file_is_logged_by_a_group_that_there_is_and_by_nothing_typed(school, as_role):
    head = as_role(Role.HEAD_OF_YEAR, 9)
    for page in (PAGE, reverse("attendance:notice_list"), reverse("attendance:minutes_late")):
        for group in ("9A", "Quillfeather"):
            assert head.get(page, {"format": "csv", "group": group}).status_code == 200
    subjects = list(AccessRecord.objects.order_by("pk").values_list("subject", flat=True))
    kinds = ("tracker", "notices", "minutes-late")
    assert subjects == [f"{kind}:{group}" for kind in kinds for group in ("9A", "no such group")]


def test_every_column_sorts_both_ways(school, as_role):
    client = as_role(Role.SLT)
    page = client.get(PAGE)
    for column in page.context["columns"]:
        there = [row.person.student_id for row in client.get(PAGE, {"sort": column.name}).context["rows"]]
        back = [row.person.student_id for row in client.get(PAGE, {"sort": f"-{column.name}"}).context["rows"]]
        assert sorted(there) == sorted(back) == sorted(row.person.student_id for row in page.context["rows"])
    by_name = [row.person.sort_key for row in client.get(PAGE, {"sort": "name"}).context["rows"]]
    assert by_name == sorted(by_name)


def test_what_nobody_logged_is_not_said_to_be_missing(school, as_role):
    text = strip_tags(as_role(Role.SLT).get(PAGE).content.decode())
    assert "none logged yet" in text
    assert "no contact" not in text.lower()
    assert "no intervention" not in text.lower()


def test_the_page_costs_the_same_with_ten_times_the_students(school, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(PAGE).status_code == 200
        return len(seen)

    few = queries()
    for student in enrol("9B", count=30):
        lay(student, FIRST, history(20))
    assert queries() == few
    assert few <= 12, few


def test_a_view_is_saved_opened_renamed_and_deleted(school, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    query = "state=pa&reason=O&sort=-ytd&csrf=1&format=csv"
    saved = client.post(reverse("reports:saved_view_save"), {"name": "O’s first\0", "query": query})
    view = SavedView.objects.get(owner=client.user)
    assert (view.name, view.query) == ("O’s first", "state=pa&reason=O&sort=-ytd")
    assert saved["location"] == f"{PAGE}?{view.query}"
    page = client.get(f"{PAGE}?{view.query}")
    assert [row.state for row in page.context["rows"]] == [State.PA]
    assert "O’s first" in page.content.decode()

    change = reverse("reports:saved_view_change", args=[view.pk])
    SavedViewFactory(owner=client.user, name="Taken")
    client.post(change, {"do": "rename", "name": "Taken"})
    client.post(change, {"do": "rename", "name": " "})
    view.refresh_from_db()
    assert view.name == "O’s first"
    client.post(change, {"do": "rename", "name": "Mine"})
    view.refresh_from_db()
    assert view.name == "Mine"
    assert as_role(Role.SLT).post(change, {"do": "delete"}).status_code == 404
    client.post(change, {"do": "delete"})
    assert list(SavedView.objects.values_list("name", flat=True)) == ["Taken"]


def test_saving_under_the_same_name_changes_the_view(school, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    for query in ("state=pa", "state=severe"):
        client.post(reverse("reports:saved_view_save"), {"name": "Mine", "query": query})
    assert SavedView.objects.get().query == "state=severe"
    client.post(reverse("reports:saved_view_save"), {"name": "", "query": "state=pa"})
    assert SavedView.objects.count() == 1


def test_empty_pages_say_what_to_do(seeded, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    assert "Nobody is on roll here" in client.get(PAGE).content.decode()
    lay(enrol("9B")[0], FIRST, history())
    assert "Nobody is persistently absent" in client.get(PAGE).content.decode()
    assert "Nobody answers to all of this" in client.get(PAGE, {"state": "pa"}).content.decode()


def test_reasons_of_a_class_are_added_up_for_those_who_see_no_codes():
    held = [(19, 3), (11, 2), (31, 4)]
    assert [(one.short, one.sessions) for one in main_reasons(held, sees_sensitive=True)] == [("O", 4), ("I", 3)]
    assert [(one.short, one.sessions) for one in main_reasons(held, sees_sensitive=False)] == [
        ("authorised", 5),
        ("O", 4),
    ]


def test_the_half_term_before(seeded):
    calendar = SchoolCalendar.load()
    assert previous_half_term(calendar, FRIDAY) == (date(2026, 9, 2), date(2026, 10, 23))
    assert previous_half_term(calendar, date(2026, 9, 10)) == (date(2026, 6, 2), date(2026, 7, 20))
    assert previous_half_term(calendar, date(2027, 1, 20)) == (date(2026, 11, 2), date(2026, 12, 18))


def undecided(client) -> int:
    return len(client.get(reverse("attendance:notice_list"), {"show": "undecided"}).context["rows"])


class TestActions:
    """What a row offers is what the viewer may do about that student."""

    @pytest.fixture
    def rows(self, seeded, friday):
        near, at, calm = enrol("9B", count=3)
        lay(near, FIRST, history(0, 8, "O"))
        lay(at, FIRST, history(0, 12, "O"))
        lay(calm, FIRST, history(0, 12, "I"))
        return {"near": near.pk, "at": at.pk, "calm": calm.pk}

    def offered(self, client, rows) -> dict[str, list[str]]:
        page = client.get(PAGE)
        found = {
            row.person.student_id: strip_tags(row_actions(row).replace("</a>", "|").replace("</summary>", "|"))
            for row in page.context["rows"]
        }
        words = {name: [each.split(",")[0] for each in found[key].split("|") if each] for name, key in rows.items()}
        assert page.context["acts"] == any(words.values())
        return words

    def test_a_head_of_year_decides_and_plans(self, rows, as_role):
        more = ["More", "Plan", "Plan absence", "Log a contact"]
        assert self.offered(as_role(Role.HEAD_OF_YEAR, 9), rows) == {
            "near": ["Notice case", "Attendance case", "Intervention", *more],
            "at": ["Decide notice", "Attendance case", "Intervention", *more],
            "calm": ["Attendance case", "Intervention", "Plan", "More", "Plan absence", "Log a contact"],
        }

    def test_slt_decide_but_plan_nothing_and_the_dsl_reads(self, rows, as_role):
        dsl = ["Intervention", "Plan", "Log a contact"]
        slt, case, decide = ["Attendance case", *dsl], "Notice case", "Decide notice"
        assert self.offered(as_role(Role.SLT), rows) == {
            "near": [case, "Attendance case", "Intervention", "More", "Plan", "Log a contact"],
            "at": [decide, "Attendance case", "Intervention", "More", "Plan", "Log a contact"],
            "calm": slt,
        }
        assert self.offered(as_role(Role.DSL), rows) == {"near": [case, *dsl], "at": [case, *dsl], "calm": dsl}

    def test_a_tutor_and_a_head_of_another_year_who_is_the_tutor_only_log_contacts(self, rows, as_role):
        none = {name: ["Log a contact"] for name in ("near", "at", "calm")}
        assert self.offered(as_role(Role.FORM_TUTOR, "9B"), rows) == none
        client = as_role(Role.HEAD_OF_YEAR, 8)
        StaffAssignmentFactory(user=client.user, role=Role.FORM_TUTOR, tutor_group=TutorGroup.objects.get(name="9B"))
        assert self.offered(client, rows) == none

    def test_once_decided_the_case_is_opened(self, rows, as_role):
        client = as_role(Role.HEAD_OF_YEAR, 9)
        NoticeDecision.objects.create(
            student_id=rows["at"],
            decision="not_appropriate",
            reason="Ill, by the hospital's letter",
            window_first=FIRST,
            window_last=FRIDAY,
            decided_by=client.user,
            decided_at=timezone.make_aware(datetime(2026, 11, 18, 9)),
        )
        assert self.offered(client, rows)["at"][0] == "Notice case"
        assert undecided(client) == 0
        assert "Not appropriate" not in strip_tags(client.get(PAGE).content.decode()), "nothing is in place by it"

    def test_what_was_decided_of_an_earlier_stretch_leaves_this_one_open(self, rows, as_role):
        client = as_role(Role.HEAD_OF_YEAR, 9)
        NoticeDecision.objects.create(
            student_id=rows["at"],
            decision="considered",
            reason="Spoken with",
            window_first=FIRST,
            window_last=FIRST,
            decided_by=client.user,
            decided_at=timezone.make_aware(datetime(2026, 11, 18, 9)),
        )
        assert self.offered(client, rows)["at"][0] == "Decide notice"
        assert undecided(client) == 1

    def test_each_action_leads_somewhere_for_who_is_offered_it(self, rows, as_role):
        client = as_role(Role.HEAD_OF_YEAR, 9)
        for row in client.get(PAGE).context["rows"]:
            for address in re.findall(r'href="([^"]+)"', row_actions(row)):
                assert client.get(address).status_code == 200, address


class TestPages:
    @pytest.fixture
    def client(self, seeded, friday, as_role):
        for student in enrol("9B", count=103):
            lay(student, FIRST, "I I I I")
        return as_role(Role.HEAD_OF_YEAR, 9)

    def shown(self, client, **asked) -> int:
        return client.get(PAGE, asked).content.decode().count('class="cards-band"')

    def test_a_hundred_at_a_time_and_all_when_asked(self, client):
        page = client.get(PAGE).content.decode()
        assert "1–100 of 103" in page
        assert "Next 3" in page
        assert "103" in strip_tags(page[page.index("tracker-part") :][:300]), "a heading counts all of its students"
        assert [self.shown(client, before=before) for before in ("", "100", "all", "-5", "x", "9999")] == [
            100, 3, 103, 100, 100, 100
        ]  # fmt: skip

    def test_files_and_print_hold_everybody(self, client):
        assert client.get(PAGE, {"format": "csv"}).content.decode().count("\n") == 104
        assert "before=all&amp;print=1" in client.get(PAGE).content.decode()
        assert "data-print-now" in client.get(PAGE, {"before": "all", "print": "1"}).content.decode()

    def test_the_phone_sorts_by_one_choice_that_keeps_the_filters(self, client):
        page = client.get(PAGE, {"state": "pa", "sort": "-ytd", "before": "100"}).content.decode()
        form = page[page.index('class="sort-by') :].split("</form>")[0]
        assert '<input type="hidden" name="state" value="pa">' in form
        assert 'name="before"' not in form
        assert '<option value="-ytd" selected>Attendance, year to date, other way round</option>' in form
        assert '<option value="">State, worst first</option>' in form
