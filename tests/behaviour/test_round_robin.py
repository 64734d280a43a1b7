"""Round robins: asked of who teaches the student, answered from a link, chased once in a while, read by who may."""

import io
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from behaviour.models import RobinAnswer, RoundRobin
from behaviour.services.robins import robin_chase, robins_mail
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from tests.factories import UserFactory, enrol, staff
from tests.lessons import lesson
from tests.robins import robin_of

LIST, ADD, ANSWERS = (reverse(f"behaviour:{name}") for name in ("robin_list", "robin_add", "answer_list"))
WORDS = {"answer1": "Draws well", "answer2": "Arrives hungry", "answer3": "Breakfast club", "do": "save"}


def page(name, row):
    return reverse(f"behaviour:{name}", args=[row.pk])


@pytest.fixture(autouse=True)
def handed(monkeypatch):
    """What was handed to the workers."""
    keys = []
    monkeypatch.setattr("behaviour.views.robins.keys_hand_over", lambda task, some: keys.extend(some) or True)
    return keys


@pytest.fixture
def kai(seeded, friday):
    (student,) = enrol("9B")
    return student


@pytest.fixture
def teacher(kai):
    """Who teaches the student, and has no role here."""
    lesson(kai, date(2026, 11, 17), "P1", teacher="PHE012", subject="Art")
    lesson(kai, date(2026, 11, 17), "P2", teacher="XXX999", subject="Music")
    return UserFactory(staff_code="PHE012", surname="Pheasant")


def filled(student, *teachers, **changed):
    return {
        "do": "save",
        "token": str(uuid4()),
        "student": student.pk,
        "purpose": "Meeting with the parents on Thursday",
        "question1": "What goes well?",
        "question2": "What worries you?",
        "question3": "What would help?",
        "due_on": "2026-11-26",
        "teachers": [each.pk for each in teachers],
    } | changed


def test_the_teachers_of_the_registers_are_offered_and_asked_by_e_mail(kai, teacher, as_role, handed):
    head, other = as_role(Role.HEAD_OF_YEAR), staff(Role.SLT)
    for forename, code in (("Cheryl", "SMC030"), ("Dawn", "SMD048"), ("Dawn", "SMD049")):  # told apart where offered
        staff(Role.SLT, forename=forename, surname="Smithies", staff_code=code)
    offered = head.get(ADD, {"student": kai.pk}).content.decode()
    keepers = head.get(reverse("behaviour:case_open")).content.decode()
    for name in (">Mrs Cheryl Smithies<", ">Mrs Dawn Smithies, SMD048<", ">Mrs Dawn Smithies, SMD049<"):
        assert (name in offered, name in keepers) == (True, True)
    assert "Mrs Pheasant · Art" in offered
    assert "XXX999 (Music)" in offered
    assert head.post(ADD, filled(kai)).status_code == 422
    assert head.post(ADD, filled(kai, teacher, due_on="2026-11-19")).status_code == 422
    data = filled(kai, teacher, others=[other.pk])
    assert head.post(ADD, data).url == head.post(ADD, data).url  # a double click asks once
    robin = RoundRobin.objects.get()
    asked = {answer.teacher: answer.subject for answer in robin.answers.all()}
    assert asked == {teacher: "Art", other: ""}
    assert set(handed) == set(robin.answers.values_list("pk", flat=True))
    assert robins_mail(answers=handed, now=timezone.now()) == 2
    assert robins_mail(answers=handed, now=timezone.now()) == 0
    own = RobinAnswer.objects.get(teacher=teacher)
    (letter,) = (each for each in mail.outbox if each.to == [teacher.email])
    assert page("robin_answer", own) in letter.body
    assert kai.legal_surname not in letter.subject + letter.body
    told = head.post(
        page("robin_detail", robin),
        {"others": [other.pk, staff(Role.DSL, email="", surname="Postless").pk]},
        follow=True,
    )
    assert "No e-mail address is known of" in told.content.decode()
    assert "1 teacher is" not in told.content.decode()
    assert robin.answers.count() == 3
    elsewhere = enrol("8A")[0]
    head.post(ADD, filled(elsewhere, teacher))
    assert RoundRobin.objects.count() == 1


def test_a_teacher_answers_declines_and_reads_no_other_answer(kai, teacher, client_for):
    other = UserFactory()
    robin = robin_of(kai, by=staff(Role.HEAD_OF_YEAR, 9), teachers=(teacher, other))
    own, theirs = robin.answers.get(teacher=teacher), robin.answers.get(teacher=other)
    client = client_for(teacher)
    assert kai.sort_name in client.get(ANSWERS).content.decode()
    assert "student to write about" in client.get(reverse("core:needs_now")).content.decode()
    client.get(page("robin_answer", own))
    assert AccessRecord.objects.get(path=page("robin_answer", own)).subject == f"student:{kai.pk}"
    half = client.post(page("robin_answer", own), WORDS | {"answer3": ""})
    assert (half.status_code, "Arrives hungry" in half.content.decode()) == (422, True)
    client.post(page("robin_answer", own), WORDS)
    own.refresh_from_db()
    assert own.answers == ["Draws well", "Arrives hungry", "Breakfast club"]
    client.post(page("robin_answer", own), WORDS | {"answer1": "Draws very well"})
    assert own.events.filter(answers__contains=["Draws well"]).exists()
    for address in (page("robin_answer", theirs), page("robin_detail", robin)):
        assert client.get(address).status_code in {403, 404}
    client_for(other).post(page("robin_answer", theirs), {"do": "decline"})
    theirs.refresh_from_db()
    assert theirs.declined_at
    assert kai.sort_name not in client_for(other).get(ANSWERS).content.decode()


