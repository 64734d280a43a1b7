"""Recognition: given to one and to thirty, campaigns by rule, certificates, good news home, ratios, equity."""

import io
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from behaviour.models import Achievement, Campaign, CampaignAward, GoodNews, IncidentType, ListedWord, TutorMark
from contacts.models import ContactRules
from pastoral.core.models import AccessRecord, Job, User
from pastoral.core.rights import Role
from reports.recognition.certificates import certificates_of
from reports.tasks import certificates_job
from students.models import House, ParentCarer, ParentCarerLink, Student, StudentFact
from tests.behaviour.test_patterns import incident
from tests.campaigns import campaign
from tests.contacts.test_clocks import rang
from tests.factories import StaffAssignmentFactory, StudentFactFactory, TutorGroupFactory, enrol, staff
from tests.marks import lay

GIVE, RECOGNITION = reverse("behaviour:achievement_add"), reverse("reports:recognition")
LIST, NEWS = reverse("reports:achievement_list"), reverse("reports:good_news")
TODAY = date(2026, 11, 20)


@pytest.fixture
def school(seeded, friday):
    """Four of 9B and one of 8A."""
    return [*enrol("9B", count=4), *enrol("8A", legal_surname="Quillfeather")]


def sent(*chosen, **also):
    data = {
        "do": "save",
        "token": str(uuid4()),
        "student": [str(student.pk) for student in chosen],
        "kind": str(ListedWord.objects.get(kind="achievement", name="Kindness").pk),
        "note": "Helped a new student find every room.",
        "awarded_on": "2026-11-20",
    }
    return data | also


def praised(student, day=TODAY, **also):
    return Achievement.objects.create(student=student, awarded_on=day, **{"type": "Effort", "points": 1} | also)


class TestGiving:
    def test_one_step_for_one_and_the_same_sending_gives_once(self, school, as_role):
        tutor, data = as_role(Role.FORM_TUTOR), sent(school[0])
        for _n in range(2):
            answer = tutor.post(GIVE, data)
        held = Achievement.objects.get()
        assert (held.type, held.points, held.awarded_by, held.logged_by) == (
            "Kindness", 1, tutor.user.staff_code, tutor.user,
        )  # fmt: skip
        assert "Helped a new student" in tutor.get(answer.url).content.decode()

    def test_a_whole_group_with_ticks_and_one_more(self, school, as_role):
        *nine, other = school
        client, group = as_role(Role.SLT), str(TutorGroupFactory(name="9B").pk)
        page = client.post(GIVE, sent(other, do="group", group=group))
        assert [ticked for _each, ticked in page.context["ticks"].members] == [True] * 4
        assert "Helped a new student" in page.content.decode()
        ticks = {"group": group, "listed": group, "member": [str(student.pk) for student in nine[:3]]}
        assert client.post(GIVE, sent(other, points="5", **ticks)).status_code == 302
        assert set(Achievement.objects.values_list("student", "points")) == {
            (student.pk, 5) for student in (*nine[:3], other)
        }
        assert Achievement.objects.values("token").distinct().count() == 1

    def test_faults_lose_nothing_and_nobody_is_out_of_reach(self, school, as_role):
        tutor = as_role(Role.FORM_TUTOR)
        for data in (sent(), sent(school[4]), sent(school[0], kind=""), sent(school[0], awarded_on="2026-11-21")):
            page = tutor.post(GIVE, data)
            assert page.status_code == 422
            assert "Helped a new student" in page.content.decode()
            assert "Quillfeather" not in page.content.decode()
        assert not Achievement.objects.exists()

    def test_taken_back_with_a_reason_by_who_gave_it_or_leads(self, school, as_role, client_for):
        held = praised(school[0], logged_by=staff(Role.FORM_TUTOR, "9B"))
        address = reverse("behaviour:achievement_withdraw", args=[held.pk])
        assert as_role(Role.FORM_TUTOR).post(address, {"because": "x"}).status_code == 302
        assert Achievement.objects.standing().exists()
        as_role(Role.HEAD_OF_YEAR).post(address, {"because": "Given twice"})
        assert not Achievement.objects.standing().exists()
        assert as_role(Role.SLT).get(LIST).context["page"].total == 0
        praised(school[1], awarded_by=staff(Role.SLT, surname="Quill", staff_code="QUI001").staff_code)
        praised(school[1], awarded_by="GONE77")
        rows = as_role(Role.SLT).get(LIST, {"first": "2026-11-20", "last": "2026-11-20"})
        assert {row.by for row in rows.context["page"].rows} == {"Mrs Quill", "GONE77"}
        assert "20 Nov 2026 · <strong>2</strong> achievements of 1 student" in rows.content.decode()


