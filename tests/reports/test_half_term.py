"""The half-termly report: counted once, in words, signed, released, corrected; the same number everywhere."""

import csv
import io
import json
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from attendance.models import SessionMark
from behaviour.models import DslConcern, Incident, Involvement, Suspension
from interventions.services.actions import action_done, action_drop
from pastoral.core.models import AccessRecord, Job
from pastoral.core.rights import Role
from reports.halfterm import keeping
from reports.halfterm.shape import Figures
from reports.halfterm.spans import half_terms
from reports.halfterm.wording import counted_anew, has_old_statement, outdated
from reports.models import HalfTermReport
from reports.tasks import half_term_job
from reports.views.half_term_parts import signer_of
from students.models import Enrolment, Student, StudentFact
from students.summaries import SchoolCalendar
from tests.cases import case_of
from tests.factories import EnrolmentFactory, StudentFactFactory, TutorGroupFactory, YearGroupFactory, enrol, staff
from tests.helping import intervention
from tests.meetings import action_of, meeting_of
from tests.plans import plan_for
from tests.reports.half_term import half_term
from tests.reports.rag_school import absent, attend

AUTUMN_1_ENDED = date(2026, 10, 23)
AFTER = date(2026, 11, 2)


@pytest.fixture
def nine(seeded, on_day, settings, tmp_path):
    """Year 9: one in 9B misses 20 of the half term's sessions, the others none; an incident; a concern for the DSL."""
    settings.MEDIA_ROOT = tmp_path / "files"
    on_day(AFTER, 9, 0)
    away, *others = enrol("9B", count=6)
    others += enrol("9C", count=6)
    StudentFactFactory(student=away, kind=StudentFact.Kind.PUPIL_PREMIUM, starts_on=date(2026, 9, 1))
    attend(away, absent(20), last=AUTUMN_1_ENDED)
    for one in others:
        attend(one, last=AUTUMN_1_ENDED)
    incident = Incident.objects.create(type="Defiance", occurred_on=date(2026, 9, 15), location="Corridor")
    Involvement.objects.create(incident=incident, student=away, role="perpetrator", points=3)
    DslConcern.objects.create(
        student=away,
        words="-",
        token=uuid4(),
        receipt="r1",
        written_by=staff(Role.FORM_TUTOR, "9C"),
        written_at=datetime(2026, 9, 16, 12, tzinfo=timezone.get_current_timezone()),
    )
    return SimpleNamespace(
        away=away, others=others, sessions=2 * len(SchoolCalendar.load().between(date(2026, 9, 2), AUTUMN_1_ENDED))
    )


def made(client, year="9"):
    answer = client.post(reverse("reports:half_term_ask"), {"half_term": "2026-1", "year": year})
    assert answer.status_code == 302, answer.context and answer.context["form"].errors
    report = HalfTermReport.objects.get(year_group=None if year == "school" else int(year))
    half_term_job(report.job_id)
    report.refresh_from_db()
    return report