def test_the_meeting_reads_all_side_by_side_and_nobody_else(kai, teacher, client_for, as_role):
    robin = robin_of(kai, by=staff(Role.HEAD_OF_YEAR, 9), teachers=(teacher, UserFactory(surname="Quill")))
    client_for(teacher).post(page("robin_answer", robin.answers.get(teacher=teacher)), WORDS)
    for role in (Role.HEAD_OF_YEAR, Role.DSL):
        read = as_role(role).get(page("robin_detail", robin)).content.decode()
        assert "Arrives hungry" in read
        assert "Mrs Quill" in read
    for role, scope in ((Role.FORM_TUTOR, "9B"), (Role.ATTENDANCE_OFFICER, None), (Role.HEAD_OF_YEAR, 8)):
        assert as_role(role, scope).get(page("robin_detail", robin)).status_code in {403, 404}
    assert "Arrives hungry" not in as_role(Role.FORM_TUTOR).get(kai.get_absolute_url()).content.decode()
    head, address = as_role(Role.HEAD_OF_YEAR), reverse("reports:robin_pdf", args=[robin.pk])
    assert f'href="{address}"' in head.get(page("robin_detail", robin)).content.decode()
    paper = PdfReader(io.BytesIO(head.get(address).content))
    words = " ".join(sheet.extract_text() for sheet in paper.pages)
    for told in (
        kai.full_name,
        "9B",
        "What worries you?",
        "Arrives hungry",
        "1 of 2 answered",
        "Mrs Quill",
        "Page 1 of 1",
    ):
        assert told in words, told
    note = AccessRecord.objects.get(path=address)
    assert (note.kind, note.subject, note.reason) == ("document", f"student:{kai.pk}", "Head of Year 9")
    (row,) = head.get(LIST).context["rows"]
    assert (row.answered, row.asked, row.is_overdue) == (1, 2, False)


def test_who_owes_is_reminded_once_in_four_hours(kai, teacher, as_role, handed):
    done = UserFactory()
    robin = robin_of(kai, by=staff(Role.HEAD_OF_YEAR, 9), teachers=(teacher, done), due_on=date(2026, 11, 19))
    robin.answers.filter(teacher=done).update(answers=["a", "b", "c"], answered_at="2026-11-19T09:00Z")
    robin.answers.update(mailed_at="2026-11-16T09:00Z")
    head = as_role(Role.HEAD_OF_YEAR)
    assert "overdue since Thu 19 Nov" in head.get(LIST).content.decode()
    head.post(page("robin_act", robin), {"do": "chase"})
    owing = robin.answers.get(teacher=teacher)
    assert handed == [owing.pk]
    assert robins_mail(answers=handed, now=timezone.now() + timedelta(seconds=5)) == 1
    assert mail.outbox[0].subject.startswith("Reminder")
    said = head.post(page("robin_act", robin), {"do": "chase"}, follow=True).content.decode()
    assert "Nobody new was asked" in said
    assert [row.pk for row in robin_chase(robin=robin, now=timezone.now() + timedelta(hours=5))] == [owing.pk]


def test_closed_or_withdrawn_nobody_answers_any_more(kai, teacher, client_for, as_role):
    robin = robin_of(kai, by=staff(Role.HEAD_OF_YEAR, 9), teachers=(teacher,))
    own, head = robin.answers.get(), as_role(Role.HEAD_OF_YEAR)
    head.post(page("robin_act", robin), {"do": "close"})
    client = client_for(teacher)
    late = client.post(page("robin_answer", own), WORDS | {"answer3": ""})
    assert (late.status_code, "Draws well" in late.content.decode()) == (409, True)
    own.refresh_from_db()
    assert own.answers == []
    assert kai.sort_name not in client.get(ANSWERS).content.decode()
    assert kai.sort_name in head.get(f"{LIST}?show=closed").content.decode()
    head.post(page("robin_withdraw", robin), {"because": "Wrong student"})
    assert client.get(page("robin_answer", own)).status_code == 404
    assert "Draws well" in client.post(page("robin_answer", own), WORDS).content.decode()
    own.refresh_from_db()
    assert own.answers == []
    assert head.get(page("robin_detail", robin)).status_code == 404


@pytest.mark.parametrize("which", ["list", "detail", "answers"])
def test_three_and_thirty_cost_the_same(kai, teacher, as_role, client_for, which):
    head = as_role(Role.HEAD_OF_YEAR)
    reader = client_for(teacher) if which == "answers" else head
    robin = robin_of(kai, by=head.user)
    addresses = {"list": LIST, "detail": page("robin_detail", robin), "answers": ANSWERS}

    def cost(count):
        for student in enrol("9B", count=count):
            robin_of(student, by=head.user, teachers=(teacher,))
        given = {"answers": ["a", "b", "c"], "answered_at": "2026-11-19T09:00Z"}
        people = UserFactory.create_batch(count)
        RobinAnswer.objects.bulk_create(RobinAnswer(robin=robin, teacher=each, **given) for each in people)
        with CaptureQueriesContext(connection) as queries:
            assert reader.get(addresses[which]).status_code == 200
        return len(queries)

    few = cost(3)
    assert cost(27) == few <= 12