class TestFigures:
    def test_ratio_by_group_who_is_not_recognised_and_equity(self, school, as_role):
        a, b, c, d, other = school
        House.objects.create(name="Curie").student_set.set([a, b])
        Student.objects.filter(pk=other.pk).update(left_on=date(2026, 12, 18))  # is to leave, and is still there
        enrol("8A", left_on=date(2026, 11, 10))
        StudentFactFactory(student=d, kind=StudentFact.Kind.SEN, value="K")
        praised(a, activity="Art")
        praised(a, activity="Art")
        praised(b, activity="PE")
        TutorMark.objects.create(student=c, day=TODAY, kind="praise", by=staff(Role.SLT))
        praised(d, day=date(2026, 9, 10))
        for day, taken_back in ((date(2026, 9, 9), {}), (date(2026, 9, 16), {"withdrawn_by": staff(Role.SLT)})):
            also = taken_back and taken_back | {"withdrawn_at": "2026-09-17T09:00Z", "withdrawn_because": "x"}
            CampaignAward.objects.create(
                campaign=campaign(staff(Role.SLT), **also), student=d, awarded_by=staff(Role.SLT),
                awarded_at=f"{day}T12:00Z",
            )  # fmt: skip
        incident(a, b, activity="Art")
        incident(d, role="victim")
        client = as_role(Role.SLT)
        held = client.get(RECOGNITION).context["held"]
        lines = {line.name: line for name in ("Year", "House", "Subject") for line in held.by_group[name]}
        nine = lines["Year 9"]
        assert (nine.achievements, nine.incidents, nine.ratio, nine.rate, nine.unseen) == (
            3, 2, Decimal("1.5"), Decimal("75.0"), 1,
        )  # fmt: skip
        assert (lines["Art"].ratio, lines["PE"].ratio) == (Decimal("1.0"), None)
        for line in lines.values():
            assert client.get(line.achievements_url).context["page"].total == line.achievements
            assert client.get(line.incidents_url).context["page"].total == line.incidents
        assert (lines["Curie"].achievements, lines["Curie"].incidents, lines["Curie"].unseen) == (3, 2, 0)
        assert "Curie" in client.get(RECOGNITION).content.decode()
        unseen = client.get(held.total.unseen_url).context["page"]
        assert (held.total.n, held.total.unseen) == (6, len(unseen.rows))
        assert [(row.person.student_id, row.last) for row in unseen.rows] == [
            (other.pk, None), (d.pk, date(2026, 9, 10)),
        ]  # fmt: skip
        (sen,) = [row for row in held.equity if row.line.name == "SEN support (K)"]
        assert (sen.line.n, sen.line.unseen, sen.difference.is_small) == (1, 1, True)
        assert "Year 9,3,3,2,4,1.5" in client.get(RECOGNITION, {"format": "csv"}).content.decode()

    def test_inequity_is_flagged_on_enough_students_only(self, seeded, friday, as_role):
        for student in enrol("9B", count=12):
            StudentFactFactory(student=student)
        for student in enrol("9C", count=30):
            praised(student)
        held = as_role(Role.HEAD_OF_YEAR).get(RECOGNITION).context["held"]
        assert {row.line.name for row in held.equity if row.difference.is_flagged} == {"Pupil premium"}

    def test_streaks_of_the_basics(self, seeded, on_day, as_role):
        on_day(TODAY)
        good, late, ill, marked = enrol("9B", count=4)
        five = " ".join(["/"] * 50)
        for student in (good, marked):
            lay(student, date(2026, 10, 12), five)
        lay(late, date(2026, 10, 12), " ".join(["/"] * 30 + ["L"] + ["/"] * 19))
        lay(ill, date(2026, 10, 12), " ".join(["/"] * 40 + ["I"] + ["/"] * 9))
        TutorMark.objects.create(student=marked, day=date(2026, 11, 3), kind="uniform", by=staff(Role.SLT))
        client = as_role(Role.FORM_TUTOR)
        page = reverse("reports:recognition_basics")

        def streaks(**asked):
            return {person.student_id: weeks for weeks, person in client.get(page, asked).context["page"].rows}

        assert streaks(weeks="1") == {good.pk: 5, marked.pk: 2, late.pk: 1}
        assert streaks(weeks="1", forgive="1") == {good.pk: 5, ill.pk: 5, marked.pk: 2, late.pk: 1}
        assert streaks() == {good.pk: 5}
        IncidentType.objects.filter(name="Theft").update(goes_to_dsl=True)
        incident(good, kind="Theft", day=date(2026, 11, 3))
        assert streaks() == {good.pk: 5}