def test_from_asking_to_release_and_a_correction(nine, as_role, client_for):
    head, manager = as_role(Role.HEAD_OF_YEAR, 9), as_role(Role.PASTORAL_MANAGER, 9)
    report = made(head)
    address, do = report.get_absolute_url(), reverse("reports:half_term_do", args=[report.pk])
    assert made(head) == report
    page = head.get(address)
    figures = page.context["figures"]
    possible = 12 * nine.sessions
    rate = f"{round(1000 * (possible - 20) / possible) / 10}"
    assert (figures.figure("attendance").now.words, figures.figure("attendance").now.n) == (rate, possible)
    assert figures.figure("attendance").values["year_ago"].words == "no data"
    assert figures.figure("pa_year_students").now.number == 1
    assert figures.figure("incidents").now.number == 1
    assert figures.section("safeguarding") is None
    assert "1 student (8.3 %) was persistently absent" in page.content.decode()
    # beside the numbers, in words; a second writer is told before anything is lost
    seen = page.context["form"].initial["seen"]
    words = {
        "seen": seen,
        "say-attendance": "Better than it looks.",
        "what-0": "Home visits",
        "owner-0": "Mrs Doyle",
        "by-0": "2026-11-20",
    }
    assert head.post(address, words | {"owner-0": ""}).status_code == 422
    assert head.post(address, words).status_code == 302
    late = manager.post(address, words | {"say-attendance": "Mine."})
    assert (late.status_code, "Better than it looks." in late.content.decode()) == (422, True)
    assert head.post(do, {"do": "because", "saw": "incidents", "did": "own"}).status_code == 422
    head.post(do, {"do": "because", "saw": "incidents", "did": "own", "own": "spoke to the family"})
    report.refresh_from_db()
    assert report.words["attendance"] == "Better than it looks."
    # no statement on what has no number of the half term before
    assert report.words.get("because", [""]) == [""]
    # signed: on paper, the same numbers; a Pastoral Manager does not sign
    seen = head.get(address).context["form"].initial["seen"]
    assert "The Head of Year signs it off" in manager.get(address).content.decode()
    assert signer_of(HalfTermReport(year_group_id=8)) == "SLT"
    manager.post(address, {**words, "seen": seen, "do": "sign"})
    report.refresh_from_db()
    assert report.status == "draft"
    seen = head.get(address).context["form"].initial["seen"]
    head.post(address, {**words, "seen": seen, "do": "sign"})
    report.refresh_from_db()
    assert (report.status, len(report.sha256), report.pages > 2) == ("signed", 64, True)
    # not released, it is its year's team's; the school's own report is SLT's to make, a year's that nobody leads too
    dsl, reader = as_role(Role.DSL), as_role(Role.SLT)
    assert {each.get(address).status_code for each in (dsl, reader)} == {404}
    asked = dict(reader.get(reverse("reports:half_term_list")).context["form"].fields["year"].choices)
    assert ("school" in asked, "9" in asked) == (True, False)
    head.post(do, {"do": "release"})
    assert reader.post(do, {"do": "unsign"}).status_code == 404
    paper = b"".join(reader.get(reverse("reports:half_term_pdf", args=[report.pk])))
    pdf = PdfReader(io.BytesIO(paper))
    told = " ".join(page.extract_text() for page in pdf.pages)
    squeezed = told.replace("\n", " ")
    for figure in (each for shown in page.context["reading"].sections for each in shown.section.figures):
        unit = "" if figure.now.number is None else figure.unit_words
        assert f"{figure.now.words}{unit}" in squeezed, figure.name
    assert "Better than it looks." in squeezed
    assert "concern" not in squeezed.lower().replace("concerns,", "")
    assert pdf.metadata.title.startswith("Half-termly pastoral report: Year 9")
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    table = list(csv.reader(io.StringIO(reader.get(address, {"format": "csv"}).content.decode("utf-8-sig"))))
    assert next(row for row in table if row[1] == "Attendance")[3] == rate
    # the DSL alone reads the headline count
    assert dsl.get(address).context["figures"].figure("concerns").now.number == 1
    # nothing of it changes; a correction is a new version that says what changed
    with pytest.raises(DatabaseError), transaction.atomic():
        HalfTermReport.objects.filter(pk=report.pk).update(words={})
    correct = reverse("reports:half_term_correct", args=[report.pk])
    assert head.post(correct, {"token": uuid4(), "what_changed": ""}).status_code == 422
    head.post(correct, {"token": uuid4(), "what_changed": "Marks of 9B put right."})
    head.post(correct, {"token": uuid4(), "what_changed": "Marks of 9B put right."})
    later = HalfTermReport.objects.get(version=2)
    half_term_job(later.job_id)
    later.refresh_from_db()
    assert (later.words["attendance"], later.frozen_at is not None) == ("Better than it looks.", True)
    assert "Marks of 9B put right." in head.get(address).content.decode()
    assert reader.get(reverse("reports:half_term_list")).status_code == 200


