"""The gap meter of a case, the files kept with it, and the ladder as the school sets it."""

from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from contacts.models import Channel
from interventions.figures.files import DOCX, kind_of_content
from interventions.models import Attachment, Barrier, CaseStage, Plan, StageStep
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from tests import agencies
from tests.cases import case_of, contact_home
from tests.contacts.test_agencies import page, sent
from tests.factories import StudentFactFactory, enrol, staff
from tests.families import carer
from tests.helping import intervention
from tests.interventions.documents import JPEG, PDF, PNG, docx
from tests.letters import letter_about
from tests.marks import lay
from tests.meetings import meeting_of
from tests.plans import plan_for


@pytest.fixture
def head(as_role):
    return as_role(Role.HEAD_OF_YEAR, 9)


def states(client, case, profile=""):
    meter = client.get(reverse("interventions:case_detail", args=[case.pk]), {"list": profile}).context["page"].meter
    return {each.part.key: str(each.state) for item in meter.items for each in item.parts}, meter.headline


def test_the_meter_counts_what_there_is_and_says_what_is_missing_with_its_link(seeded, head, as_role):
    (kai,) = enrol("9B")
    mother = carer(kai, address="1 High Street")
    lay(kai, date(2026, 11, 2), "O O O O I I / / / /")
    case = case_of(kai, head.user, "4")
    found, headline = states(head, case)
    assert (found["responsibility"], found["addresses"], found["register"]) == ("present", "present", "present")
    assert (found["siblings"], found["leave_asked"], found["medical_asked"]) == (
        "not_applicable",
        "not_applicable",
        "missing",
    )
    assert "letter 2" in headline
    assert "early-help reason" in headline
    text_of = reverse("interventions:case_detail", args=[case.pk])
    text = page(head, text_of)
    for place in ("contacts:letter_write", "contacts:early_help_add", "contacts:contact_add"):
        assert reverse(place) in text
    letter = letter_about(kai, by=head.user, kind="attendance_2")
    posted = contact_home(kai, mother, head.user, channel=Channel.LETTER, result="sent")
    letter.copies.update(sent_at=posted.occurred_at, sent_by=head.user, contact=posted)
    for session, was in (("AM", "N"), ("PM", "O")):
        letter.marks.create(day=date(2026, 11, 2), session=session, letters=was)
    contact_home(kai, mother, head.user, channel=Channel.HOME_VISIT)
    agencies.early_help(kai, head.user)
    view = reverse("interventions:case_view", args=[case.pk])
    head.post(view, sent(head.get(view).context["form"], words="I like art"))
    for part, applies in (("letter_1", "no"), ("siblings", "yes"), ("bullying_asked", "yes"), ("notices", "yes")):
        address = reverse("interventions:case_finding", args=[case.pk, part])
        told = sent(head.get(address).context["form"], applies=applies, words="Words on it")
        for _ in range(2):
            assert head.post(address, told).status_code == 302
    found, headline = states(head, case)
    assert "1 of 2 marks in this letter changed since" in page(head, text_of)
    assert (found["letter_2"], found["letter_3"]) == ("present", "missing")
    assert {key: found[key] for key in ("home_visit", "chronology", "early_help", "view", "letter_1", "notices")} == {
        "home_visit": "present",
        "chronology": "present",
        "early_help": "present",
        "view": "present",
        "letter_1": "not_applicable",
        "notices": "present",
    }
    officer = as_role(Role.ATTENDANCE_OFFICER)
    theirs, _headline = states(officer, case)
    assert (theirs["early_help"], theirs["agencies"], theirs["bullying_asked"]) == ("hidden", "hidden", "present")
    bullying = reverse("interventions:case_finding", args=[case.pk, "bullying_asked"])
    assert officer.get(bullying).status_code == 404
    StudentFactFactory(student=kai, kind="sen", value="K")
    theirs, _headline = states(as_role(Role.SENCO), case)
    assert (theirs["threshold"], theirs["notices"], theirs["early_help"]) == ("hidden", "hidden", "present")
    stockton, _headline = states(head, case, "stockton")
    assert set(stockton) >= {"form", "home_visit", "plan_review", "responsibility"}
    assert "siblings" not in stockton
    assert head.get(reverse("interventions:case_finding", args=[case.pk, "nonsense"])).status_code == 404


