"""Packs: frozen from the log, other students' names taken out, drawn from the snapshot alone, joined."""

import hashlib
import io
import json
import re
from datetime import timedelta
from uuid import uuid4

import pikepdf
import pytest
from django.core.files.storage import default_storage
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from attendance.summaries.reach import reached
from behaviour.models import BullyingCase, CaseCheck, CaseStudent, Incident, Involvement, Suspension
from contacts.models import Contact, LetterCopy
from interventions.models import Meeting
from interventions.services.actions import action_drop
from interventions.services.case_parts import finding_add
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from reports.models import Pack, PackHandover, PackName, PackPart, PackProfile
from reports.packs import making
from reports.packs.names import redaction_of
from students.models import ParentCarer
from tests.agencies import agency, early_help, link, referral
from tests.cases import contact_home, filled_case
from tests.factories import enrol, staff
from tests.families import carer
from tests.letters import letter_about
from tests.marks import lay
from tests.meetings import meeting_of
from tests.packs import YEAR_END, laid_pack, pack_of
from tests.plans import plan_for
from tests.robins import robin_of


@pytest.fixture
def story(seeded, friday, settings, tmp_path):
    """A student of 9B with something in every section, in which Kai Nowak and others are named."""
    settings.MEDIA_ROOT = tmp_path
    (student,) = enrol("9B", legal_forename="Ada", legal_surname="Quill")
    kai, _jo = enrol("9C", legal_forename="Kai", legal_surname="Nowak") + enrol(
        "8A", legal_forename="Jolanthe", legal_surname="Hartley"
    )
    head = staff(Role.HEAD_OF_YEAR, 9, forename="Jane", surname="Castle")
    lay(student, friday - timedelta(days=18), "/ / O O / / L / / / I I / / / / O U / /")
    mother = carer(student, kai)
    case = filled_case(student, head, "Kai Nowak keeps Ada away")
    contact_home(student, mother, head, channel="phone")
    contact_home(student, mother, head, channel="home_visit")
    Contact.objects.update(narrative="Mrs Okafor says that Jolanthe Hartley and K. Nowak were there; Jolanthe hid")
    letter_about(student, by=head, kind="attendance_1", words="Dear Mrs Okafor\n\nAda missed school.")
    told = contact_home(student, mother, head, channel="letter", result="sent")
    LetterCopy.objects.update(sent_at=timezone.now(), sent_by=head, contact=told)
    meeting_of(head, student, kai, notes="Of all").students.update(notes="Kai was named", decision="Ring on Monday")
    plan_for(student, head)
    link(student, agency("Kooth"), head)
    referral(student, agency("Early Help Hub"), head)
    early_help(student, head)
    incident = Incident.objects.create(
        occurred_on=friday,
        type="Fighting",
        severity=3,
        what_happened="Kai's bag was thrown by Ada Quill",
        logged_by=head,
    )
    Involvement.objects.create(incident=incident, student=student, role="perpetrator", points=4)
    Involvement.objects.create(incident=incident, student=kai, role="victim", statement="I am Nowak, Kai")
    Suspension.objects.create(
        student=student, starts_on=friday, ends_on=friday, sessions=2, reasons=["PP"], decided_by="Head",
        circumstances="Hit Kai Nowak", incident=incident, recorded_by=head,
    )  # fmt: skip
    return student, head, case, kai, incident


def text_of(pack: Pack) -> list[str]:
    with default_storage.open(pack.file.name) as file:
        return [page.extract_text() for page in PdfReader(io.BytesIO(file.read())).pages]