def test_what_is_said_holds_no_number_of_an_earlier_count(nine, as_role, on_day):
    Enrolment.objects.update(starts_on=date(2025, 9, 1))
    Student.objects.update(admitted_on=date(2025, 9, 1))
    attend(nine.others[0], absent(3, first=date(2026, 6, 1)), first=date(2026, 6, 1), last=date(2026, 7, 17))
    slt = as_role(Role.SLT)
    report = made(slt, "school")
    address, do = report.get_absolute_url(), reverse("reports:half_term_do", args=[report.pk])
    initial = slt.get(address).context["form"].initial
    said = f"{initial['say-attendance']} Better than it looks."
    first_tab = {name: words for name, words in initial.items() if name.startswith("say-")} | {"seen": initial["seen"]}
    slt.post(address, first_tab | {"say-attendance": said})
    slt.post(do, {"do": "because", "saw": "attendance", "did": "own", "own": "rang home"})
    report.refresh_from_db()
    # a drafted sentence left as it was is not the author's
    assert report.words["attendance"] == said
    assert "rewards" in report.drafted.keys() - report.words.keys()
    was = Figures.of(report.figures).figure("attendance").now.words
    assert was in report.words["because"][0]["words"]
    current = {**first_tab, "say-attendance": said, "seen": slt.get(address).context["form"].initial["seen"]}
    SessionMark.objects.filter(student=nine.away, code__letters="O").delete()
    incident_of(nine.others[0], date(2026, 9, 16))
    on_day(AFTER, 10, 0)
    slt.post(do, {"do": "recount"})
    report.refresh_from_db()
    half_term_job(report.job_id)
    report.refresh_from_db()
    assert was not in report.words["because"][0]["words"]
    late = slt.post(address, current | {"do": "sign"})
    assert (late.status_code, "counted anew since you opened it" in late.content.decode()) == (422, True)
    form = slt.get(address).context["form"]
    # what was drafted of the earlier count and is sent once more is not the author's
    again = current | {"seen": form.initial["seen"]}
    assert slt.post(address, again).status_code == 302
    report.refresh_from_db()
    assert report.drafted["behaviour"] != again["say-behaviour"]
    assert report.words.keys().isdisjoint({"behaviour", "rewards"})
    again |= {"do": "sign", "seen": slt.get(address).context["form"].initial["seen"]}
    refused = slt.post(address, again)
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["say-attendance"]
    assert was in str(refused.context["form"].errors["say-attendance"])
    report.refresh_from_db()
    assert report.status == "draft"
    gone = {"words": "Because", "saw": "no such figure", "did": "own", "own": "x"}
    stands = {"because": [gone], "attendance": "94 %", "numbers_before": {"attendance": ["94"]}}
    kept = counted_anew(stands, {}, Figures.of(report.figures), {"attendance": "It was 94 %."})
    assert (has_old_statement(kept), outdated(kept)) == (True, {})
    slt.post(address, again | {"is_meant": "on"})
    report.refresh_from_db()
    assert report.status == "signed"


def incident_of(student, on):
    incident = Incident.objects.create(type="Defiance", occurred_on=on, location="Hall")
    Involvement.objects.create(incident=incident, student=student, role="perpetrator", points=1)