class TestGoodNews:
    def test_owed_told_and_owed_again(self, school, as_role):
        a, b, *_rest = school
        praised(a, day=date(2026, 11, 18), type="Kindness")
        praised(b, day=date(2026, 11, 19))
        tutor = as_role(Role.FORM_TUTOR)

        def owed():
            return [row.person.student_id for row in tutor.get(NEWS).context["held"].owed]

        assert set(owed()) == {a.pk, b.pk}
        telling = {"how": "phone", "told_on": "2026-11-19", "note": "Very pleased"}
        assert tutor.post(NEWS, telling).status_code == 422
        assert tutor.post(NEWS, telling | {"one": a.pk, "student": b.pk}).status_code == 302
        assert tutor.post(NEWS, telling | {"one": a.pk}).status_code == 302
        assert tutor.post(NEWS, telling | {"student": [school[4].pk]}).status_code == 422
        assert (owed(), GoodNews.objects.get().told_by) == ([b.pk], tutor.user)
        page = tutor.get(NEWS, {"show": "told"}).content.decode()
        assert "Very pleased" in page
        praised(a, day=TODAY)
        Student.objects.filter(pk=b.pk).update(left_on=date(2026, 12, 18))
        assert set(owed()) == {a.pk, b.pk}
        ContactRules.objects.update(good_news_quota=3)
        for result, student in (("reached", school[2]), ("reached", a), ("voicemail", school[3])):
            carer = ParentCarerLink.objects.create(
                student=student, parent_carer=ParentCarer.objects.create(surname="Novak"), priority=1
            ).parent_carer
            rang(tutor.user, student, carer, "2026-11-20T10:00Z", result=result, purpose="good_news")
        (line,) = tutor.get(NEWS, {"show": "tutors"}).context["lines"]
        assert (line.tutors, line.made, line.homes, line.n, line.is_short) == (tutor.user.formal_name, 3, 2, 4, False)
        shown = tutor.get(reverse("reports:student_detail", args=[school[2].pk])).content.decode()
        assert "Home last heard good news Fri 20 Nov, from" in shown
        for narrowed in ({"student": a.pk}, {"first": "2026-11-16", "last": "2026-11-20"}, {"window": "year"}):
            (part,) = tutor.get(NEWS, {"show": "tutors"} | narrowed).context["lines"]
            assert (part.quota, part.is_short) == (None, False)  # it is for a half term and the whole group
        mother = ParentCarer.objects.create(surname="Novak")
        for child in (a, b):
            ParentCarerLink.objects.create(student=child, parent_carer=mother, priority=2)
        page = tutor.get(line.unheard_url)
        assert "2 of 3 families have heard" in page.content.decode()  # of four students two are one family's
        praised(school[2], day=date(2026, 11, 19))
        assert set(owed()) == {b.pk}  # what was told by a contact for it, after the praise, is owed no more
        told = tutor.get(NEWS, {"show": "told"}).context["held"].told
        assert [(each.person.student_id, each.news is None) for each in told][2:] == [(a.pk, False)]
        assert {each.person.student_id for each in told[:2]} == {a.pk, school[2].pk}
        asked = tutor.get(reverse("contacts:contact_add"), {"student": b.pk, "purpose": "good_news"})
        assert asked.context["form"].initial["purpose"] == "good_news"
        unheard = page.context["page"].rows
        assert {row.person.student_id for row in unheard} == {b.pk, school[3].pk}
        tutor.post(reverse("reports:good_news_withdraw", args=[GoodNews.objects.get().pk]))
        assert not GoodNews.objects.standing().exists()
        assert {row.person.student_id for row in tutor.get(NEWS).context["held"].owed} == {b.pk}