def test_a_pack_is_built_from_a_case_in_three_actions(story, client_for):
    """Opened from the case, sent, downloaded: gaps first, nobody else named, one tagged document with its index."""
    student, head, case, kai, _incident = story
    client = client_for(head)
    shown = client.get(reverse("interventions:case_detail", args=[case.pk])).content.decode()
    address = f"{reverse('reports:pack_add')}?student={student.pk}&case={case.pk}"
    assert address.replace("&", "&amp;") in shown
    page = client.get(address)
    words = page.content.decode()
    assert page.context["profile"].slug == "prosecution"
    assert "items of evidence present" in words
    assert "missing" in words
    form = page.context["form"]
    sent = {name: form[name].value() for name in ("token", "asked_by", "asked_because", "first", "last")}
    sent["asked_because"] += ", since Kai Nowak left"
    assert client.post(address, sent | {"keeps_names": "on"}).status_code == 422  # without a reason
    answer = client.post(address, sent | {"sections": ["suspensions"]})
    assert client.post(address, sent | {"sections": ["suspensions"]}).url == answer.url  # a second click
    pack = Pack.objects.get()
    assert client.get(answer.url).status_code == 200  # while it is built
    making.pack_build(pack.job_id)
    pack.refresh_from_db()
    told = client.get(answer.url).content.decode()
    assert pack.sha256 in told
    assert "Nowak, Kai" in told  # the list is kept on the page
    file = client.get(reverse("reports:pack_pdf", args=[pack.pk]))
    assert hashlib.sha256(file.getvalue()).hexdigest() == pack.sha256
    assert AccessRecord.objects.filter(kind="document", subject=f"student:{student.pk}").exists()
    pages = text_of(pack)
    said = "\n".join(pages)
    assert "Nowak" not in said
    assert "Jolanthe" not in said
    assert "Kai" not in said
    assert "Mrs Okafor says that Student A and" in said
    assert ", since Student B left" in pages[0].replace("\n", " ")
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, start=1))
    assert all(pack.snapshot_sha256 in page for page in pages)
    assert "the school sent a letter to Mrs Ngozi Okafor. I produce" in said.replace("\n", " ")
    assert "U 10" in next(page for page in pages if "Session by session" in page)
    index = pages[1]
    for part in pack.parts.exclude(exhibit=""):
        assert part.exhibit in index
    assert {name.mark: name.student_id for name in pack.names.all()}["Student B"] == kai.pk


def test_the_same_snapshot_is_the_same_file_and_tagged(story, monkeypatch):
    """Drawn again from the snapshot alone; a killed worker goes on with the next part; nothing is doubled."""
    student, head, _case, _kai, _incident = story
    pack = pack_of(student, head, profile="suspension", build=False)
    drawn = []

    def killed(snapshot, order, draw=making.part_draw):
        if len(drawn) == 2:
            raise SystemExit
        drawn.append(order)
        return draw(snapshot, order)

    with monkeypatch.context() as patch:
        patch.setattr(making, "part_draw", killed)
        with pytest.raises(SystemExit):
            making.pack_build(pack.job_id)
    assert pack.parts.exclude(drawn_at=None).count() == 2
    Incident.objects.update(what_happened="Changed since")
    seen = []
    draw = making.part_draw
    monkeypatch.setattr(making, "part_draw", lambda snapshot, order: seen.append(order) or draw(snapshot, order))
    making.pack_build(pack.job_id)
    assert seen == list(range(2, pack.parts.count()))
    pack.refresh_from_db()
    first, sha256 = text_of(pack), pack.sha256
    assert "Changed since" not in "".join(first)
    Pack.objects.update(drawn_at=None)
    pack.parts.update(drawn_at=None)
    making.pack_build(pack.job_id)
    pack.refresh_from_db()
    assert pack.sha256 == sha256
    assert default_storage.listdir("packs")[1] == [f"{pack.token}.pdf"]
    assert not PackPart.objects.exclude(file="").exists()
    assert default_storage.listdir("packs/parts") == ([], [])
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        Pack.objects.update(snapshot={})
    with default_storage.open(pack.file.name) as file, pikepdf.open(file) as whole:
        tree = whole.Root.StructTreeRoot
        keys = [int(key) for key in list(tree.ParentTree.Nums)[::2]]
        assert keys == sorted(set(keys))
        assert {int(page.obj.StructParents) for page in whole.pages} <= set(keys)
        assert str(tree.K[0].S) == "/Document"
        assert all(str(part.S) == "/Part" and tree.K[0] == part.P for part in tree.K[0].K)
        assert len(tree.K[0].K) == pack.parts.count() + 1
        assert whole.Root.MarkInfo.Marked
        assert str(whole.Root.Lang) == "en-GB"
        assert b"pdfuaid" in whole.Root.Metadata.read_bytes()
        with whole.open_outline() as outline:
            assert [item.title for item in outline.root][:2] == ["Cover and index", "Student and family"]


