"""Help in a lesson: called for in a few taps, taken once, ended with an outcome, and written up."""

from datetime import date, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from behaviour.models import Incident, IncidentType, OnCall
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from tests.factories import UserFactory, enrol, staff
from tests.lessons import lesson

ADD, OPEN, LOG = (reverse(f"behaviour:on_call_{name}") for name in ("add", "open", "log"))


@pytest.fixture
def kai(seeded, friday, at):
    at(11, 30)
    (student,) = enrol("9B", legal_surname="Quillfeather", legal_forename="Kai")
    return student


@pytest.fixture
def at(on_day):
    return lambda hour, minute: on_day(date(2026, 11, 20), hour, minute)


def sent(*students, **also):
    data = {"do": "save", "token": str(uuid4()), "room": "Sc4", "why": "Fight or threat", "more": "", "about": ""}
    return data | {"student": [str(each.pk) for each in students], "period": "P3", "subject": "Science"} | also


def do(client, call, what):
    return client.post(reverse("behaviour:on_call_do", args=[call.pk]), {"do": what}, follow=True)


def text_of(answer):
    return unescape(answer.content.decode())


def address(call):
    return reverse("behaviour:on_call_detail", args=[call.pk])


def test_from_the_call_to_the_incident(kai, as_role, at):
    tutor, manager = as_role(Role.FORM_TUTOR), as_role(Role.PASTORAL_MANAGER)
    assert tutor.get(ADD).context["form"].initial["period"] == "P3"  # the lesson that is on
    data = sent(kai)
    assert tutor.post(ADD, data).url == tutor.post(ADD, data).url  # a second click calls once
    call = OnCall.objects.get()
    assert (call.student, call.period, call.reason, call.asked_by) == (kai, "P3", "Fight or threat", tutor.user)
    assert tutor.get(ADD).context["form"].initial["room"] == "Sc4"  # where they called from last
    assert "call for help" in manager.get(reverse("core:needs_now")).content.decode()
    at(11, 32)
    do(manager, call, "coming")
    assert f"{manager.user.formal_name} is on the way" in text_of(tutor.get(address(call)))
    read = AccessRecord.objects.get(user=tutor.user, path=address(call))
    assert (read.subject, read.reason) == (f"student:{kai.pk}", "A call for help")
    at(11, 36)
    page = do(manager, call, "arrived")
    assert page.context["rows"][0].took == "6 min"
    end = {"do": "end", "outcome": "inclusion", "note": "Calm in the corridor"}
    assert manager.post(address(call), end | {"outcome": ""}).status_code == 422
    at(11, 45)
    for _click in range(2):
        assert manager.post(address(call), end).status_code == 302
    log = manager.get(LOG).context["log"]
    assert (len(log.rows), log.arrived, log.typical, log.longest, log.nobody) == (1, 1, 6, 6, 0)
    assert not manager.get(OPEN).context["rows"]
    url = tutor.get(address(call)).context["incident_url"]
    page = tutor.get(url)
    assert page.context["picking"].chosen == [kai]
    for known in ("Fight or threat (room Sc4).", 'value="11:30"', '<option value="Science" selected>'):
        assert known in page.content.decode()
    told = {
        "do": "save", "token": str(uuid4()), "student": [str(kai.pk)], "occurred_on": "2026-11-20",
        "kind": str(IncidentType.objects.get(name="Fighting").pk), "what_happened": "Pushed.",
    }  # fmt: skip
    tutor.post(url, told)
    call.refresh_from_db()
    assert call.incident == Incident.objects.get()
    assert tutor.get(address(call)).context["incident_url"] == ""


def test_one_goes_and_a_colleague_is_told(kai, as_role):
    tutor, first, second = (as_role(role) for role in (Role.FORM_TUTOR, Role.PASTORAL_MANAGER, Role.HEAD_OF_YEAR))
    tutor.post(ADD, sent(kai))
    call = OnCall.objects.get()
    do(first, call, "coming")
    assert f"{first.user.formal_name} is on the way since 11:30" in text_of(do(second, call, "coming"))
    do(second, call, "arrived")  # who is there first, is there
    assert f"{second.user.formal_name} is there since 11:30" in text_of(do(first, call, "arrived"))
    second.post(address(call), {"do": "end", "outcome": "settled", "note": ""})
    other = first.post(address(call), {"do": "end", "outcome": "office", "note": ""})
    assert (other.status_code, "It was ended at 11:30" in other.content.decode()) == (422, True)
    answer = first.post(
        reverse("behaviour:on_call_do", args=[call.pk]), {"do": "arrived"}, headers={"hx-request": "true"}
    )
    assert "It was ended" in answer.content.decode()


def test_nobody_came_and_the_caller_says_so(kai, as_role):
    tutor = as_role(Role.FORM_TUTOR)
    tutor.post(ADD, sent(about="A boy of Year 7"))
    call = OnCall.objects.get()
    tutor.post(address(call), {"do": "end", "outcome": "nobody", "note": ""})
    call.refresh_from_db()
    assert (call.outcome, call.arrived_at, call.about) == ("nobody", None, "A boy of Year 7")
    log = as_role(Role.SLT).get(LOG).context["log"]
    assert (log.nobody, log.rows[0].name) == (1, "A boy of Year 7")