def test_the_meter_counts_nothing_that_is_no_evidence(seeded, head, friday):
    """No meeting without the family, no review of a withdrawn plan, nothing not begun, nothing of years ago."""
    (kai,) = enrol("9B")
    mother, case = carer(kai), case_of(kai, head.user, "4")
    keys = ("meeting", "plan", "plan_review", "strategies", "letter_1")
    rag = meeting_of(head.user, kai, purpose="rag", held_on=date(2026, 11, 16))
    meeting_of(head.user, kai, purpose="family", held_on=friday)
    learning = plan_for(kai, head.user, kind="IEP")
    learning.reviews.update(held_on=friday, by=head.user, decision="go_on")
    gone = plan_for(kai, head.user)
    gone.reviews.filter(due_on=gone.reviews.earliest("due_on").due_on).update(
        held_on=friday, by=head.user, decision="go_on"
    )
    Plan.objects.filter(pk=gone.pk).update(withdrawn_at=gone.made_at, withdrawn_by=head.user, withdrawn_because="x")
    intervention(kai, by=head.user, starts_on=date(2026, 12, 7), planned_until=date(2027, 1, 15))
    old = letter_about(kai, by=head.user, kind="attendance_1")
    posted = contact_home(kai, mother, head.user, channel=Channel.LETTER, result="sent")
    sent_at = posted.occurred_at.replace(year=2024)
    old.copies.update(sent_at=sent_at, sent_by=head.user, contact=posted)
    found, _headline = states(head, case)
    assert {key: found[key] for key in keys} == dict.fromkeys(keys, "missing")
    rag.people.create(parent_carer=mother, came=True)
    Plan.objects.update(withdrawn_at=None, withdrawn_by=None, withdrawn_because="")
    intervention(kai, by=head.user)
    old.copies.update(sent_at=posted.occurred_at)
    found, _headline = states(head, case)
    assert {key: found[key] for key in keys} == dict.fromkeys(keys, "present")