def test_restricted_text_takes_the_right_and_the_choice(story, client_for, as_role):
    """A pack that holds some is nobody's who lacks the right; given, it is noted; withdrawn, nobody downloads it."""
    student, head, _case, _kai, _incident = story
    meeting_of(head, student, is_restricted=True).students.update(notes="Only for few")
    texts = []
    for takes in (False, True):
        pack = pack_of(student, head, profile="multi_agency", build=False, takes_restricted=takes)
        assert making.pack_freeze(pack.pk) == ""
        pack.refresh_from_db()
        assert ("see_restricted" in pack.needs) == takes
        texts.append(json.dumps(pack.snapshot))
    assert "Only for few" not in texts[0]
    assert "Only for few" in texts[1]
    plain, whole = laid_pack(student, head), laid_pack(student, head, needs=["see_restricted"])
    manager, client = as_role(Role.PASTORAL_MANAGER, 9), client_for(head)
    address = reverse("reports:pack_detail", args=[whole.pk])
    assert manager.get(address).status_code == 404
    assert manager.get(reverse("reports:pack_detail", args=[plain.pk])).status_code == 200
    given = {"token": uuid4(), "given_to": "Ms Ray", "organisation": "=The council", "how": "post"}
    assert client.post(address, given | {"given_on": "2030-01-01"}).status_code == 422
    for _click in range(2):
        assert client.post(address, given | {"given_on": "2026-11-20"}).status_code == 302
    handover = PackHandover.objects.get()
    listed = client.get(reverse("reports:pack_list"), {"format": "csv"}).content.decode()
    assert "Ms Ray" in listed
    assert len(client.get(reverse("reports:pack_list"), {"show": "given"}).context["page"].rows) == 1
    client.post(reverse("reports:pack_handover_withdraw", args=[whole.pk, handover.pk]), {"because": "Another Ray"})
    assert "Another Ray" in client.get(address).content.decode()
    client.post(reverse("reports:pack_withdraw", args=[whole.pk]), {"because": "The wrong student"})
    assert client.get(reverse("reports:pack_pdf", args=[whole.pk])).status_code == 404
    assert "The wrong student" in client.get(address).content.decode()


def test_a_case_of_bullying_tells_each_side_its_own_and_teachers_their_answers(story):
    """What was done with those who did it is not for the other side; teachers' words are, without other names."""
    student, head, _case, kai, incident = story
    case = BullyingCase.objects.create(
        form="verbal", motivations=["race"], finding="found", summary="Ada called Kai Nowak names", owner=head,
        action="Ada stays in for a week", outcome="Kai feels safe", opened_by=head, closed_by=head,
        closed_at=timezone.now(),
    )  # fmt: skip
    case.incidents.add(incident)
    for each, side, support in ((kai, "target", "A safe place"), (student, "perpetrator", "Time to talk")):
        CaseStudent.objects.create(case=case, student=each, side=side, support=support, parents_told_on="2026-11-19")
    CaseCheck.objects.create(
        case=case, weeks=2, due_on="2026-11-18", done_on="2026-11-18", done_by=head, is_over=True, note="All well"
    )
    answers = {"answers": ["Sits by Kai Nowak", "Works", "Quiet"], "answered_at": timezone.now()}
    robin_of(student, by=head, teachers=(head,)).answers.update(**answers)

    def said(whose):
        pack = pack_of(whose, head, build=False, sections=["bullying", "teachers", "chronology"], last=YEAR_END)
        assert making.pack_freeze(pack.pk) == ""
        pack.refresh_from_db()
        return re.sub(r"Student [A-Z]\b", "Somebody", json.dumps(pack.snapshot)), set(pack.needs)

    (of_who_did, needs), (of_whom, _needs) = said(student), said(kai)
    assert {"keep_cases", "ask_teachers"} <= needs
    assert "Ada called Somebody names" in of_who_did
    assert "Sits by Somebody" in of_who_did
    assert "Somebody called Kai Nowak names" in of_whom
    theirs, ours = ("Ada stays in for a week", "Time to talk"), ("Kai feels safe", "A safe place", "All well")
    assert [words in of_who_did for words in (*theirs, *ours)] == [True, True, False, False, False]
    assert [words in of_whom.replace("Somebody", "Ada") for words in (*theirs, *ours)] == [
        False,
        False,
        True,
        True,
        True,
    ]