class TestCampaigns:
    def test_a_rule_finds_and_a_budget_ends(self, school, as_role):
        a, b, c, _d, other = school
        for student in (a, a, a, b, b, b, c, c, c, other, other, other):
            praised(student)
        incident(c)
        leader = as_role(Role.HEAD_OF_YEAR)
        form = {
            "name": "Breakfast club", "reward": "Breakfast", "first_day": "2026-11-02", "last_day": "2026-12-18",
            "year_group": "9", "points": "3", "most_negative": "0", "budget": "10", "cost_each": "7.50",
            "token": str(uuid4()),
        }  # fmt: skip
        faulty = form | {"points": "", "most_negative": ""}
        assert leader.post(reverse("reports:campaign_add"), faulty).status_code == 422
        assert leader.post(reverse("reports:campaign_add"), form | {"year_group": "8"}).status_code == 422
        for _click in range(2):
            assert leader.post(reverse("reports:campaign_add"), form).status_code == 302
        held = Campaign.objects.get()
        page = reverse("reports:campaign_detail", args=[held.pk])
        shown = leader.get(page)
        assert {each.person.student_id for each in shown.context["page"].waiting} == {a.pk, b.pk}
        assert (" checked" in shown.content.decode(), b"1 reward left: tick who gets one" in shown.content) == (
            False,
            True,
        )
        award = reverse("reports:campaign_award", args=[held.pk])
        answer = leader.post(award, {"student": [a.pk, b.pk]})
        assert answer.status_code == 422
        text = answer.content.decode()
        assert ("The budget reaches for 1 more" in text, text.count(" checked aria")) == (True, 2)
        for _n in range(2):
            assert leader.post(award, {"student": [a.pk, c.pk]}).status_code in {302, 422}
        given = CampaignAward.objects.get()
        assert (given.student, given.facts) == (a, {"points": 3, "most_negative": 0})
        shown = leader.get(page).context["page"]
        assert (shown.budget.awards, shown.budget.money) == (0, Decimal("2.50"))
        leader.post(reverse("reports:award_withdraw", args=[held.pk, given.pk]))
        assert leader.get(page).context["page"].budget.awards == 1
        change = reverse("reports:campaign_change", args=[held.pk])
        form["seen"] = leader.get(change).context["form"].initial["seen"]
        for _click in range(2):
            assert leader.post(change, form | {"points": "4"}).status_code == 302
        errors = leader.post(change, form | {"points": "5"}).context["form"].errors  # from another tab
        assert {name: words for name, words in errors.items() if name != "__all__"} == {"points": ["Now it says: 4"]}
        shown = leader.get(page).context["page"]
        assert (shown.waiting, [each.in_words for each in shown.found.near][:2]) == ((), ["1 point to go"] * 2)
        assert held.events.get().criteria["points"] == 3
        assert as_role(Role.HEAD_OF_YEAR, 8).get(page).status_code == 404
        leader.post(reverse("reports:campaign_withdraw", args=[held.pk]), {"because": "No cook"})
        assert leader.get(page).status_code == 404

    def test_attendance_is_classified_before_it_is_rounded_and_illness_may_be_forgiven(self, seeded, on_day, as_role):
        on_day(TODAY)
        whole, ill, better = enrol("9B", count=3)
        lay(whole, date(2026, 11, 2), " ".join(["/"] * 30))
        lay(ill, date(2026, 11, 2), " ".join(["/"] * 29 + ["I"]))  # 96.67 %
        lay(better, date(2026, 10, 5), " ".join(["O"] * 6 + ["/"] * 24))
        lay(better, date(2026, 11, 2), " ".join(["/"] * 29 + ["O"]))
        leader = as_role(Role.HEAD_OF_YEAR)

        def found(first_day=date(2026, 11, 2), last_day=TODAY, **criteria):
            held = campaign(leader.user, criteria=criteria, first_day=first_day, last_day=last_day)
            page = leader.get(reverse("reports:campaign_detail", args=[held.pk])).context["page"]
            return {each.person.student_id for each in page.waiting}

        assert found(attendance="96.7") == {whole.pk}
        assert found(attendance="96.6") == {whole.pk, ill.pk, better.pk}
        assert found(attendance="100", forgives_authorised=True) == {whole.pk, ill.pk}
        assert found(improved="10") == {better.pk}
        Student.objects.filter(pk=whole.pk).update(left_on=date(2026, 12, 18))
        assert found(basics=3) == {whole.pk}
        assert found(basics=3, first_day=date(2026, 11, 9)) == set()
        assert found(basics=3, first_day=date(2026, 11, 23), last_day=date(2026, 12, 18)) == set()
        assert found(basics=3, forgives_authorised=True) == {whole.pk, ill.pk}

    def test_the_schools_campaign_is_awarded_by_a_leader_and_changed_by_the_school(self, school, as_role):
        held = campaign(staff(Role.SLT))
        for student in (school[0], school[4]):
            praised(student, points=3)
        leader = as_role(Role.HEAD_OF_YEAR)
        page = leader.get(reverse("reports:campaign_detail", args=[held.pk]))
        assert [each.person.student_id for each in page.context["page"].waiting] == [school[0].pk]
        assert "Quillfeather" not in page.content.decode()
        StaffAssignmentFactory(user=leader.user, role=Role.ATTENDANCE_OFFICER)  # sees every year, and keeps none of it
        leader.force_login(User.objects.get(pk=leader.user.pk))
        assert leader.post(reverse("reports:campaign_change", args=[held.pk]), {}).status_code == 403
        assert leader.post(reverse("reports:campaign_withdraw", args=[held.pk]), {}).status_code == 403
        eighth = campaign(staff(Role.SLT), year_group_id=8)
        assert leader.get(reverse("reports:campaign_detail", args=[eighth.pk])).status_code == 404
        years = leader.get(reverse("reports:campaign_add")).context["form"].fields["year_group"].queryset
        assert [year.pk for year in years] == [9]

    def test_its_effect_is_said_with_n_beside_those_without_the_reward_and_never_as_cause(
        self, seeded, friday, as_role
    ):
        students, leader = enrol("9B", count=13), as_role(Role.HEAD_OF_YEAR)
        held = campaign(leader.user)
        for n, student in enumerate(students):  # five with the reward were better since, seven were not
            lay(student, date(2026, 9, 28), " ".join(["/"] * 27 + ["O"] * 3))
            lay(student, date(2026, 11, 2), " ".join(["/"] * (30 if n < 5 else 27) + ["O"] * (0 if n < 5 else 3)))
        page = reverse("reports:campaign_effect", args=[held.pk])
        few = leader.get(page)
        assert (few.context["effect"].everybody.n, few.context["effect"].everybody.change) == (13, Decimal("3.8"))
        assert "no figure is told of fewer than 5" in few.content.decode()
        CampaignAward.objects.bulk_create(
            CampaignAward(campaign=held, student=student, awarded_by=leader.user) for student in students[:5]
        )
        effect = leader.get(page).context["effect"]
        assert (effect.rewarded.n, effect.rewarded.median, effect.rewarded.improved) == (5, Decimal("10.0"), 100)
        text = leader.get(page).content.decode()
        assert ("This does not prove cause" in text, "n = 5 of 5 with the reward" in text) == (True, True)
        Campaign.objects.update(first_day=TODAY)
        assert "Nothing can be measured yet" in leader.get(page).content.decode()


