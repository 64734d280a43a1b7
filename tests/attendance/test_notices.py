"""The penalty-notice watch: rolling windows, what is listed, what people decide, and what was issued."""

import csv
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from attendance.codes import code_on
from attendance.figures.notices import (
    Missed,
    below_from,
    crossings_of,
    is_over_limit,
    notice_windows,
)
from attendance.models import NoticeDecision, PenaltyNotice, PlannedMark, SessionMark
from attendance.services import notices as services
from attendance.services.marks import MarkRow, marks_write
from attendance.summaries import WeekFigures
from attendance.summaries.noticecase import CasePage
from attendance.summaries.notices import Watch
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from tests.factories import StaffAssignmentFactory, TutorGroupFactory, enrol, staff
from tests.marks import lay
from tests.notices import parent_of

TODAY = date(2026, 11, 20)
MONDAYS = tuple(date(2026, 9, 7) + timedelta(weeks=n) for n in range(30))
O = code_on("O", TODAY).key  # noqa: E741 - the letter of the code
ANSWERS = {"appropriate": "no", "offered": "no", "engaged": "not_known", "best_tool": "yes", "equality": "yes"}


def missed(*weeks: tuple[int, int]) -> list[Missed]:
    """Return so many sessions in each of the weeks, by place: missed((0, 6), (9, 4))."""
    return [
        Missed(MONDAYS[week] + timedelta(days=n // 2), ("AM", "PM")[n % 2], O)
        for week, many in weeks
        for n in range(many)
    ]


def at_threshold(group: str = "9B", letters: str = "O O O O O O O O O O O O", **student: object):
    """Enrol a student with 12 unauthorised sessions in the week of 2 November, and present since."""
    (one,) = enrol(group, **student)
    lay(one, date(2026, 11, 2), letters + " / / / / / / / / / / /")
    return one


def decide(student, by, **changes):
    words = {
        "student_id": getattr(student, "pk", None),
        "window_last": TODAY,
        "decision": "referred",
        "reason": "A holiday in term, refused in writing.",
        "checks": ANSWERS,
        "review_on": None,
        "by": by,
        "at": timezone.now(),
        "seen": 0,
    }
    return services.notice_decide(**{**words, **changes})


def form_words(**changes):
    return {
        "window": TODAY.isoformat(),
        "seen": 0,
        "decision": "support_first",
        "review_on": "2026-12-11",
        "weeks": 6,
        "reason": "Anxious since September; meeting booked.",
        **ANSWERS,
        **changes,
    }


# --- the arithmetic ----------------------------------------------------------------------------------


def test_ten_in_ten_school_weeks_reach_the_threshold_and_the_eleventh_week_forgets():
    windows = notice_windows(missed((0, 6), (9, 4)), MONDAYS[:11])
    assert [window.count for window in windows] == [6] * 9 + [10, 4]
    (crossing,) = crossings_of(windows)
    assert crossing.newest.mondays == MONDAYS[:10]
    assert crossing.newest.last == MONDAYS[9] + timedelta(days=4)
    assert crossing.reached == Missed(MONDAYS[9] + timedelta(days=1), "PM", O)


def test_two_stretches_are_two_crossings_newest_first():
    windows = notice_windows(missed((0, 10), (20, 10)), MONDAYS)
    assert [len(crossing.windows) for crossing in crossings_of(windows)] == [10, 10]
    assert crossings_of(windows)[0].reached.date == MONDAYS[20] + timedelta(days=4)


def test_the_good_week_rule_says_from_when_the_count_is_under_ten():
    windows = notice_windows(missed((0, 2), (3, 5), (5, 5)), MONDAYS[:6])
    assert windows[-1].count == 12
    assert below_from(windows[-1], MONDAYS) == MONDAYS[13]
    assert below_from(windows[-1], MONDAYS[:8]) is None


@given(st.lists(st.integers(0, 10), min_size=1, max_size=30))
def test_each_window_is_the_plain_sum_of_its_weeks(weekly):
    windows = notice_windows(missed(*enumerate(weekly)), MONDAYS[: len(weekly)])
    assert [window.count for window in windows] == [
        sum(weekly[max(0, end - 9) : end + 1]) for end in range(len(weekly))
    ]
    for crossing in crossings_of(windows):
        assert crossing.holds(crossing.reached.date)
        assert all(window.count >= 10 for window in crossing.windows)


@pytest.mark.parametrize(
    ("days", "is_over"),
    [
        ([date(2025, 1, 10), date(2026, 1, 10)], False),
        ([date(2025, 1, 10), date(2026, 1, 10), date(2028, 1, 9)], True),
        ([date(2025, 1, 10), date(2026, 1, 10), date(2028, 1, 10)], False),
        ([date(2024, 8, 18), date(2025, 1, 10), date(2026, 1, 10)], False),
    ],
)
def test_three_years_run_from_the_first_and_older_schemes_do_not_count(days, is_over):
    assert is_over_limit(days) == is_over


# --- the list ----------------------------------------------------------------------------------------


def test_the_list_counts_as_the_figures_do_and_sorts_the_undecided_first(seeded, friday):
    at, near, (fine,) = at_threshold(), at_threshold(letters="G G N N U U O"), enrol("9B")
    lay(fine, date(2026, 11, 2), "O O O O O O / /")
    watch = Watch.load(staff(Role.HEAD_OF_YEAR, 9), TODAY)
    figures = {figure.student_id: figure.penalty_notice_sessions for figure in WeekFigures.load(TODAY).students}
    assert (
        {row.member.student_id: row.window.count for row in watch.rows}
        == {
            at.pk: figures[at.pk],
            near.pk: figures[near.pk],
        }
        == {at.pk: 12, near.pk: 7}
    )
    first, second = watch.rows
    assert (first.standing.reached.date, first.is_undecided) == (date(2026, 11, 6), True)
    assert first.below_from == date(2027, 1, 25)
    assert second.window.by_letters == (("G", 2), ("N", 2), ("O", 1), ("U", 2))
    assert (second.is_near, second.window.unresolved) == (True, 2)


def test_an_earlier_crossing_stays_listed_until_somebody_decides(seeded, friday):
    (student,) = enrol("9B")
    lay(student, date(2026, 6, 8), " ".join(["O"] * 10))
    lay(enrol("9B")[0], TODAY, "/ /")
    head = staff(Role.HEAD_OF_YEAR, 9)
    (row,) = Watch.load(head, TODAY).rows
    assert (row.window.count, row.standing, row.is_undecided) == (0, None, True)
    decide(student, head, window_last=row.earlier[0].newest.last)
    assert Watch.load(head, TODAY).rows == ()


def test_students_past_compulsory_age_are_left_out_and_named(seeded, friday):
    old = at_threshold("11B", born_on=date(2009, 9, 1))
    watch = Watch.load(staff(Role.SLT), TODAY)
    assert watch.rows == ()
    assert [member.student_id for member in watch.above_age] == [old.pk]


def test_refused_leave_and_parents_at_the_limit_are_seen_from_the_list(seeded, friday, as_role):
    student, client = at_threshold(letters="G G G G G G G G G G"), as_role(Role.HEAD_OF_YEAR, 9)
    parent = parent_of(student)
    PlannedMark.objects.create(
        student=student, kind="leave", status="refused", code_id=code_on("C", TODAY).key,
        starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 6), decided_by=client.user,
        decided_at=f"{TODAY}T09:00Z", created_by=client.user, decision_reason="Not exceptional.",
    )  # fmt: skip
    for day in [date(2025, 10, 1), date(2026, 3, 2)]:
        PenaltyNotice.objects.create(student=student, parent_carer=parent, issued_on=day, recorded_by=client.user)
    text = client.get(reverse("attendance:notice_list")).content.decode()
    assert "leave refused" in text
    assert "Mrs Price: 2, the limit" in text
    assert "Not exceptional." in client.get(reverse("attendance:notice_detail", args=[student.pk])).content.decode()


def test_the_list_goes_to_the_meeting_as_a_file_and_that_is_logged(seeded, friday, as_role):
    student = at_threshold(letters="O O O O O O O O O O N")
    at_threshold("9C", letters="O O O O O O O")
    parent_of(student)
    client = as_role(Role.HEAD_OF_YEAR, 9)
    decide(student, client.user, decision="support_first", review_on=TODAY)
    address = reverse("attendance:notice_list")
    taken = client.get(address, {"show": "at", "format": "csv"})
    assert taken["Content-Disposition"] == 'attachment; filename="Penalty notices 2026-11-16.csv"'
    rows = list(csv.DictReader(taken.content.decode("utf-8-sig").splitlines()))
    assert [(row["Surname"], row["Unauthorised in 10 school weeks"], row["Codes"]) for row in rows] == [
        (student.legal_surname, "11", "N 1, O 10")
    ]
    assert (rows[0]["Last decision"], rows[0]["Review on"]) == ("Support first", "2026-11-20")
    assert rows[0]["To look at"] == "1 N: resolve first; review due"
    record = AccessRecord.objects.get(kind=AccessRecord.Kind.EXPORT)
    assert (record.subject, record.user, record.reason) == ("notices:all", client.user, "Head of Year 9")
    assert client.get(address, {"format": "xlsx"}).content.startswith(b"PK")
    assert 'href="?show=at&amp;format=csv"' in client.get(address, {"show": "at"}).content.decode()
    assert "format=csv" not in client.get(address, {"show": "review", "group": "9Z"}).content.decode()


def test_filters_narrow_and_every_number_opens_its_list(seeded, friday, as_role):
    at_threshold(), at_threshold("9C", letters="O O O O O O O"), at_threshold("8A")
    client = as_role(Role.SLT)
    address = reverse("attendance:notice_list")
    for query, number in [
        ("", 3),
        ("year=9", 2),
        ("group=9C", 1),
        ("show=near", 1),
        ("show=at", 2),
        ("show=review", 0),
    ]:
        assert len(client.get(f"{address}?{query}").context["rows"]) == number, query
    assert client.get(f"{address}?show=nonsense").status_code == 404


def test_a_tutor_of_another_year_watches_only_the_year_they_lead(seeded, friday, as_role):
    mine, other = at_threshold("8A"), at_threshold("9B")
    client = as_role(Role.HEAD_OF_YEAR, 8)
    StaffAssignmentFactory(user=client.user, role=Role.FORM_TUTOR, tutor_group=TutorGroupFactory(name="9B"))
    rows = client.get(reverse("attendance:notice_list")).context["rows"]
    assert [row.member.student_id for row in rows] == [mine.pk]
    assert client.get(reverse("attendance:notice_detail", args=[other.pk])).status_code == 404
    assert client.post(reverse("attendance:notice_decide", args=[other.pk]), form_words()).status_code == 404


def _school(number: int) -> None:
    for n in range(number):
        student = at_threshold(legal_surname=f"Price{n}")
        parent_of(student, f"Price{n}")


@pytest.mark.parametrize("address", ["/penalty-notices/", "/penalty-notices/decisions/"])
def test_three_and_thirty_cost_the_same_queries(seeded, as_role, django_assert_max_num_queries, address):
    counts = []
    for number in (3, 27):
        _school(number)
        client = as_role(Role.HEAD_OF_YEAR, 9)
        for row in Watch.load(client.user, TODAY).rows:
            if not row.decision:
                decide(row.member, client.user, student_id=row.member.student_id)
        with django_assert_max_num_queries(12) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_case_costs_few_queries(seeded, as_role, django_assert_max_num_queries):
    student, client = at_threshold(), as_role(Role.HEAD_OF_YEAR, 9)
    parent = parent_of(student)
    PenaltyNotice.objects.create(student=student, parent_carer=parent, issued_on=TODAY, recorded_by=client.user)
    decide(student, client.user)
    with django_assert_max_num_queries(12):
        assert client.get(reverse("attendance:notice_detail", args=[student.pk])).status_code == 200
    assert AccessRecord.objects.filter(subject=f"student:{student.pk}", reason="Head of Year 9").exists()


# --- deciding ----------------------------------------------------------------------------------------


def test_a_decision_freezes_its_sessions_and_the_job(seeded, friday, as_role):
    student, client = at_threshold(), as_role(Role.HEAD_OF_YEAR, 9)
    answer = client.post(reverse("attendance:notice_decide", args=[student.pk]), form_words())
    assert answer.status_code == 302
    held = NoticeDecision.objects.get()
    assert (held.decision, held.position, held.review_on) == ("support_first", "Head of Year 9", date(2026, 12, 11))
    assert (held.window_first, held.window_last) == (date(2026, 9, 7), date(2026, 11, 20))
    assert len(held.sessions) == 12
    assert held.sessions[0] == {"date": "2026-11-02", "session": "AM", "code": "O"}
    assert held.checks == ANSWERS
    assert Watch.load(client.user, TODAY).rows[0].is_undecided is False


def test_a_notice_to_improve_runs_six_weeks_to_a_school_day(seeded, friday, as_role):
    student, client = at_threshold(), as_role(Role.ATTENDANCE_OFFICER)
    words = form_words(decision="notice_to_improve", review_on="", weeks="6")
    client.post(reverse("attendance:notice_decide", args=[student.pk]), words)
    assert NoticeDecision.objects.get().review_on == date(2027, 1, 5)  # 1 January is a holiday, 4 January INSET
    text = client.get(reverse("attendance:notice_detail", args=[student.pk])).content.decode()
    assert "runs to Tue 5 Jan" in text


def test_the_form_begins_with_the_next_school_week_and_drops_what_the_decision_does_not_need(seeded, friday, as_role):
    student, client = at_threshold(), as_role(Role.HEAD_OF_YEAR, 9)
    page = client.get(reverse("attendance:notice_detail", args=[student.pk]))
    assert page.context["decide"]["review_on"].value() == date(2026, 11, 23)
    words = form_words(decision="not_appropriate", review_on="nonsense", weeks="99")
    client.post(reverse("attendance:notice_decide", args=[student.pk]), words)
    assert NoticeDecision.objects.get().review_on is None
    text = client.get(reverse("attendance:notice_detail", args=[student.pk])).content.decode()
    assert "of 0 possible" not in text


def test_what_is_to_resolve_first_leads_to_that_students_absences(seeded, friday, as_role):
    (student,) = enrol("9B")
    lay(student, date(2026, 11, 2), " ".join(["N"] * 2 + ["O"] * 10 + ["/"] * 18))
    client, link = as_role(Role.HEAD_OF_YEAR, 9), f'href="/marks/unexplained/?student={student.pk}"'
    assert link in client.get(reverse("attendance:notice_detail", args=[student.pk])).content.decode()
    assert link in client.get(reverse("attendance:notice_list")).content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": ""}, "Say what was weighed up"),
        ({"offered": ""}, "Answer this one, too"),
        ({"review_on": ""}, "Say when it is looked at again"),
        ({"review_on": "2026-11-20"}, "Choose a day after today"),
        ({"decision": "notice_to_improve", "weeks": "9"}, "less than or equal to 6"),
        ({"decision": "referred", "best_tool": "no"}, "A referral needs a Yes"),
        ({"decision": "referred", "appropriate": "yes", "offered": "no"}, "decide “Support first”"),
        ({"equality": ""}, "required"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(seeded, friday, as_role, changes, words):
    student, client = at_threshold(), as_role(Role.HEAD_OF_YEAR, 9)
    sent = form_words(**{"reason": "A long story typed with care.", **changes})
    answer = client.post(reverse("attendance:notice_decide", args=[student.pk]), sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert sent["reason"] in answer.content.decode()
    assert not NoticeDecision.objects.exists()


def test_nothing_is_referred_while_the_threshold_rests_on_n(seeded, friday):
    student = at_threshold(letters="N N N O O O O O O O")
    with pytest.raises(services.NoticeRefused, match="still N"):
        decide(student, staff(Role.HEAD_OF_YEAR, 9))


def test_the_second_of_two_who_decide_sees_the_first(seeded, friday, as_role):
    student, client = at_threshold(), as_role(Role.HEAD_OF_YEAR, 9)
    other = staff(Role.ATTENDANCE_OFFICER, title="Ms", surname="Walsh")
    decide(student, other, reason="Holiday.")
    answer = client.post(reverse("attendance:notice_decide", args=[student.pk]), form_words())
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Ms Walsh decided “Referred to the local authority” at 15:05" in text
    assert "Anxious since September; meeting booked." in text
    seen = answer.context["decide"]["seen"].value()
    assert client.post(reverse("attendance:notice_decide", args=[student.pk]), form_words(seen=seen)).status_code == 302
    assert NoticeDecision.objects.count() == 2


def test_a_double_click_decides_once(seeded, friday):
    student, head = at_threshold(), staff(Role.HEAD_OF_YEAR, 9)
    assert decide(student, head) == decide(student, head)


def test_who_only_sees_may_not_decide(seeded, friday, as_role):
    student, client = at_threshold(), as_role(Role.PASTORAL_MANAGER, 9)
    page = client.get(reverse("attendance:notice_detail", args=[student.pk]))
    assert page.status_code == 200
    assert "Record the decision" not in page.content.decode()
    assert client.post(reverse("attendance:notice_decide", args=[student.pk]), form_words()).status_code == 403


def test_a_threshold_that_is_gone_is_not_decided_on(seeded, friday):
    student, head = at_threshold(), staff(Role.HEAD_OF_YEAR, 9)
    rows = [MarkRow(student.pk, date(2026, 11, 3), s, code_on("I", TODAY).key) for s in ("AM", "PM")]
    rows += [MarkRow(student.pk, date(2026, 11, 4), "AM", code_on("I", TODAY).key)]
    marks_write(rows=rows, by=head, reason="medical evidence")
    with pytest.raises(services.NoticeRefused, match="9 unauthorised"):
        decide(student, head)


def test_monitoring_counts_what_came_after_the_decision(seeded, on_day):
    on_day(TODAY)
    student, head = at_threshold(), staff(Role.HEAD_OF_YEAR, 9)
    decide(student, head, decision="notice_to_improve", review_on=date(2027, 1, 5))
    lay(student, date(2026, 11, 23), "O O / /")
    on_day(date(2026, 11, 24))
    page = CasePage.load(student.pk, on=date(2026, 11, 24), born_on=student.born_on, sees_sensitive=True)
    shown = page.decisions[0]
    assert (len(shown.since), shown.possible_since, shown.changed) == (2, 4, ())
    was = code_on(shown.decision.sessions[0]["code"], TODAY).key
    moved = SessionMark.objects.filter(student=student, code=was).earliest("date", "session")
    for key, is_changed in ((code_on("I", TODAY).key, True), (was, False)):  # changed and put back is not changed
        SessionMark.objects.filter(pk=moved.pk).update(code=key)
        page = CasePage.load(student.pk, on=date(2026, 11, 24), born_on=student.born_on, sees_sensitive=True)
        assert [(each.day, each.now.sign) for each in page.decisions[0].changed] == [(moved.date, "I")] * is_changed


# --- notices -----------------------------------------------------------------------------------------


def record(client, student, parent, day="2026-11-18"):
    words = {"parent": parent.pk, "issued_on": day, "reference": "LA/26/118"}
    return client.post(reverse("attendance:notice_record", args=[student.pk]), words, follow=True)


def test_the_first_the_second_and_no_third_notice(seeded, friday, as_role):
    student, client = at_threshold(), as_role(Role.HEAD_OF_YEAR, 9)
    parent, other = parent_of(student), parent_of(student, "Okafor", priority=2)
    assert (
        "The next: £160, or £80" in client.get(reverse("attendance:notice_detail", args=[student.pk])).content.decode()
    )
    record(client, student, parent, "2026-02-02")
    text = record(client, student, parent).content.decode()
    assert "£160 flat within 28 days" in text
    assert "second in three years" in text
    refused = record(client, student, parent, "2026-11-20")
    assert refused.status_code == 422
    assert "education supervision order" in refused.content.decode()
    assert PenaltyNotice.objects.filter(parent_carer=parent).count() == 2
    assert record(client, student, other).status_code == 200
    assert PenaltyNotice.objects.count() == 3


def test_a_withdrawn_notice_does_not_count_and_keeps_its_history(seeded, friday, as_role):
    student, client = at_threshold(), as_role(Role.HEAD_OF_YEAR, 9)
    parent = parent_of(student)
    for day in ["2026-02-02", "2026-11-18"]:
        record(client, student, parent, day)
    first = PenaltyNotice.objects.earliest("issued_on")
    address = reverse("attendance:notice_change", args=[first.pk])
    words = {f"n{first.pk}-seen": "issued", f"n{first.pk}-status": "withdrawn"}
    assert "Say why" in client.post(address, words).content.decode()
    text = client.post(address, {**words, f"n{first.pk}-reason": "Issued in error."}, follow=True).content.decode()
    assert "Issued until" in text
    assert "Issued in error." in text
    assert record(client, student, parent, "2026-11-19").status_code == 200
    back = {f"n{first.pk}-seen": "withdrawn", f"n{first.pk}-status": "paid", f"n{first.pk}-reason": "not so"}
    assert "already has two notices" in client.post(address, back).content.decode()


def test_two_people_change_one_notice_the_second_is_told(seeded, friday):
    student, head = at_threshold(), staff(Role.HEAD_OF_YEAR, 9)
    parent = parent_of(student)
    notice = services.notice_record(
        student_id=student.pk, parent=parent, issued_on=TODAY, reference="", by=head, on=TODAY
    )
    services.notice_change(notice=notice, status="paid", seen="issued", reason="", by=head)
    with pytest.raises(services.NoticeOvertaken, match="Paid"):
        services.notice_change(notice=notice, status="unpaid", seen="issued", reason="", by=head)


@pytest.mark.parametrize(("day", "words"), [("2026-11-21", "in the future"), ("2026-11-18", "recorded already")])
def test_a_notice_is_recorded_once_and_never_beforehand(seeded, friday, as_role, day, words):
    student, client = at_threshold(), as_role(Role.HEAD_OF_YEAR, 9)
    parent = parent_of(student)
    record(client, student, parent)
    assert words in record(client, student, parent, day).content.decode()


def test_an_adult_without_responsibility_or_care_gets_no_notice(seeded, friday, as_role):
    student, client = at_threshold(), as_role(Role.HEAD_OF_YEAR, 9)
    parent_of(student)
    aunt = parent_of(student, "Walsh", priority=2, has_pr=False, lives_with=False)
    assert record(client, student, aunt).status_code == 422
    assert not PenaltyNotice.objects.exists()


def test_an_earlier_window_is_shown_and_nonsense_is_not(seeded, friday, as_role):
    (student,) = enrol("9B")
    lay(student, date(2026, 6, 8), " ".join(["O"] * 10))
    lay(enrol("9B")[0], TODAY, "/ /")
    client = as_role(Role.HEAD_OF_YEAR, 9)
    address = reverse("attendance:notice_detail", args=[student.pk])
    page = client.get(f"{address}?window=2026-06-19").context["page"]
    assert (page.window.count, page.is_current, page.can_decide) == (10, False, True)
    for words in ["2026-08-10", "nonsense", "2020-01-01"]:
        assert client.get(f"{address}?window={words}").status_code == 404
    assert SessionMark.objects.filter(student=student).count() == 10