def test_no_other_students_name_stays_however_it_is_typed(story):
    """Before a day, a number or Mum, in small letters, double and with an apostrophe, a surname alone, with a title."""
    student = story[0]
    names = (
        "Idris Vance",
        "Anne-Marie Osei",
        "D'Angelo Flint",
        "Mary Jane Watt",
        "Grace Gore",
        "Can Walker",
        "Jan Said",
    )
    for forename, _, surname in (name.rpartition(" ") for name in names):
        enrol("8A", legal_forename=forename, legal_surname=surname)
    staff(Role.SENCO, forename="Idris", surname="Marlow")
    texts = (
        "Fight with Idris Friday P4",
        "Told Idris Mum, idris Year 8 and IDRIS MONDAY",
        "Anne-Marie, Anne Marie and Anne saw",
        "Mary Jane, D'Angelo and dangelo too",
        "Vance hid Idris's bag, Idriss coat",
        "Mrs Vance rang",
        "Then Grace hit him",
        "Pushed by Walker",
        "Idris Marlow and Dr Vance rang; the vance was open. Grace came",
        "In French, Ada Quill and Mrs Okafor",
        "We can help. Mum said he is ill. After this meeting it was Walker",
        "Walker said so; in Jan 2026",
    )
    looked = redaction_of(student, texts, ())
    assert [looked(text) for text in texts] == [
        "Fight with another student Friday P4",
        "Told another student Mum, another student Year 8 and another student MONDAY",
        "another student, another student and another student saw",
        "another student, another student and another student too",
        "another student hid another student's bag, another student coat",
        "another adult rang",
        "Then another student hit him",
        "Pushed by another student",
        *texts[-4:-2],
        "We can help. Mum said he is ill. After this meeting it was another student",
        "Walker said so; in Jan 2026",
    ]
    left = [word for text in texts for word in looked.alone.left_in(looked(text))]
    assert left == ["vance", "Grace", "Walker", "Jan"]


def frozen(pack):
    """Freeze a pack that was asked for, and return what it says."""
    assert making.pack_freeze(pack.pk) == ""
    pack.refresh_from_db()
    return json.dumps(pack.snapshot, ensure_ascii=False)


def test_a_pack_says_what_was_and_its_builder_opens_it(story, client_for, friday):
    """What was planned was not held, what was dropped not done; the Attendance Officer opens the pack they built."""
    student, head, case, _kai, _incident = story
    Meeting.objects.create(
        token=uuid4(), purpose="panel", title="Panel", held_on=friday - timedelta(days=10), convener=head
    ).students.create(student=student)
    dropped = case.actions.earliest("pk")
    action_drop(action=dropped, on=friday, because="Another way was found", by=head)
    found = {"part": "bullying_asked", "words": "Asked him twice", "found_on": friday}
    finding_add(case=case, token=uuid4(), facts=found, by=head)
    officer = staff(Role.ATTENDANCE_OFFICER)
    pack = pack_of(student, officer, profile="prosecution", build=False, case=case, last=friday)
    said = frozen(pack)
    assert set(pack.needs) <= reached(officer, [student.pk])[student.pk].rights
    assert client_for(officer).get(pack.get_absolute_url()).status_code == 200
    assert "Not needed: Another way was found" in said
    assert "Asked him twice" not in said
    whole = pack_of(student, head, profile="prosecution", build=False, case=case, last=friday)
    assert "Asked him twice" in (told := frozen(whole))
    assert told.count("a meeting was held") == 1
    assert client_for(officer).get(whole.get_absolute_url()).status_code == 404
    assert (
        client_for(head).get(f"{reverse('reports:pack_add')}?student={student.pk}&profile=exlusion").status_code == 404
    )


