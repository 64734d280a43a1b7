"""What an address asks for, whatever somebody writes into it: never an error of the server's."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse

from pastoral.core.rights import Role
from tests.cards import card_of
from tests.factories import SessionMarkFactory, enrol, staff
from tests.meetings import meeting_of
from tests.reports.half_term import half_terms_of
from tests.reports.rag_school import made

ROOT = Path(__file__).parents[1]
LAST_WEEK = date(2026, 11, 9)
SURROGATE = "\ud800".encode("utf-8", "surrogatepass")
NASTY = ["\0", "okafor\0\x01\x7fb", SURROGATE, "9" * 5000, "²", "-1", "%\u202e"]
FINE = {200, 204, 302, 404}
FILTERS = [
    (Role.SLT, "interventions:plan_list", {}, ("show", "kind", "year", "mine", "format", "before")),
    (Role.SLT, "interventions:plan_add", {}, ("student", "who", "kind", "case", "intervention", "follows", "because")),
    (Role.SLT, "interventions:plan_share_list", {}, ("show", "before")),
    (Role.SLT, "attendance:proposal_list", {}, ("show", "strand", "rule", "year", "group", "student", "before")),
    (Role.SLT, "attendance:exception_list", {}, ("before",)),
    (Role.SLT, "reports:student_find", {}, ("q",)),
    (Role.SLT, "reports:year_dashboard", {"year": 9}, ("week", "cohort")),
    (Role.SLT, "reports:school_dashboard", {}, ("week", "cohort")),
    (
        Role.SLT,
        "reports:student_list",
        {"year": 9, "slug": "late-slot"},
        ("week", "cohort", "group", "sort", "weekday", "session", "format", "before"),
    ),
    (Role.SLT, "reports:rag_list", {}, ("year",)),
    (Role.SLT, "reports:pack_list", {}, ("show", "profile", "student", "mine", "format", "before")),
    (Role.SLT, "reports:pack_add", {}, ("student", "who", "profile", "case", "suspension", "incident")),
    (Role.SLT, "reports:rag_calls", {}, ("before", "format")),
    (
        Role.SLT,
        "reports:year_report",
        {"year": 9},
        ("term", "list", "group", "cohort", "format", "before"),
    ),
    (Role.SLT, "reports:governors", {}, ("year", "format")),
    (Role.SLT, "reports:inspection", {"year": 9}, ("case", "format")),
    (Role.SLT, "reports:briefing_list", {}, ("before",)),
    (Role.SLT, "reports:saved_views", {}, ("page", "query")),
    (Role.SLT, "reports:team_board", {}, ("show", "sort", "before", "format")),
    (Role.SLT, "reports:half_term_report", {"pk": 1}, ("format",)),
    (
        Role.SLT,
        "reports:half_term_behind",
        {"pk": 1, "figure": "incidents", "window": "now"},
        ("group", "year", "cohort", "what", "code", "of", "format", "before"),
    ),
    (Role.ATTENDANCE_OFFICER, "attendance:bulk_form", {}, ("group", "student", "again")),
    (Role.ATTENDANCE_OFFICER, "attendance:unexplained_list", {}, ("year", "group", "due", "student")),
    (
        Role.ATTENDANCE_OFFICER,
        "attendance:amendment_list",
        {},
        ("group", "student", "first", "last", "before", "bulk"),
    ),
    (Role.SLT, "attendance:planned_list", {}, ("day", "when", "year", "group", "kind", "before")),
    (Role.ATTENDANCE_OFFICER, "attendance:planned_add", {}, ("student", "q")),
    (Role.ATTENDANCE_OFFICER, "attendance:leave_ask", {}, ("student", "q")),
    (Role.SLT, "attendance:leave_list", {}, ("before",)),
    (Role.ATTENDANCE_OFFICER, "attendance:part_time_add", {}, ("student", "q")),
    (Role.ATTENDANCE_OFFICER, "attendance:placement_add", {}, ("student", "q")),
    (Role.SLT, "reports:rag_detail", {"week": LAST_WEEK}, ("issue",)),
    (Role.SLT, "attendance:board", {}, ("day", "session", "show")),
    (Role.SLT, "attendance:board_history", {}, ("window",)),
    (Role.SLT, "attendance:board_registers", {}, ("window", "kind", "group", "tutor", "before")),
    (Role.SLT, "attendance:board_lessons", {}, ("day", "period")),
    (Role.SLT, "students:pick", {}, ("who",)),
    (Role.SLT, "interventions:action_list", {}, ("show", "only", "format", "before")),
    (Role.SLT, "interventions:action_add", {}, ("student",)),
    (Role.SLT, "interventions:meeting_list", {}, ("show", "purpose", "year", "student", "format", "before")),
    (Role.SLT, "interventions:priority_list", {}, ("show", "year", "format", "before")),
    (Role.SLT, "interventions:meeting_add", {}, ("student", "case", "plan", "purpose", "who")),
    (Role.ATTENDANCE_OFFICER, "contacts:call_queue", {}, ("show", "year")),
    (Role.ATTENDANCE_OFFICER, "contacts:call_day", {}, ("day", "show", "year", "format")),
    (Role.SLT, "behaviour:incident_add", {}, ("student", "who", "call")),
    (Role.SLT, "behaviour:concern_add", {}, ("student", "who")),
    (Role.DSL, "behaviour:concern_list", {}, ("before", "show")),
    (Role.DATA_MANAGER, "behaviour:catalogue", {}, ("list",)),
    (Role.SLT, "behaviour:detention_list", {}, ("day", "show", "before")),
    (Role.SLT, "behaviour:detention_add", {}, ("student", "who", "incident")),
    (Role.SLT, "behaviour:detention_sheet", {}, ("day",)),
    (Role.SLT, "behaviour:case_list", {}, ("show", "form", "motivation", "year", "term", "by", "before")),
    (
        Role.SLT,
        "behaviour:case_incidents",
        {},
        ("show", "form", "motivation", "year", "term", "place", "weekday", "slot", "before"),
    ),
    (Role.SLT, "behaviour:case_open", {}, ("incident", "student", "who")),
    (Role.SLT, "behaviour:case_checks", {}, ("before",)),
    (Role.SLT, "behaviour:case_pairs", {}, ("before",)),
    (Role.SLT, "behaviour:case_extract", {}, ("year", "format")),
    (Role.SLT, "behaviour:duty_list", {}, ("show", "before")),
    (Role.SLT, "behaviour:card_list", {}, ("show", "before")),
    (Role.SLT, "behaviour:card_add", {}, ("student", "who")),
    (Role.SLT, "behaviour:robin_list", {}, ("show", "before")),
    (Role.SLT, "behaviour:robin_add", {}, ("student", "who")),
    (Role.SLT, "behaviour:score_list", {}, ("q",)),
    (Role.SLT, "behaviour:on_call_add", {}, ("student", "who")),
    (Role.SLT, "behaviour:on_call_log", {}, ("day",)),
    (Role.SLT, "behaviour:suspension_list", {}, ("year", "show", "student", "before", "format")),
    (Role.SLT, "behaviour:suspension_add", {}, ("student", "who", "incident")),
    (Role.SLT, "behaviour:work_list", {}, ("show", "year", "before")),
    (Role.SLT, "reports:inclusion_list", {}, ("window", "kind", "before", "format")),
    (Role.SLT, "behaviour:inclusion_register", {}, ("day", "q")),
    (
        Role.SLT,
        "reports:incident_list",
        {},
        (
            "window",
            "first",
            "last",
            "year",
            "group",
            "cohort",
            "student",
            "type",
            "location",
            "slot",
            "weekday",
            "activity",
            "action",
            "staff",
            "roles",
            "reach",
            "before",
            "format",
        ),
    ),
    (
        Role.SLT,
        "contacts:contact_add",
        {},
        (
            "student",
            "who",
            "direction",
            "purpose",
            "agency",
            "absent_on",
            "involvement",
            "incident",
            "suspension",
            "case",
            "card",
            "notice",
            "enquiry",
        ),
    ),
    (
        Role.SLT,
        "contacts:ledger",
        {},
        (
            "first",
            "last",
            "since",
            "until",
            "year",
            "group",
            "channel",
            "direction",
            "result",
            "purpose",
            "author",
            "owner",
            "mine",
            "student",
            "before",
            "format",
        ),
    ),
    (Role.SLT, "contacts:promise_list", {}, ("show", "before")),
    (Role.SLT, "contacts:share_list", {}, ("show", "before")),
    (Role.SLT, "contacts:agency_list", {}, ("kind", "q", "show", "before")),
    (Role.SLT, "contacts:link_add", {}, ("student", "who")),
    (Role.SLT, "contacts:referral_list", {}, ("show", "agency", "year", "mine", "before", "format")),
    (
        Role.SLT,
        "interventions:case_list",
        {},
        ("show", "year", "stage", "student", "barrier", "outcome", "mine", "sort", "before", "format"),
    ),
    (Role.SLT, "interventions:case_add", {}, ("student", "who")),
    (Role.SLT, "interventions:case_shared", {}, ("year", "party", "before")),
    (Role.SLT, "interventions:case_barriers", {}, ("year",)),
    (
        Role.SLT,
        "interventions:intervention_list",
        {},
        ("show", "type", "aim", "year", "cover", "student", "mine", "before", "format"),
    ),
    (Role.SLT, "reports:tracker_effects", {}, ("student",)),
    (Role.SLT, "interventions:effect", {}, ("since", "year", "format")),
    (Role.SLT, "interventions:coverage", {}, ("year", "before", "format")),
    (Role.SLT, "interventions:mentoring", {}, ("show", "before")),
    (Role.SLT, "interventions:screen_list", {}, ("before",)),
    (Role.SLT, "interventions:screen_add", {}, ("student", "who")),
    (
        Role.SLT,
        "interventions:intervention_add",
        {},
        ("student", "who", "type", "involvement", "tutor_mark", "contact", "proposal", "bullying_case", "screen"),
    ),
    (Role.SLT, "contacts:early_help_list", {}, ("show", "year", "mine", "before")),
    (Role.SLT, "contacts:early_help_add", {}, ("student", "who")),
    (Role.SLT, "contacts:early_help_none", {}, ("student", "who")),
    (Role.SLT, "contacts:information_list", {}, ("show", "agency", "year", "mine", "before")),
    (Role.SLT, "contacts:information_add", {}, ("student", "who")),
    (Role.SLT, "contacts:reference_list", {}, ("show", "before")),
    (Role.SLT, "contacts:reference_add", {}, ("student", "who")),
    (Role.SLT, "contacts:referral_add", {}, ("student", "who", "agency")),
    (Role.SLT, "behaviour:achievement_add", {}, ("student", "group")),
    (Role.SLT, "reports:recognition", {}, ("window", "house", "format")),
    (Role.SLT, "reports:recognition_unseen", {}, ("before",)),
    (Role.SLT, "reports:recognition_basics", {}, ("weeks", "forgive", "before")),
    (Role.SLT, "reports:good_news", {}, ("show", "before")),
    (Role.SLT, "reports:behaviour_patterns", {}, ("window", "weekday", "format")),
    (Role.SLT, "reports:behaviour_consistency", {}, ("window", "type", "by", "format")),
    (Role.SLT, "reports:achievement_list", {}, ("window", "student", "weekday", "before", "format")),
    (Role.SLT, "reports:whereabouts", {}, ("year", "group", "kind")),
    (Role.SLT, "reports:truancy_queue", {}, ("days", "show")),
    (Role.SLT, "reports:truancy_counts", {}, ("window", "student", "period", "subject", "outcome")),
    (Role.SLT, "reports:pa_waterfall", {}, ("from", "to", "list", "year")),
    (Role.HEAD_OF_YEAR, "reports:cohort_attendance", {}, ("year", "a", "b")),
    (
        Role.SLT,
        "reports:pa_tracker",
        {},
        (
            "state",
            "year",
            "group",
            "cohort",
            "also",
            "reason",
            "recovery",
            "notice",
            "support",
            "sort",
            "format",
            "before",
            "print",
        ),
    ),
    (Role.SLT, "attendance:punctuality", {}, ("window", "year", "group", "sort", "show", "subject")),
    (
        Role.SLT,
        "attendance:punctuality_marks",
        {},
        (
            "window",
            "year",
            "group",
            "student",
            "lessons",
            "letters",
            "weekday",
            "session",
            "period",
            "subject",
            "before",
        ),
    ),
    (Role.SLT, "attendance:minutes_late", {}, ("window", "year", "group", "least", "format")),
    (Role.SLT, "attendance:notice_list", {}, ("show", "group", "year", "format")),
    (Role.SLT, "attendance:notice_decisions", {}, ("decision", "before")),
    (Role.SLT, "contacts:letter_list", {}, ("show", "kind", "student", "before", "format")),
    (Role.SLT, "contacts:letter_write", {}, ("rule", "kind", "template", "student", "who", "to", "year", "group")),
    (Role.SLT, "contacts:outbox", {}, ("show", "before")),
    (Role.SLT, "reports:quiet", {}, ("show", "year", "group", "sort", "format", "before")),
    (Role.SLT, "contacts:wrong_numbers", {}, ("before",)),
    (Role.SLT, "contacts:target_list", {}, ("term", "format", "before")),
    (Role.SLT, "contacts:target_add", {}, ("student", "who")),
    (Role.SLT, "contacts:event_list", {}, ("before",)),
    (Role.SLT, "contacts:family_find", {}, ("q",)),
    (Role.SLT, "contacts:seen_list", {}, ("week", "year", "by", "format", "before")),
    (Role.SLT, "contacts:seen_reviews", {}, ("show", "before")),
    (Role.SLT, "contacts:seen_add", {}, ("student", "who")),
    (Role.SLT, "contacts:enquiry_list", {}, ("show", "topic", "owner", "year", "before", "format")),
    (Role.SLT, "contacts:clocks", {}, ("clock", "window")),
    (Role.SLT, "contacts:clock_list", {}, ("clock", "window", "only", "year", "owner", "before")),
    (Role.SLT, "contacts:enquiry_add", {}, ("student", "who")),
    (Role.SLT, "core:draft", {}, ("key",)),
    (Role.SLT, "core:job_list", {}, ("before",)),
    (Role.DSL, "core:access_log", {}, ("staff", "subject", "before", "since", "until")),
    (Role.DATA_MANAGER, "core:import_list", {}, ("before",)),
]


OF_A_CHRONOLOGY = ("first", "last", "kind", "order", "restricted", "dsl", "before", "format")


@pytest.mark.parametrize(("role", "url_name", "kwargs", "names"), FILTERS, ids=[row[1] for row in FILTERS])
def test_no_filter_breaks_its_page(seeded, as_role, role, url_name, kwargs, names):
    student = enrol("9B")[0]
    if url_name == "reports:rag_detail":
        SessionMarkFactory(student=student, date=LAST_WEEK)
        made(LAST_WEEK, date(2026, 11, 20), tells_tutors=False)
    if url_name.startswith("reports:half_term"):
        kwargs = kwargs | {"pk": half_terms_of(date(2026, 11, 20))["draft of Year 9"][0]}
    client, address = as_role(role), reverse(url_name, kwargs=kwargs)
    for name in names:
        for words in [*NASTY, "2026-11-20T09:00:00+00:00_" + "9" * 30]:
            assert client.get(address, {name: words}).status_code in FINE, (name, words)


@pytest.mark.parametrize("name", ["year", "marks"])
def test_no_filter_breaks_a_students_page(seeded, as_role, name):
    student = enrol("9B")[0]
    client = as_role(Role.SLT)
    for words in NASTY:
        assert client.get(student.get_absolute_url(), {name: words}).status_code in FINE, words


def test_no_filter_breaks_a_students_papers(seeded, as_role):
    key, client = enrol("9B")[0].pk, as_role(Role.DSL)
    for words in [*NASTY, "0001-01-01", "9999-12-31"]:
        address = reverse("reports:chronology", args=[key])
        assert client.get(address, dict.fromkeys(OF_A_CHRONOLOGY, words)).status_code in FINE, words
    for words in (NASTY[0], "0001-01-01", "9999-12-31"):
        address = reverse("reports:certificate_pdf", args=[key])
        assert client.get(address, {"first": words, "last": words}).status_code in FINE, words


def test_no_way_back_breaks_a_marks_page(seeded, as_role):
    address = reverse("attendance:mark_detail", args=[enrol("9B")[0].pk, LAST_WEEK, "AM"])
    client = as_role(Role.ATTENDANCE_OFFICER)
    for words in NASTY:
        assert client.get(address, {"back": words}).status_code in FINE, words


def test_no_window_breaks_a_case(seeded, as_role):
    key = enrol("9B")[0].pk
    address, place = reverse("attendance:notice_detail", args=[key]), reverse("contacts:letter_place", args=[key])
    client = as_role(Role.SLT)
    for words in NASTY:
        assert client.get(address, {"window": words}).status_code in FINE, words
        assert client.get(place, {"about": words}).status_code in FINE, words


def test_no_typed_line_breaks_a_rag_meeting(seeded, friday, as_role, client_for):
    (student,) = enrol("9B")
    convener = staff(Role.HEAD_OF_YEAR, 9)
    meeting = meeting_of(convener, student, purpose="rag", rag_week=LAST_WEEK, rag_issue=1)
    client, read = client_for(convener), reverse("reports:rag_meeting_read", args=[meeting.pk])
    for words in NASTY:
        assert client.get(read, {"line": words, "at": words}).status_code in FINE, words


def test_no_key_or_day_breaks_the_scoring_of_a_card(seeded, friday, as_role):
    (student,) = enrol("9B")
    address = reverse("behaviour:score_form", args=[card_of(student, keeper=staff(Role.SLT)).pk])
    keeper, cover = as_role(Role.SLT), as_role(Role.FORM_TUTOR, "8A")
    for words in NASTY:
        assert keeper.get(address, {"day": words, "find": words}).status_code in FINE, words
        assert cover.get(address, {"find": words}).status_code == 404, words


def test_every_filter_is_read_the_one_way_and_stands_above():
    tested = {name for _, _, _, names in FILTERS for name in names} | {
        *OF_A_CHRONOLOGY,
        "year",
        "marks",
        "back",
        "window",
        "find",
        "about",
        "line",
        "at",
    }
    for app in ("pastoral", "students", "attendance", "behaviour", "contacts", "interventions", "reports"):
        for path in (ROOT / app).rglob("*.py"):
            words = path.read_text()
            if path.name != "words.py":
                assert "GET.get(" not in words, f"{path.name} reads the address by itself: use asked_for"
            assert set(re.findall(r'asked_for\(request, "(\w+)"', words)) <= tested, path.name