def test_every_number_opens_its_records(nine, as_role, django_assert_max_num_queries):
    head = as_role(Role.HEAD_OF_YEAR, 9)
    # one was excluded for good and is off roll by the window's end; one left last year
    (out,) = enrol("9B", left_on=date(2026, 10, 6))
    facts = {"kind": "PERM", "starts_on": date(2026, 10, 5), "reasons": ["PP"], "circumstances": "-"}
    Suspension.objects.create(student=out, decided_by="Ms Head", recorded_by=head.user, **facts)
    (left,) = enrol("9A", admitted_on=date(2025, 9, 1), left_on=date(2025, 10, 10))
    Enrolment.objects.filter(student=left).delete()
    Student.objects.filter(pk=nine.away.pk).update(admitted_on=date(2025, 9, 1))
    eight = {"year_group": YearGroupFactory(number=8), "tutor_group": TutorGroupFactory(name="8A")}
    for one in (left, nine.away):
        EnrolmentFactory(
            student=one, academic_year=2025, starts_on=date(2025, 9, 1), ends_on=date(2026, 8, 31), **eight
        )
        incident_of(one, date(2025, 9, 19))
    report = made(head)
    told = head.get(report.get_absolute_url()).context["figures"].figure
    assert (told("permanent").now.number, told("permanent").now.n, told("attendance").now.n) == (
        1,
        13,
        12 * nine.sessions,
    )
    assert told("incidents").values["year_ago"].number == 2
    for key, window, who, hidden in (("permanent", "now", out, 0), ("incidents", "year_ago", nine.away, 1)):
        shown = head.get(reverse("reports:half_term_behind", args=[report.pk, key, window])).context["behind"]
        assert ([row.who.student_id for row in shown.rows], shown.hidden) == ([who.pk], hidden), key

    def behind(figure, **asked):
        return head.get(reverse("reports:half_term_behind", args=[report.pk, figure, "now"]), asked)

    away = nine.away.pk
    for key, narrow in (
        ("pa_year", {}),
        ("attendance", {"cohort": "pupil-premium"}),
        ("incidents", {"of": "incident_places", "what": "Corridor"}),
        ("attendance", {"code": "O"}),
    ):
        answer = behind(key, **narrow)
        assert [row.who.student_id for row in answer.context["page"].rows] == [away], (key, narrow)
    assert len(behind("attendance").context["page"].rows) == 12
    assert "20 of " in behind("pa_year").content.decode()
    assert behind("concerns").status_code == 404
    assert AccessRecord.objects.filter(subject=f"half-term-report:{report.pk}").exists()
    with django_assert_max_num_queries(12):
        behind("incidents")
    figures = [
        figure.key
        for section in head.get(report.get_absolute_url()).context["figures"].sections
        for figure in section.figures
    ]
    for figure in figures:
        assert behind(figure).status_code == 200, figure
    with django_assert_max_num_queries(12):
        head.get(report.get_absolute_url())


def test_what_is_for_few_is_told_by_no_number_and_meetings_are_those_held(nine, as_role, on_day):
    first, second, third, *_rest = nine.others
    head, manager = as_role(Role.HEAD_OF_YEAR, 9), as_role(Role.PASTORAL_MANAGER, 9)
    on_day(date(2026, 10, 2), 9, 0)
    case = case_of(first, head.user, "3", is_restricted=True)
    plan = plan_for(second, head.user, is_restricted=True)
    type(plan).objects.filter(pk=plan.pk).update(starts_on=date(2026, 10, 2), begun_on=date(2026, 10, 2))
    helped = intervention(third, by=head.user, is_restricted=True)
    intervention(second, by=head.user)
    # one meeting held, whose first step was done, its second not needed; another planned, and nobody came
    day = {"purpose": "rag", "year_group_id": 9}
    held = meeting_of(head.user, first, held_on=date(2026, 10, 5), closed_at=timezone.now(), **day)
    meeting_of(head.user, second, held_on=date(2026, 10, 12), **day)
    done, dropped = (action_of(head.user, student=first, meeting=held, due_on=date(2026, 10, 9)) for _n in range(2))
    action_done(action=done, on=date(2026, 10, 12), by=head.user)
    action_drop(action=dropped, on=date(2026, 10, 8), by=head.user, because="They moved away")
    on_day(AFTER, 9, 0)
    report = made(head)
    figures = manager.get(report.get_absolute_url()).context["figures"]
    told = json.dumps(report.figures["sections"][5:8])
    for key, record in (("live", helped.type), ("pa_cases", case.stage), ("plans", plan.kind)):
        page = manager.get(reverse("reports:half_term_behind", args=[report.pk, key, "now"]))
        shown = {row.who.student_id: row.item.what for row in page.context["behind"].rows}
        few = {"live": third, "pa_cases": first, "plans": second}[key]
        assert shown[few.pk] == "Restricted", key
        assert str(record) not in told or key == "live"
    opened = next(grid for grid in figures.section("interventions").grids if grid.title == "Opened, by type")
    assert [(line.name, line.cells[0]) for line in opened.lines] == [("Mentoring", 1), ("Restricted", 1)]
    assert [(name, words[:9]) for name, words in figures.effects] == [("Mentoring", "1 student")]
    numbers = {each.key: each.now.number for each in figures.section("meetings").figures}
    assert numbers == {
        "rag_meetings": 1, "looked_at": 0, "decisions": 0, "rag_actions": 2,
        "rag_done": 1, "rag_in_time": "0.0", "rag_overdue": 0,
    }  # fmt: skip