class TestCampaignPages:
    def test_both_lists_are_paged_and_only_whom_the_page_shows_is_ticked(self, seeded, friday, as_role):
        students = enrol("9B", count=105)
        for student in students:
            praised(student, points=3)
        leader = as_role(Role.HEAD_OF_YEAR)
        held = campaign(leader.user, criteria={"points": 3})
        page = reverse("reports:campaign_detail", args=[held.pk])
        for cursor, shown in (("", 100), ("100", 5)):
            text = leader.get(page, {"before": cursor}).content.decode()
            assert text.count(' name="student"') == shown
        CampaignAward.objects.bulk_create(
            CampaignAward(campaign=held, student=student, awarded_by=leader.user) for student in students[:102]
        )
        text = leader.get(page, {"show": "given"}).content.decode()
        assert (text.count("Take back"), "Certificates for all 102" in text) == (100, True)
        assert leader.get(page, {"show": "given", "before": "100"}).content.decode().count("Take back") == 2
        assert leader.get(page).content.decode().count(' name="student"') == 3


class TestCertificates:
    def test_the_day_is_the_schools(self, school, as_role):
        leader, held = as_role(Role.HEAD_OF_YEAR), campaign(staff(Role.SLT))
        award = CampaignAward.objects.create(
            campaign=held, student=school[0], awarded_by=leader.user, awarded_at="2026-09-15T23:30Z"
        )
        assert [each.day for each in certificates_of(leader.user, [], [award.pk])] == [date(2026, 9, 16)]

    def test_a_batch_is_a_page_each_with_name_and_reason_alone(self, school, as_role, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        for student in school[:3]:
            praised(student, type="Kindness", note="Helped <everybody> & more", awarded_by="STF9", points=7)
        tutor = as_role(Role.FORM_TUTOR)
        answer = tutor.post(f"{reverse('reports:certificates_of_list')}?type=Kindness")
        job = Job.objects.get()
        assert (answer.url, job.title) == (job.get_absolute_url(), "3 certificates")
        certificates_job(job.pk)
        job.refresh_from_db()
        assert (job.status, job.result_url) == (Job.Status.DONE, reverse("reports:certificates_pdf", args=[job.pk]))
        file = tutor.get(job.result_url)
        reader = PdfReader(io.BytesIO(file.getvalue()), strict=True)
        assert len(reader.pages) == 3
        words = " ".join(reader.pages[0].extract_text().split())
        assert "Kindness" in words
        assert "Helped <everybody> & more" in words
        assert any(student.full_name in words for student in school[:3])
        for secret in ("9B", "STF9", "7", school[0].admission_number):
            assert secret not in words
        assert AccessRecord.objects.get(kind=AccessRecord.Kind.DOCUMENT).user == tutor.user
        assert as_role(Role.FORM_TUTOR).get(job.result_url).status_code == 404
        assert default_storage.exists(f"certificates/{job.pk}.pdf")

    def test_one_of_a_campaign_and_none_of_what_is_withdrawn(self, school, as_role, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        leader = as_role(Role.HEAD_OF_YEAR)
        held = campaign(leader.user, about="For a kind half term")
        award = CampaignAward.objects.create(campaign=held, student=school[0], awarded_by=leader.user)
        address = reverse("reports:campaign_certificates", args=[held.pk])
        leader.post(address, {"one": award.pk})
        first = Job.objects.get()
        certificates_job(first.pk)
        words = PdfReader(io.BytesIO(leader.get(reverse("reports:certificates_pdf", args=[first.pk])).getvalue()))
        assert "For a kind half term" in " ".join(words.pages[0].extract_text().split())
        leader.post(address)
        second = Job.objects.exclude(pk=first.pk).get()
        leader.post(reverse("reports:award_withdraw", args=[held.pk, award.pk]))
        certificates_job(second.pk)
        second.refresh_from_db()
        assert second.status == Job.Status.FAILED


def test_three_and_thirty_cost_the_same(seeded, friday, as_role):
    client = as_role(Role.HEAD_OF_YEAR)
    held = campaign(client.user, criteria={"points": 1, "basics": 1, "attendance": "90", "most_negative": 3})
    pages = [
        RECOGNITION,
        reverse("reports:recognition_unseen"),
        f"{reverse('reports:recognition_basics')}?weeks=1",
        NEWS,
        f"{NEWS}?show=told",
        LIST,
        reverse("reports:campaign_list"),
        reverse("reports:campaign_detail", args=[held.pk]),
        reverse("reports:campaign_effect", args=[held.pk]),
    ]
    counts = []
    for number in (3, 27):
        for student in enrol("9B", count=number):
            praised(student)
            incident(student)
            lay(student, date(2026, 11, 9), "/ / / /")
            GoodNews.objects.create(student=student, told_on=date(2026, 11, 10), told_by=client.user)
            CampaignAward.objects.create(campaign=held, student=student, awarded_by=client.user)
        counts.append({page: _queries(client, page) for page in pages})
    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 12, counts[0]


def _queries(client, page):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    return len(queries)