def test_files_are_known_by_their_content_kept_once_and_handed_out_to_their_readers(
    seeded, head, as_role, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    assert [kind_of_content(each) for each in (PDF, JPEG, PNG, docx())] == [
        "application/pdf",
        "image/jpeg",
        "image/png",
        DOCX,
    ]
    for bad in (b"", b"MZ\x90", b"<html>", b"PK\x03\x04 no zip", docx("xl/workbook.xml"), docx(macros=True)):
        assert kind_of_content(bad) == ""
    (kai,) = enrol("9B")
    case = case_of(kai, head.user, "3")
    add = reverse("interventions:file_add", args=[case.pk])
    form = sent(head.get(add).context["form"], kind="medical", title="Dr Shah’s letter", source="Mother")

    def put(name: str, content: bytes, **changed: str):
        return head.post(add, form | changed | {"file": SimpleUploadedFile(name, content)})

    for name, content, fault in (
        ("letter.pdf", b"<script>alert(1)</script>", "none of them"),
        ("big.pdf", PDF + b" " * 10 * 1024 * 1024, "bigger than 10 MB"),
        ("empty.pdf", b"", "empty"),
    ):
        answer = put(name, content)
        assert (answer.status_code, fault in answer.content.decode()) == (422, True)
    for _ in range(2):
        assert put('..\\..\\Okafor\'s "letter".exe', PDF).status_code == 302
    file = Attachment.objects.get()
    assert (file.file_name, file.content_type, file.size) == ("Okafor_s _letter_.pdf", "application/pdf", len(PDF))
    assert Path(file.file.path).read_bytes() == PDF
    same = put("other.pdf", PDF, token=str(uuid4()))
    assert "This very file is here already: “Dr Shah’s letter”" in same.content.decode()
    get = reverse("interventions:file_get", args=[file.pk])
    answer = head.get(get)
    assert answer.getvalue() == PDF
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert AccessRecord.objects.filter(kind="document", subject=f"student:{kai.pk}", user=head.user).count() == 1
    assert put("few.png", PNG, token=str(uuid4()), title="For few", is_restricted="on").status_code == 302
    few = Attachment.objects.get(title="For few")
    manager = as_role(Role.PASTORAL_MANAGER, 9)
    assert "For few" not in page(manager, reverse("interventions:case_detail", args=[case.pk]))
    assert manager.get(reverse("interventions:file_get", args=[few.pk])).status_code == 404
    assert as_role(Role.HEAD_OF_YEAR, 8).get(get).status_code == 404
    gone = reverse("interventions:file_withdraw", args=[file.pk])
    for _ in range(2):
        assert head.post(gone, {"because": "Of another student"}).status_code == 302
    assert "Dr Shah" not in page(head, reverse("interventions:case_detail", args=[case.pk]))
    assert Path(file.file.path).exists()


def test_files_are_kept_with_a_plan_and_with_a_meeting(seeded, head, as_role, client_for, settings, tmp_path):
    """By who writes to them, and read by who reads them: a share opens the plan, and not what is kept with it."""
    settings.MEDIA_ROOT = tmp_path
    kai, mia = enrol("9B", count=2)
    manager, tutor = as_role(Role.PASTORAL_MANAGER, 9), as_role(Role.FORM_TUTOR, "9B")
    senco, officer = staff(Role.SENCO), as_role(Role.ATTENDANCE_OFFICER)
    plan, meeting = plan_for(kai, head.user), meeting_of(head.user, kai, mia)
    for to in (senco, officer.user):
        plan.shares.create(to=to, by=head.user)
    row = meeting.students.get(student=kai)
    closed = reverse("interventions:meeting_do", args=[meeting.pk])
    assert head.post(closed, {"do": "close"}).status_code == 302
    for add, back, content in (
        (reverse("interventions:plan_file_add", args=[plan.pk]), plan_address(plan), PDF),
        (
            reverse("interventions:meeting_file_add", args=[meeting.pk, row.pk]),
            reverse("interventions:meeting_detail", args=[meeting.pk]),
            PDF + b" ",
        ),
    ):
        words = f"Signed{len(content)}"
        form = sent(head.get(add).context["form"], kind="agreement", title=words, source="Mother")
        refused = head.post(add, form | {"file": SimpleUploadedFile("x.pdf", b"MZ")})
        assert (refused.status_code, words in refused.content.decode()) == (422, True)
        for _ in range(2):
            sending = form | {"file": SimpleUploadedFile("x.pdf", content)}
            assert head.post(add, sending).headers["Location"] == f"{back}#files"
        file = Attachment.objects.get(title=words)
        get = reverse("interventions:file_get", args=[file.pk])
        assert words in page(manager, back)
        assert manager.get(get).getvalue() == content
        reads_plan = 200 if file.plan else 404
        for who, status in ((tutor, reads_plan), (officer, 404), (client_for(senco), 404)):
            answer = who.get(get)
            assert (answer.status_code, status == 404 or answer.getvalue() == content) == (status, True)
        assert tutor.get(reverse("interventions:file_withdraw", args=[file.pk])).status_code == 404
        assert (
            manager.post(
                reverse("interventions:file_withdraw", args=[file.pk]), {"because": "Of another student"}
            ).headers["Location"]
            == back
        )
        assert words not in page(head, back)
    asked = client_for(senco).get(reverse("interventions:plan_share_detail", args=[plan.shares.get(to=senco).pk]))
    assert (asked.status_code, b"Signed" in asked.content) == (200, False)


def plan_address(plan):
    return reverse("interventions:plan_detail", args=[plan.pk])


def test_the_ladder_is_the_schools_with_history_and_a_stage_in_use_is_switched_off(seeded, head, as_role):
    (kai,) = enrol("9B")
    case = case_of(kai, head.user, "2")
    keeper = as_role(Role.DATA_MANAGER)
    ladder = reverse("interventions:ladder")
    assert "1 open case" in page(keeper, ladder)
    change = reverse("interventions:stage_change", args=[case.stage_id])
    form = keeper.get(change).context["form"]
    assert "exists" in keeper.post(change, sent(form, code="3")).content.decode()
    assert keeper.post(change, sent(form, name="Year group", is_active="")).status_code == 302
    assert "Somebody changed this" in keeper.post(change, sent(form, name="Otherwise")).content.decode()
    text = page(keeper, change)
    assert ("Year team" in text, "who changed what" in text.lower()) == (True, True)
    step = keeper.get(change).context["step"]
    assert keeper.post(change, sent(step, do="step", what="Ring the bus company", kind="other")).status_code == 302
    made = StageStep.objects.get(what="Ring the bus company")
    of_step = reverse("interventions:step_change", args=[made.pk])
    assert keeper.post(of_step, sent(keeper.get(of_step).context["form"], within_days="3")).status_code == 302
    assert keeper.post(of_step, sent(keeper.get(of_step).context["form"], within_days="99")).status_code == 422
    add = reverse("interventions:stage_add")
    told = sent(keeper.get(add).context["form"], code="6", name="Court", trigger="Continued", who="LA", order="9")
    assert keeper.post(add, told).status_code == 302
    assert CaseStage.objects.get(code="6").review_weeks == 4
    assert keeper.post(ladder, {"name": "Waking up", "is_active": "on"}).status_code == 302
    assert keeper.post(ladder, {"name": "Waking up", "is_active": "on"}).status_code == 422
    barrier = Barrier.objects.get(name="Waking up")
    of_barrier = reverse("interventions:barrier_change", args=[barrier.pk])
    assert keeper.post(of_barrier, {"seen": "", "name": "Sleep"}).status_code == 422
    assert keeper.post(of_barrier, sent(keeper.get(of_barrier).context["form"], is_active="")).status_code == 302
    offered = head.get(f"{reverse('interventions:case_add')}?student={enrol('9B')[0].pk}").context["form"]
    assert "2" not in [stage.code for stage in offered.fields["stage"].queryset]
    assert barrier not in offered.fields["barriers"].queryset
    assert "Stage 2: Year group" in page(head, reverse("interventions:case_detail", args=[case.pk]))