def test_it_is_made_once_by_itself_and_a_killed_worker_leaves_one(nine, monkeypatch):
    calendar = SchoolCalendar.load()
    handed = []
    monkeypatch.setattr("pastoral.core.services.job_enqueue", handed.append)
    assert keeping.reports_due(today=AUTUMN_1_ENDED + timedelta(days=3), calendar=calendar) == 0
    assert keeping.reports_due(today=AFTER, calendar=calendar) == 2
    assert keeping.reports_due(today=AFTER, calendar=calendar) == 0
    report = HalfTermReport.objects.get(year_group=9)
    # killed in the middle: nothing of it is kept, and the next run makes the one report
    with monkeypatch.context() as killed:
        killed.setattr(HalfTermReport, "save", _killed)
        with pytest.raises(KeyboardInterrupt):
            half_term_job(report.job_id)
    report.refresh_from_db()
    assert report.frozen_at is None
    half_term_job(report.job_id)
    report.refresh_from_db()
    first = (report.frozen_at, report.figures)
    half_term_job(report.job_id)
    report.refresh_from_db()
    assert (report.frozen_at, report.figures) == first
    assert HalfTermReport.objects.filter(year_group=9).count() == 1
    report.job.refresh_from_db()
    assert (report.job.status, report.job.steps_done) == (Job.Status.DONE, 1)


def _killed(*_args, **_kwargs):
    raise KeyboardInterrupt


def test_the_schools_version_holds_small_numbers_back(nine, as_role):
    enrol("8A", count=3)
    page = as_role(Role.SLT)
    report = made(page, "school")
    figures = page.get(report.get_absolute_url()).context["figures"]
    grids = {grid.key: grid for grid in figures.section("attendance").grids}
    assert {line.name: line.cells[0] for line in grids["attendance-place"].lines} == {"Year 8": "c", "Year 9": "c"}
    premium = next(line for line in grids["attendance-cohort"].lines if line.name == "Pupil premium")
    assert set(premium.cells) == {"c", None}  # of the windows before nothing is held
    assert half_term().number == 2
    assert len(half_terms()) == 12


def test_each_window_of_the_schools_version_is_held_back_by_its_own_number(nine, as_role):
    students = enrol("8A", count=14, admitted_on=date(2025, 9, 1))
    Enrolment.objects.filter(student__in=students).update(starts_on=date(2025, 9, 1))
    for n, one in enumerate(students):
        attend(one, first=date(2026, 6, 1), last=AUTUMN_1_ENDED)
        if n < 6:
            since = date(2025 if n == 0 else 2026, 9, 1)
            StudentFactFactory(student=one, kind=StudentFact.Kind.LOOKED_AFTER, value="", starts_on=since)
        if n < 8:
            value = "K" if n < 6 else "E"
            StudentFactFactory(student=one, kind=StudentFact.Kind.SEN, value=value, starts_on=date(2026, 9, 1))
    for n, one in enumerate(students[:6]):
        for kind, on in (("Racist language", date(2026, 9, 15)), ("Drugs", date(2026, 6, 16))):
            if kind == "Drugs" and n:
                continue
            incident = Incident.objects.create(type=kind, occurred_on=on)
            Involvement.objects.create(incident=incident, student=one, role="perpetrator", points=3)
    slt = as_role(Role.SLT)
    figures = slt.get(made(slt, "school").get_absolute_url()).context["figures"]
    grids = {grid.key: grid for section in figures.sections for grid in section.grids}
    cohorts = {line.name: line.cells for line in grids["attendance-cohort"].lines}
    assert (cohorts["Looked after"][0], cohorts["Looked after"][3]) == (6, "c")
    assert [cohorts[name][0] for name in ("SEN support (K)", "EHC plan (E)")] == ["c", "c"]
    assert cohorts["SEN (K or E)"][0] == 8
    kinds = {line.name: line.cells for line in grids["incidents-what"].lines}
    assert (kinds["Racist language"][0], kinds["Drugs"][:2]) == ("c", (0, "c"))
