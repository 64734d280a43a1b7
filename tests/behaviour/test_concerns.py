"""Form-time marks of one tap, and concerns that only the DSL reads."""

from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from behaviour.models import DslConcern, TutorMark
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from tests.factories import TutorGroupFactory, enrol

SECRET = "Bruise on the left arm"
ADD = reverse("behaviour:concern_add")


@pytest.fixture
def kai(seeded, friday):
    (student,) = enrol("9B")
    return student


def tap(client, student, kind="uniform", state="on", **also):
    address = reverse("behaviour:form_time_tap", args=[TutorGroupFactory(name="9B").pk])
    return client.post(address, {"tap": f"{student.pk}-{kind}-{state}"} | also)


def concern(*students, **also):
    keys = [str(student.pk) for student in students]
    return {"do": "save", "token": str(uuid4()), "student": keys, "words": SECRET, "about": ""} | also


class TestFormTime:
    def test_one_tap_marks_and_a_second_takes_it_off_with_history(self, kai, as_role):
        tutor = as_role(Role.FORM_TUTOR)
        tap(tutor, kai)
        mark = TutorMark.objects.standing().get()
        assert (mark.student, mark.kind, mark.by, str(mark.day)) == (kai, "uniform", tutor.user, "2026-11-20")
        grid = reverse("behaviour:form_time_grid", args=[TutorGroupFactory(name="9B").pk])
        assert f'value="{kai.pk}-uniform-off"' in tutor.get(grid).content.decode()
        tap(tutor, kai)  # the same tap sent twice
        assert TutorMark.objects.get() == mark
        for _twice in range(2):
            tap(tutor, kai, state="off")
        assert not TutorMark.objects.standing().exists()
        assert TutorMark.objects.get().withdrawn_because == "Tapped again"
        tap(tutor, kai)
        assert TutorMark.objects.standing().count() == 1

    def test_several_students_and_matters_stand_beside_each_other(self, kai, as_role):
        (other,) = enrol("9B")
        tutor = as_role(Role.FORM_TUTOR)
        for student, kind in ((kai, "uniform"), (kai, "praise"), (other, "planner")):
            tap(tutor, student, kind)
        page = tutor.get(reverse("behaviour:form_time_grid", args=[TutorGroupFactory(name="9B").pk]))
        grid = page.context["grid"]
        assert {(row.student_id, cell.kind) for row in grid.rows for cell in row.noted} == {
            (kai.pk, "uniform"), (kai.pk, "praise"), (other.pk, "planner"),
        }  # fmt: skip

    def test_a_colleagues_mark_is_not_taken_off(self, kai, as_role):
        tutor, head = as_role(Role.FORM_TUTOR), as_role(Role.HEAD_OF_YEAR)
        tap(tutor, kai)
        answer = head.post(
            reverse("behaviour:form_time_tap", args=[TutorGroupFactory(name="9B").pk]),
            {"tap": f"{kai.pk}-uniform-off"},
            headers={"hx-request": "true"},
        )
        assert "marked it today" in answer.content.decode()
        assert TutorMark.objects.standing().count() == 1

    def test_a_note_is_kept_with_what_it_said_before(self, kai, as_role):
        tutor, address = as_role(Role.FORM_TUTOR), TutorGroupFactory(name="9B").pk
        tap(tutor, kai)
        keep = reverse("behaviour:form_time_tap", args=[address])
        typed = {"student": kai.pk, "kind": "uniform", "note": "No tie,\0 lent one"}
        tutor.post(keep, typed | {"note": "No tie"})
        for headers in (
            {},
            {"hx-request": "true"},
        ):  # a colleague saw no note yet: nothing is overwritten, nothing lost
            page = as_role(Role.HEAD_OF_YEAR).post(keep, typed, headers=headers).content.decode()
            assert "Now it says: No tie." in page
            assert "No tie, lent one" in page
        assert TutorMark.objects.get().note == "No tie"
        tutor.post(keep, typed | {"seen": "No tie"})
        for wrong in ({"kind": "uni\0form"}, {"kind": "nonsense"}, {"tap": f"{kai.pk}-uni\0form-on"}):
            answer = tutor.post(reverse("behaviour:form_time_tap", args=[address]), {"student": kai.pk} | wrong)
            assert answer.status_code == 404
        mark = TutorMark.objects.get()
        assert (mark.note, [event.note for event in mark.events.order_by("pgh_id")]) == (
            "No tie, lent one", ["", "No tie"],
        )  # fmt: skip

    @pytest.mark.parametrize("tapped", ["", "x-uniform", "99999999999999999999-uniform-on", "1-nonsense-on"])
    def test_what_is_no_tap_marks_nothing(self, kai, as_role, tapped):
        address = reverse("behaviour:form_time_tap", args=[TutorGroupFactory(name="9B").pk])
        assert as_role(Role.FORM_TUTOR).post(address, {"tap": tapped}).status_code == 404
        assert not TutorMark.objects.exists()

    def test_several_are_marked_at_once_and_whoever_is_marked_stays_so(self, kai, as_role):
        others, (stranger,) = enrol("9B", count=30), enrol("9C")
        tutor, head = as_role(Role.FORM_TUTOR), as_role(Role.HEAD_OF_YEAR)
        tap(head, kai, "planner")
        grid = reverse("behaviour:form_time_grid", args=[TutorGroupFactory(name="9B").pk])
        keys = [kai.pk, *(each.pk for each in others)]
        sent = {"student": keys, "kind": "planner", "note": "No planner today"}
        for wrong, words in (
            ({"student": []}, "Tick the students."),
            ({"kind": ""}, "Choose what they are marked for."),
            ({"kind": "plan\0ner"}, "planner"),
            ({"student": [*keys, stranger.pk]}, "no longer in the group"),
        ):
            page = tutor.post(grid, sent | wrong)
            assert (page.status_code, words in page.content.decode()) == (422, True)
            assert "No planner today" in page.content.decode()
        assert TutorMark.objects.count() == 1
        for fresh in (30, 0):
            with CaptureQueriesContext(connection) as queries:
                tutor.post(grid, sent)
            assert sum('INSERT INTO "behaviour_tutormark"' in each["sql"] for each in queries) == 1
            page = tutor.get(grid)
            said = f"Planner: {fresh} students marked, {31 - fresh} had been marked before."
            assert f"{said} Your note is not with {kai.sort_name}: their row" in page.content.decode()
        assert TutorMark.objects.standing(by=tutor.user, note="No planner today").count() == 30
        assert (TutorMark.objects.get(student=kai).by, TutorMark.objects.count()) == (head.user, 31)
        tap(tutor, others[0], "planner", "off")
        assert TutorMark.objects.standing().count() == 30

    def test_another_group_is_not_marked(self, kai, as_role):
        (other,) = enrol("9C")
        assert tap(as_role(Role.FORM_TUTOR), other).status_code == 404


