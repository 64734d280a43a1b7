"""The truancy queue: what is a hit, what is none, and two people at one task."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from attendance.codes import code_on
from attendance.models import LessonMark, PlannedMark, RegisterTimes, TruancyFollowUp
from attendance.services import truancy as services
from attendance.summaries.times_kept import TimesKept
from attendance.summaries.truancy import Kind, hits_of
from attendance.summaries.truancy_rates import Rate, marks_held
from behaviour.models import InclusionStay
from pastoral.core.rights import Role
from tests.factories import SessionMarkFactory, StaffAssignmentFactory, TutorGroupFactory, enrol, staff
from tests.lessons import lesson
from tests.times import times_change

DAY, WEEK_BEFORE = date(2026, 11, 20), date(2026, 11, 13)
LONDON = ZoneInfo("Europe/London")
pytestmark = pytest.mark.django_db


def at(hour: int, minute: int) -> datetime:
    return datetime(2026, 11, 20, hour, minute, tzinfo=LONDON)


def found(day: date = DAY, **asked: object):
    return hits_of(day, day, years=None, times=TimesKept.load(with_lessons=True), **asked)


@pytest.fixture
def kai(seeded, friday):
    """A student of 9B signed present in the morning."""
    student = enrol("9B", legal_surname="O'Brien", legal_forename="Kai")[0]
    SessionMarkFactory(student=student, date=DAY, session="AM")
    return student


@pytest.mark.parametrize("letters", ["N", "O", "G"])
def test_present_in_the_session_absent_from_the_lesson(kai, letters):
    lesson(kai, DAY, "P1")
    lesson(kai, DAY, "P3", letters)
    (hit,) = found()
    assert (hit.student_id, hit.period, hit.kind, hit.class_name) == (kai.pk, "P3", Kind.ABSENT, "9x2/Ma")
    assert hit.words == f"/ in the morning; {letters} in P3"


@pytest.mark.parametrize("letters", ["/", "L", "M", "I", "V", "B", "C", "U"])
def test_a_lesson_attended_or_accounted_for_is_none(kai, letters):
    lesson(kai, DAY, "P3", letters)
    assert found() == ()


@pytest.mark.parametrize("letters", ["I", "N", "O", "V"])
def test_who_is_not_in_school_truants_from_nothing(seeded, friday, letters):
    student = enrol("9B")[0]
    SessionMarkFactory(student=student, date=DAY, session="AM", letters=letters)
    lesson(student, DAY, "P3", "N")
    assert found() == ()


def test_the_afternoons_lesson_asks_the_afternoons_mark(kai):
    lesson(kai, DAY, "P4", "N")
    assert found() == ()
    SessionMarkFactory(student=kai, date=DAY, session="PM", letters="\\")
    assert [hit.period for hit in found()] == ["P4"]


@pytest.mark.parametrize(
    ("letters", "minutes", "periods"),
    [
        ("L", 10, ["P3", "P1"]),  # 8:55, before P1
        ("L", 30, ["P3", "P1"]),  # 9:15: most of P1 was still to come
        ("U", 60, ["P3"]),  # 9:45: more than half of P1 was over
        ("U", None, ["P3"]),  # some time after the close at 9:15
        ("L", None, ["P3", "P1"]),
    ],
)
def test_who_came_late_missed_only_what_was_still_to_come(seeded, friday, letters, minutes, periods):
    student = enrol("9B")[0]
    SessionMarkFactory(student=student, date=DAY, session="AM", letters=letters, minutes_late=minutes)
    for period in ("P1", "P3"):
        lesson(student, DAY, period, "N")
    assert [hit.period for hit in found()] == periods


def test_moving_the_session_leaves_who_came_late_as_it_was(seeded, friday):
    """60 minutes late of 8:45 is 9:45, most of P1; of 8:30, where the session begins since, it would be 9:30."""
    student = enrol("9B")[0]
    SessionMarkFactory(student=student, date=DAY, session="AM", letters="U", minutes_late=60)
    lesson(student, DAY, "P1", "N")
    assert found() == ()
    times_change(at(16, 0), since=at(8, 50), am_starts=time(8, 30))
    assert found() == ()
    RegisterTimes.pgh_event_model.objects.all().delete()
    assert [hit.period for hit in found()] == ["P1"]


class TestGaps:
    def lay(self, student, *, day: date = DAY, without: str = "") -> None:
        for period in ("P1", "P2", "P3"):
            if period != without:
                lesson(student, day, period)

    def test_between_two_presents_while_the_others_are_marked(self, kai):
        friends = enrol("9B", count=2)
        for each in (kai, *friends):
            self.lay(each, day=WEEK_BEFORE)
        self.lay(kai, without="P2")
        for friend in friends:
            self.lay(friend)
        (hit,) = found()
        assert (hit.kind, hit.period, hit.class_name, hit.code) == (Kind.GAP, "P2", "9x2/Ma", None)
        assert "no mark in P2" in hit.words

    def test_registration_counts_as_a_present_before_p1(self, kai):
        friend = enrol("9B")[0]
        for each in (kai, friend):
            self.lay(each, day=WEEK_BEFORE)
        self.lay(kai, without="P1")
        self.lay(friend)
        assert [hit.period for hit in found()] == ["P1"]

    def test_a_register_nobody_took_accuses_nobody(self, kai):
        friend = enrol("9B")[0]
        for each in (kai, friend):
            self.lay(each, day=WEEK_BEFORE)
            self.lay(each, without="P2")
        assert found() == ()

    def test_a_register_half_taken_accuses_nobody(self, kai):
        friends = enrol("9B", count=4)
        for each in (kai, *friends):
            self.lay(each, day=WEEK_BEFORE)
        self.lay(friends[0])
        for each in (kai, *friends[1:]):
            self.lay(each, without="P2")
        assert found() == ()

    def test_a_class_is_compared_with_its_own_marks_of_that_day_and_period(self, kai):
        """Two gaps of one day in two classes: one class is marked, the other is not, though it is in other periods."""
        friends = enrol("9B", count=2)
        for day in (WEEK_BEFORE, DAY):
            for friend in friends:
                for period, group in (("P1", "9x1/Fr"), ("P2", "9x2/Ma"), ("P3", "9x2/Ma")):
                    if (day, period) != (DAY, "P2"):
                        lesson(friend, day, period, class_name=group)
        for period, group in (("P1", "9x1/Fr"), ("P2", "9x2/Ma"), ("P3", "9x2/Ma")):
            lesson(kai, WEEK_BEFORE, period, class_name=group)
        lesson(kai, DAY, "P3")
        assert [(hit.period, hit.class_name) for hit in found()] == [("P1", "9x1/Fr")]

    def test_the_last_lesson_of_the_half_is_no_gap_yet(self, kai):
        friend = enrol("9B")[0]
        for each in (kai, friend):
            self.lay(each, day=WEEK_BEFORE)
        self.lay(kai, without="P3")
        self.lay(friend)
        assert found() == ()

    def test_without_a_lesson_then_in_other_weeks_there_is_none_today(self, kai):
        """A free period of the sixth form."""
        friend = enrol("9B")[0]
        self.lay(kai, day=WEEK_BEFORE, without="P2")
        self.lay(kai, without="P2")
        self.lay(friend)
        assert found() == ()


class TestExcused:
    @pytest.fixture(autouse=True)
    def _missed(self, kai):
        self.kai = kai
        lesson(kai, DAY, "P3", "N")

    def rows(self, as_role):
        return as_role(Role.HEAD_OF_YEAR, 9).get(reverse("reports:truancy_queue")).context["rows"]

    def test_it_is_in_the_queue(self, as_role):
        assert [row.person.name for row in self.rows(as_role)] == ["O'Brien, Kai"]

    @pytest.mark.parametrize(
        ("came", "left", "is_there"),
        [
            ((11, 0), (11, 21), True),  # a minute of P3
            ((11, 0), (11, 50), True),  # half of it
            ((11, 0), (11, 51), False),
            ((11, 40), (12, 15), False),
            ((9, 0), (11, 20), True),
            ((11, 30), None, False),
            ((12, 10), None, False),  # there now
        ],
    )
    def test_not_while_in_the_inclusion_room_for_most_of_the_lesson(self, as_role, came, left, is_there):
        InclusionStay.objects.create(
            student=self.kai,
            room="inclusion",
            came_at=at(*came),
            left_at=at(*left) if left else None,
            reason="x",
            adult="Mr Y",
            recorded_by=staff(Role.SLT),
        )
        assert bool(self.rows(as_role)) is is_there
        InclusionStay.objects.update(withdrawn_at=at(11, 59), withdrawn_by=staff(Role.SLT), withdrawn_because="x")
        assert self.rows(as_role)

    @pytest.mark.parametrize(
        ("status", "session", "is_there"),
        [("agreed", "AM", False), ("agreed", "PM", True), ("refused", "AM", True), ("asked", "AM", True)],
    )
    def test_not_with_something_planned_and_agreed(self, as_role, status, session, is_there):
        boss = staff(Role.SLT)
        PlannedMark.objects.create(
            student=self.kai,
            kind="leave",
            status=status,
            code_id=code_on("C", DAY).key,
            starts_on=DAY,
            starts_session=session,
            ends_on=DAY,
            ends_session=session,
            decided_by=boss,
            decided_at=at(8, 0),
            created_by=boss,
        )
        assert bool(self.rows(as_role)) is is_there


class TestWorking:
    @pytest.fixture(autouse=True)
    def _missed(self, kai):
        self.kai = kai
        lesson(kai, DAY, "P3", "N")
        self.args = [kai.pk, "2026-11-20", "P3"]

    def post(self, client, name: str, **data: str):
        return client.post(reverse(f"reports:truancy_{name}", args=self.args), data, follow=True)

    def test_one_takes_it_and_the_second_sees_who_has_it(self, as_role, client_for, on_day):
        first, second = as_role(Role.HEAD_OF_YEAR, 9), as_role(Role.PASTORAL_MANAGER, 9)
        on_day(DAY, 11, 40)
        self.post(first, "take")
        page = self.post(second, "take").content.decode()
        assert TruancyFollowUp.objects.get().owner == first.user
        assert f"{first.user.formal_name} has it since 11:40" in page.replace("&#x27;", "'")
        assert "Take over" in page

    def test_taken_twice_by_the_same_person_is_taken_once(self, as_role):
        client = as_role(Role.HEAD_OF_YEAR, 9)
        self.post(client, "take")
        assert "yours" in self.post(client, "take").content.decode()
        assert TruancyFollowUp.objects.count() == 1

    @pytest.mark.parametrize("outcome", TruancyFollowUp.Outcome.values)
    def test_an_outcome_ends_it_and_it_leaves_the_list(self, as_role, outcome):
        client = as_role(Role.HEAD_OF_YEAR, 9)
        page = self.post(client, "end", outcome=outcome, note="By the gym")
        row = TruancyFollowUp.objects.get()
        assert (row.outcome, row.note, row.ended_by) == (outcome, "By the gym", client.user)
        assert list(page.context["rows"]) == []
        done = client.get(reverse("reports:truancy_queue"), {"show": "done"})
        assert [each.person.name for each in done.context["rows"]] == ["O'Brien, Kai"]
        assert "By the gym" in done.content.decode()

    def test_nobody_ends_what_a_colleague_has_and_no_note_is_lost(self, as_role):
        first, second = as_role(Role.HEAD_OF_YEAR, 9), as_role(Role.SLT)
        self.post(first, "take")
        page = self.post(second, "end", outcome="found", note="Saw him at the gate").content.decode()
        assert TruancyFollowUp.objects.get().outcome == ""
        assert "Saw him at the gate" in page

    def test_lessons_of_a_day_are_one_task_taken_and_ended_together(self, as_role):
        client, colleague = as_role(Role.HEAD_OF_YEAR, 9), as_role(Role.SLT)
        lesson(self.kai, DAY, "P2", "N", teacher=client.user.staff_code)
        page = client.get(reverse("reports:truancy_queue"))
        (task,) = page.context["tasks"]
        assert [row.period for row in task.rows] == ["P2", "P3"]
        assert f"with {escape(client.user.formal_name)}" in page.content.decode()
        self.post(client, "take", also=["P2", "P3"])
        assert set(TruancyFollowUp.objects.values_list("period", "owner")) == {
            ("P2", client.user.pk),
            ("P3", client.user.pk),
        }
        TruancyFollowUp.objects.filter(period="P2").update(owner=colleague.user)
        page = self.post(client, "end", also=["P2", "P3"], outcome="found", note="By the gym").content.decode()
        assert "By the gym" in page
        assert set(TruancyFollowUp.objects.values_list("period", "outcome")) == {("P2", ""), ("P3", "found")}

    def test_a_lesson_that_was_not_missed_is_not_taken_along(self, as_role):
        lesson(self.kai, DAY, "P1")
        self.post(as_role(Role.HEAD_OF_YEAR, 9), "take", also=["P1"])
        assert not TruancyFollowUp.objects.exists()

    def test_taken_over_and_handed_over(self, as_role, client_for):
        first, second = as_role(Role.HEAD_OF_YEAR, 9), as_role(Role.SLT)
        self.post(first, "take")
        row = TruancyFollowUp.objects.get()
        second.post(reverse("reports:truancy_take_over", args=[row.pk]))
        row.refresh_from_db()
        assert row.owner == second.user
        address = reverse("reports:truancy_hand_over", args=[row.pk])
        assert second.post(address, {"to": first.user.pk}).status_code == 302
        row.refresh_from_db()
        assert row.owner == first.user

    @pytest.mark.parametrize(("role", "scope"), [(Role.FORM_TUTOR, "9B"), (Role.HEAD_OF_YEAR, 8), (Role.SENCO, None)])
    def test_it_is_handed_only_to_who_may_work_on_it(self, as_role, role, scope):
        client = as_role(Role.HEAD_OF_YEAR, 9)
        self.post(client, "take")
        row = TruancyFollowUp.objects.get()
        address = reverse("reports:truancy_hand_over", args=[row.pk])
        assert client.post(address, {"to": staff(role, scope).pk}).status_code == 422
        assert client.post(address, {"to": ""}).status_code == 422

    def test_a_done_one_is_not_changed_by_a_late_click(self, as_role):
        first, second = as_role(Role.HEAD_OF_YEAR, 9), as_role(Role.SLT)
        self.post(first, "end", outcome="found")
        page = self.post(second, "end", outcome="truanted").content.decode()
        assert TruancyFollowUp.objects.get().outcome == "found"
        assert "It is done: Found in school" in page

    def test_without_an_outcome_nothing_ends(self, as_role):
        client = as_role(Role.HEAD_OF_YEAR, 9)
        assert "choose an outcome" in self.post(client, "end", outcome="nonsense").content.decode()
        assert not TruancyFollowUp.objects.exists()

    def test_a_corrected_lesson_mark_shows_on_what_was_taken(self, as_role):
        client = as_role(Role.HEAD_OF_YEAR, 9)
        self.post(client, "take")
        LessonMark.objects.update(code_id=code_on("/", DAY).key)
        page = client.get(reverse("reports:truancy_queue")).content.decode()
        assert "marks changed since" in page

    def test_what_was_ended_stays_done_though_the_marks_are_corrected(self, as_role):
        client = as_role(Role.HEAD_OF_YEAR, 9)
        self.post(client, "end", outcome="register_wrong", note="Was there all along")
        LessonMark.objects.update(code_id=code_on("/", DAY).key)
        done = client.get(reverse("reports:truancy_queue"), {"show": "done"})
        assert [each.follow_up.outcome for each in done.context["rows"]] == ["register_wrong"]
        assert "Was there all along" in done.content.decode()
        assert "end it as" not in done.content.decode()
        page = client.get(reverse("reports:truancy_counts"), {"outcome": "register_wrong"})
        assert page.context["counts"].outcomes == [("register_wrong", "The lesson register was wrong", 1)]
        assert "1 followed up" in page.content.decode()
        assert "Was there all along" in page.content.decode()
        other = as_role(Role.HEAD_OF_YEAR, 8)
        assert other.get(reverse("reports:truancy_counts")).context["counts"].ended == ()
        assert list(other.get(reverse("reports:truancy_queue"), {"show": "done"}).context["rows"]) == []

    def test_a_lesson_that_was_not_missed_is_no_task(self, as_role):
        client = as_role(Role.HEAD_OF_YEAR, 9)
        for day, period in (("2026-11-20", "P2"), ("nonsense", "P3"), ("2026-11-19", "P3")):
            address = reverse("reports:truancy_take", args=[self.kai.pk, day, period])
            assert client.post(address).status_code == 404
        assert not TruancyFollowUp.objects.exists()

    def test_a_head_of_another_year_who_is_the_tutor_does_not_work_it(self, as_role):
        client = as_role(Role.HEAD_OF_YEAR, 8)
        StaffAssignmentFactory(user=client.user, role=Role.FORM_TUTOR, tutor_group=TutorGroupFactory(name="9B"))
        assert list(client.get(reverse("reports:truancy_queue")).context["rows"]) == []
        assert self.post(client, "take").status_code == 404


def test_two_at_once_leave_one_owner(kai):
    """The second of two that both saw it free meets the unique row."""
    lesson(kai, DAY, "P3", "N")
    one, two = staff(Role.SLT), staff(Role.DSL)
    services.truancy_take(student=kai, day=DAY, period="P3", by=one, now=at(11, 40))
    with pytest.raises(services.TakenByColleague, match="has it since 11:40"):
        services.truancy_take(student=kai, day=DAY, period="P3", by=two, now=at(11, 41))


class TestCounts:
    def test_by_student_period_and_subject_with_a_guard(self, kai, as_role):
        for day in (WEEK_BEFORE, DAY):
            for period in ("P1", "P2"):
                lesson(kai, day, period)
        SessionMarkFactory(student=kai, date=WEEK_BEFORE, session="AM")
        lesson(kai, DAY, "P3", "N", subject="French")
        page = as_role(Role.HEAD_OF_YEAR, 9).get(reverse("reports:truancy_counts"), {"period": "P3"})
        counts = page.context["counts"]
        assert [(row.person.name, row.rate.hits, row.rate.marks) for row in counts.students] == [("O'Brien, Kai", 1, 5)]
        assert [(rate.name, rate.hits, rate.marks) for rate in counts.subjects] == [("French", 1, 1)]
        assert [(rate.name, rate.percent) for rate in counts.periods] == [("P3", None)]
        assert "too few" in page.content.decode()
        assert len(page.context["behind"]) == 1

    def test_the_lessons_behind_a_number_name_their_teacher_as_the_queue_does(self, kai, as_role):
        client = as_role(Role.HEAD_OF_YEAR, 9)
        lesson(kai, DAY, "P2", "N", teacher=client.user.staff_code)
        lesson(kai, DAY, "P3", "N", teacher="XYZ999")
        page = client.get(reverse("reports:truancy_counts"), {"student": kai.pk}).content.decode()
        assert f"with {escape(client.user.formal_name)}" in page
        assert "with XYZ999" in page, "nobody here is called that: the timetable's word stands"

    @pytest.mark.parametrize(("marks", "percent"), [(19, None), (20, 5.0), (200, 0.5)])
    def test_a_rate_needs_twenty_marks(self, marks, percent):
        assert Rate("P3", 1, marks).percent == percent

    def test_the_denominator_is_lessons_of_sessions_attended(self, kai):
        away = enrol("9B")[0]
        SessionMarkFactory(student=away, date=DAY, session="AM", letters="I")
        for student in (kai, away):
            lesson(student, DAY, "P1")
        lessons = TimesKept.load(with_lessons=True).lessons
        assert marks_held(DAY, DAY, None, lessons).by_period == {"P1": 1}
        assert marks_held(DAY, DAY, frozenset({8}), lessons).by_period == {}


@pytest.mark.parametrize("name", ["truancy_queue", "truancy_counts"])
def test_three_students_and_thirty_cost_the_same(seeded, as_role, name):
    client = as_role(Role.SLT)
    owner = staff(Role.SLT)

    def queries() -> int:
        with CaptureQueriesContext(connection) as held:
            assert client.get(reverse(f"reports:{name}"), {"days": "5"}).status_code == 200
        return len(held)

    def students(count: int) -> None:
        for n, student in enumerate(enrol("9B", count=count)):
            SessionMarkFactory(student=student, date=DAY, session="AM")
            lesson(student, DAY, "P3", "N")
            if n % 2:
                TruancyFollowUp.objects.create(student=student, date=DAY, period="P3", owner=owner)

    students(3)
    few = queries()
    students(27)
    assert queries() == few <= 12