def test_whoever_is_on_call_sees_every_room_and_only_names_of_their_own(kai, as_role):
    as_role(Role.FORM_TUTOR).post(ADD, sent(kai))
    other = as_role(Role.HEAD_OF_YEAR, 8).get(OPEN)
    assert (other.context["rows"][0].room, other.context["rows"][0].name) == ("Sc4", "another student")
    assert "Quillfeather" not in other.content.decode()
    assert "Quillfeather" in as_role(Role.HEAD_OF_YEAR, 9).get(OPEN).content.decode()
    stranger = as_role(Role.FORM_TUTOR, "9C")
    assert stranger.get(address(OnCall.objects.get())).status_code == 404
    assert stranger.get(OPEN).status_code == 403


def test_a_fault_is_said_and_nothing_is_lost(kai, as_role):
    (other,) = enrol("9B")
    tutor = as_role(Role.FORM_TUTOR)
    for change, words in (
        ({"room": ""}, "Say which room"),
        ({"why": ""}, "Tap what is the matter"),
        ({"who": "Nobodyatall"}, "Nobody among your students"),
        ({"student": [str(kai.pk), str(other.pk)]}, "Choose one student"),
    ):
        page = tutor.post(ADD, sent(kai, more="Two boys") | change)
        assert (page.status_code, words in page.content.decode(), "Two boys" in page.content.decode()) == (
            422,
            True,
            True,
        )
    assert as_role(Role.DATA_MANAGER).get(ADD).status_code == 200  # who may look for nobody writes the name
    assert not OnCall.objects.exists()


def test_called_by_mistake_is_withdrawn(kai, as_role):
    tutor = as_role(Role.FORM_TUTOR)
    tutor.post(ADD, sent(kai))
    tutor.post(address(OnCall.objects.get()), {"do": "withdraw", "because": "Wrong button"})
    assert not as_role(Role.SLT).get(OPEN).context["rows"]


def test_three_calls_and_thirty_cost_the_same(kai, as_role):
    slt = as_role(Role.SLT)

    def cost(count):
        for student in enrol("9B", count=count):
            OnCall.objects.create(student=student, room="Sc4", reason="x", asked_by=slt.user, asked_at=timezone.now())
        found = []
        for url in (OPEN, LOG):
            with CaptureQueriesContext(connection) as queries:
                assert slt.get(url).status_code == 200
            found.append(len(queries))
        return found

    few = cost(3)
    assert cost(27) == few
    assert max(few) <= 12


def test_who_teaches_the_class_names_a_student_of_it(kai, at, client_for):
    """The lesson that is on gives the period, the subject and the class; the student is otherwise out of reach."""
    teacher = UserFactory()  # who only teaches
    for days in (0, 7):
        lesson(kai, date(2026, 11, 20) - timedelta(days=days), "P3", subject="Science", teacher=teacher.staff_code)
    client = client_for(teacher)
    form = client.get(ADD).context["form"]
    assert (form.initial["period"], form.initial["subject"]) == ("P3", "Science")
    assert (str(kai.pk), "Quillfeather, Kai") in form.fields["in_class"].widget.choices
    answer = client.post(ADD, sent(in_class=str(kai.pk)), follow=True)
    assert OnCall.objects.get().student == kai
    assert "Quillfeather, Kai" in answer.content.decode()
    at(12, 25)  # the bell has rung since the page was opened
    client.post(ADD, sent(in_class=str(kai.pk), period="P3"))
    client_for(staff(Role.FORM_TUTOR, "9C")).post(ADD, sent(in_class=str(kai.pk)))  # who teaches somebody else
    assert [call.student for call in OnCall.objects.order_by("pk")] == [kai, kai, None]


def test_what_was_written_of_a_call_names_no_student_whom_its_reader_may_not_see(kai, as_role):
    tutor, other = as_role(Role.FORM_TUTOR), as_role(Role.HEAD_OF_YEAR, 8)
    tutor.post(ADD, sent(kai, more="Quillfeather hit out"))
    call = OnCall.objects.get()
    tutor.post(address(call), {"do": "end", "outcome": "settled", "note": "Kai Q. is calm"})
    write = f"{reverse('behaviour:incident_add')}?call={call.pk}"
    for page in (LOG, address(call), write):
        words = text_of(other.get(page))
        assert ("Quillfeather" in words, "Kai" in words, "another student hit out" in words.lower()) == (
            False,
            False,
            True,
        )
    for reader, pages in ((tutor, (address(call), write)), (as_role(Role.HEAD_OF_YEAR, 9), (LOG, write))):
        assert all("Quillfeather hit out" in text_of(reader.get(page)) for page in pages)


def test_words_typed_of_nobody_chosen_are_for_who_called_who_goes_and_who_reads_every_students(kai, as_role):
    caller, goes, other = as_role(Role.FORM_TUTOR), as_role(Role.PASTORAL_MANAGER, 9), as_role(Role.HEAD_OF_YEAR, 8)
    caller.post(ADD, sent(about="Kai Quillfeather", more="Quillfeather has a stick"))
    call = OnCall.objects.get()
    write = f"{reverse('behaviour:incident_add')}?call={call.pk}"
    for reader in (goes, other):
        for page in (OPEN, LOG, address(call), write):
            words = text_of(reader.get(page))
            assert ("Quillfeather" in words, "stick" in words, "Fight or threat" in words) == (False, False, True), page
    do(goes, call, "coming")
    goes.post(address(call), {"do": "end", "outcome": "office", "note": "Quillfeather is calm"})
    for reader, page in ((caller, address(call)), (goes, LOG), (goes, write), (as_role(Role.SLT), LOG)):
        assert "Quillfeather has a stick" in text_of(reader.get(page)), page
    assert "Quillfeather" not in text_of(other.get(LOG)) + text_of(other.get(address(call)))