class TestConcern:
    def test_the_writer_gets_a_receipt_and_reads_it_no_more(self, kai, as_role):
        tutor = as_role(Role.FORM_TUTOR)
        page = tutor.post(ADD, concern(kai))
        held = DslConcern.objects.get()
        assert held.receipt in page.content.decode()
        assert SECRET not in page.content.decode()
        assert tutor.get(reverse("behaviour:concern_detail", args=[held.pk])).status_code == 403

    @pytest.mark.parametrize("role", list(Role))
    def test_the_dsl_alone_reads_it(self, kai, as_role, role):
        as_role(Role.FORM_TUTOR).post(ADD, concern(kai))
        client = as_role(role)
        page = client.get(reverse("behaviour:concern_detail", args=[DslConcern.objects.get().pk]))
        assert (SECRET in page.content.decode()) is (role == Role.DSL)
        assert DslConcern.objects.visible_to(client.user).exists() is (role == Role.DSL)

    def test_sent_twice_it_is_one(self, kai, as_role):
        tutor, data = as_role(Role.FORM_TUTOR), concern(kai)
        first, second = tutor.post(ADD, data), tutor.post(ADD, data)
        assert first.context["concern"] == second.context["concern"]

    def test_about_somebody_who_is_not_among_ones_students(self, kai, as_role):
        as_role(Role.DATA_MANAGER).post(ADD, concern(about="Ana, Year 7, red hair"))
        held = DslConcern.objects.get()
        assert (held.student, held.about) == (None, "Ana, Year 7, red hair")

    @pytest.mark.parametrize(
        ("change", "fault"),
        [({"student": []}, "Choose a student."), ({"words": ""}, "Write what you saw or heard.")],
    )
    def test_a_fault_is_said_and_nothing_is_lost(self, kai, as_role, change, fault):
        page = as_role(Role.FORM_TUTOR).post(ADD, concern(kai) | change)
        assert (page.status_code, fault in page.content.decode()) == (422, True)
        assert not DslConcern.objects.exists()

    def test_two_at_once_are_two_concerns(self, kai, as_role):
        (other,) = enrol("9B")
        page = as_role(Role.FORM_TUTOR).post(ADD, concern(kai, other))
        assert "Choose one student" in page.content.decode()
        assert SECRET in page.content.decode()
        page = as_role(Role.FORM_TUTOR).post(ADD, {"student": [kai.pk, other.pk], "who": "", "do": "pick"})
        assert "Another student instead" in page.content.decode()
        assert (kai.sort_name in page.content.decode(), other.sort_name in page.content.decode()) == (False, True)

    def test_reading_it_is_kept_with_who_and_where_the_record_stands(self, kai, as_role):
        as_role(Role.FORM_TUTOR).post(ADD, concern(kai))
        dsl, held = as_role(Role.DSL), DslConcern.objects.get()
        assert "Read" in dsl.get(reverse("behaviour:concern_list")).content.decode()
        dsl.get(reverse("behaviour:concern_detail", args=[held.pk]))
        assert AccessRecord.objects.get(user=dsl.user).subject == f"concern:{held.pk}"
        log = reverse("core:access_log")
        assert f"Concern {held.receipt} about {kai.sort_name}" in unescape(dsl.get(log).content.decode())
        slt, address = as_role(Role.SLT), reverse("behaviour:concern_detail", args=[held.pk])
        for asked in ({}, {"subject": f"concern:{held.pk}"}, {"staff": dsl.user.staff_code}):
            page = slt.get(log, asked)  # when a DSL read one tells, next to the student's page, whom it is about
            told = (held.receipt in page.content.decode(), address in page.content.decode())
            assert (page.context["page"].rows, told) == ([], (False, False))
        dsl.post(reverse("behaviour:concern_detail", args=[held.pk]), {"kept_at": "CPOMS 4711"})
        held.refresh_from_db()
        assert (held.read_by, held.kept_at) == (dsl.user, "CPOMS 4711")

    def test_the_strip_says_how_many_no_dsl_has_read(self, kai, as_role):
        as_role(Role.FORM_TUTOR).post(ADD, concern(kai))
        dsl = as_role(Role.DSL)
        assert "concern to read" in dsl.get(reverse("core:needs_now")).content.decode()
        assert "concern to read" not in as_role(Role.SLT).get(reverse("core:needs_now")).content.decode()
        dsl.post(reverse("behaviour:concern_detail", args=[DslConcern.objects.get().pk]), {"kept_at": ""})
        assert "concern to read" not in dsl.get(reverse("core:needs_now")).content.decode()
        assert not dsl.get(reverse("behaviour:concern_list"), {"show": "unread"}).context["page"].rows

    def test_three_concerns_and_thirty_cost_the_same(self, kai, as_role):
        dsl, tutor = as_role(Role.DSL), as_role(Role.FORM_TUTOR)

        def cost(count):
            DslConcern.objects.bulk_create(
                DslConcern(
                    student=student, words=SECRET, token=uuid4(), receipt=f"R{student.pk:05}", written_by=tutor.user,
                    read_by=dsl.user, read_at=timezone.now(),
                )
                for student in enrol("9B", count=count)
            )  # fmt: skip
            with CaptureQueriesContext(connection) as queries:
                assert dsl.get(reverse("behaviour:concern_list")).status_code == 200
            return len(queries)

        few = cost(3)
        assert cost(27) == few <= 12