def test_a_pack_about_an_incident_holds_that_one_alone(story, client_for, friday):
    """From the incident's own page, by way of whom it is about; another incident of the span stays out."""
    student, head, _case, _kai, incident = story
    other = Incident.objects.create(
        occurred_on=friday, type="Truancy", severity=3, what_happened="Away", logged_by=head
    )
    Involvement.objects.create(incident=other, student=student, role="perpetrator")
    client = client_for(head)
    address = f"{reverse('reports:pack_add')}?incident={incident.pk}"
    assert address in client.get(reverse("behaviour:incident_detail", args=[incident.pk])).content.decode()
    asked = client.get(address, {"incident": incident.pk, "who": "Quill"})
    page = client.get(asked.url)
    assert page.context["profile"].slug == "suspension"
    form = page.context["form"]
    sent = {name: form[name].value() for name in ("token", "first", "last")} | {"asked_by": "x", "asked_because": "x"}
    client.post(asked.url, sent)
    said = frozen(Pack.objects.get())
    assert "bag was thrown" in said
    assert "Away" not in said


def test_subject_access_leads_nobody_to_the_other_parent(story):
    student, head, *_rest = story
    address = "12 Mill Lane"
    ParentCarer.objects.filter(links__student=student).update(address=address)
    assert address not in frozen(pack_of(student, head, build=False))
    assert address in frozen(pack_of(student, head, build=False, profile="prosecution"))


def test_the_register_of_a_pack_begins_with_the_student(seeded, friday, settings, tmp_path):
    """No dot, which is a session without a mark, before admission; what is not marked afterwards is counted."""
    settings.MEDIA_ROOT = tmp_path
    (student,) = enrol("9B", admitted_on=friday - timedelta(days=11))
    lay(student, friday - timedelta(days=11), "/ / O O /")
    pack = pack_of(student, staff(Role.SLT), build=False, sections=["register"])
    frozen(pack)
    blocks = {block["kind"]: block for block in pack.snapshot["parts"][0]["exhibit"]["blocks"]}
    weeks = dict(blocks["grid"]["weeks"])
    assert weeks["2 Nov 2026"] == [""] * 10
    assert weeks["9 Nov 2026"] == ["/", "\\", "O", "O", "/", *"·····"]
    assert weeks["16 Nov 2026"] == [*"········", "", ""]  # today's may still come
    assert ["Sessions without a mark", "13, in none of these"] in blocks["facts"]["pairs"]


def test_named_students_are_those_whom_builder_and_reader_may_see(story, client_for):
    student, head, _case, kai, _incident = story
    because = {"keeps_names": True, "names_because": "The panel asks"}
    pack = pack_of(student, head, build=False, sections=["contacts", "incidents"], **because)
    said = frozen(pack)
    assert "K. Nowak" in said
    assert "Jolanthe" not in said  # in Year 8
    assert set(pack.names.values_list("student", "is_named")) >= {(kai.pk, True)}
    assert client_for(head).get(pack.get_absolute_url()).status_code == 200
    PackName.objects.filter(student=kai).update(student=enrol("8A")[0])
    assert client_for(head).get(pack.get_absolute_url()).status_code == 404


def test_profiles_are_settings_with_a_history(seeded, as_role):
    client = as_role(Role.SLT)
    profile = PackProfile.objects.get(slug="suspension")
    address = reverse("reports:pack_profile_change", args=[profile.pk])
    form = client.get(address).context["form"]
    sent = {name: form[name].value() for name in form.fields} | {"rule-behaviour": "relevant"}
    assert client.post(address, sent).status_code == 302
    assert profile.rules.get(section="behaviour").rule == "relevant"
    assert "Behaviour log" in client.get(address).content.decode()
    assert client.post(address, sent | {"rule-register": "must"}).status_code == 422  # saved meanwhile
    assert client.get(reverse("reports:pack_profile_list")).status_code == 200


def test_thirty_packs_cost_the_queries_of_three(seeded, settings, tmp_path, as_role):
    settings.MEDIA_ROOT = tmp_path
    client, (student,) = as_role(Role.SLT), enrol("9B")
    counts = []
    for more in (3, 27):
        for _each in range(more):
            laid_pack(student, client.user)
        with CaptureQueriesContext(connection) as taken:
            assert client.get(reverse("reports:pack_list")).status_code == 200
        counts.append(len(taken))
    assert counts[0] == counts[1] <= 12
