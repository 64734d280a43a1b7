"""What the forms offer: an import's types are placed, words are retired and never deleted, all with history."""

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from behaviour.models import Incident, IncidentType, Involvement, ListedWord
from pastoral.core.imports.pipeline import Request, file_run
from pastoral.core.rights import Role
from tests.factories import enrol

CATALOGUE = reverse("behaviour:catalogue")
INCIDENTS = (
    "Incident ID,Date,Adno,Role,Type,Points\n"
    "B1,16/11/2026,001001,Perpetrator,Vaping in toilets,1\n"
    "B2,16/11/2026,001001,Perpetrator,Defiance,2\n"
)
ACHIEVEMENTS = "Achievement ID,Date,Adno,Type,Points\nA1,16/11/2026,001001,House captain,1\n"


@pytest.fixture
def imported(seeded, friday, tmp_path):
    """One student with an incident of a type that nobody knew, and an achievement of another."""
    enrol("9B", admission_number="001001")
    for name, words in (("behaviour.csv", INCIDENTS), ("achievements.csv", ACHIEVEMENTS)):
        (tmp_path / name).write_text(words)
        file_run(Request(tmp_path / name, name))


def placed(name="Vaping in toilets", **also):
    return {
        "name": name,
        "strand": "behaviour",
        "points": "3",
        "severity": "3",
        "order": "70",
        "is_active": "on",
    } | also


def test_an_unknown_type_waits_to_be_placed_and_is_offered_once_it_is(imported, as_role):
    held = IncidentType.objects.get(name="Vaping in toilets")
    assert (held.strand, held.is_active) == ("", False)
    tutor, manager = as_role(Role.FORM_TUTOR), as_role(Role.DATA_MANAGER)
    assert "Vaping in toilets" not in tutor.get(reverse("behaviour:incident_add")).content.decode()
    page = manager.get(CATALOGUE)
    assert "type of incident to place" in manager.get(reverse("core:needs_now")).content.decode()
    assert [(each.name, each.used) for each in page.context["unplaced"]] == [("Vaping in toilets", 1)]
    address = reverse("behaviour:type_form", args=[held.pk])
    assert manager.get(address).context["form"].initial["is_active"]
    assert manager.post(address, placed(strand="")).status_code == 422
    assert manager.post(address, placed(name="Renamed")).status_code == 302
    held.refresh_from_db()
    assert (held.name, held.strand, held.points, held.is_active) == ("Vaping in toilets", "behaviour", 3, True)
    page = manager.get(CATALOGUE)
    assert (page.context["unplaced"], page.context["changes"][0].by) == ([], manager.user.formal_name)
    assert "Vaping in toilets: to be placed" in page.content.decode()
    assert "Vaping in toilets" in tutor.get(reverse("behaviour:incident_add")).content.decode()
    word = ListedWord.objects.get(kind="achievement", name="House captain")
    assert not word.is_active


def test_no_form_may_offer_what_is_not_placed(imported):
    with pytest.raises(IntegrityError):
        IncidentType.objects.filter(strand="").update(is_active=True)


def test_a_retired_word_stays_in_the_records_and_is_offered_no_more(imported, as_role):
    manager = as_role(Role.DATA_MANAGER)
    held = IncidentType.objects.get(name="Defiance")
    manager.post(reverse("behaviour:type_form", args=[held.pk]), placed("Defiance", is_active=""))
    held.refresh_from_db()
    assert not held.is_active
    assert Incident.objects.filter(type="Defiance").count() == 1
    place = reverse("behaviour:word_add", args=["location"])
    assert manager.post(place, {"name": "Drama studio", "order": "5", "is_active": "on"}).status_code == 302
    assert manager.post(place, {"name": "drama studio", "order": "5", "is_active": "on"}).status_code == 422
    assert "Drama studio" in as_role(Role.FORM_TUTOR).get(reverse("behaviour:incident_add")).content.decode()
    assert manager.get(reverse("behaviour:word_add", args=["nonsense"])).status_code == 404
    assert manager.get(f"{CATALOGUE}?list=achievement").context["has_points"]


def test_an_imported_matter_of_the_dsl_is_the_dsls_alone(imported, as_role):
    IncidentType.objects.filter(name="Vaping in toilets").update(goes_to_dsl=True)
    incident = Incident.objects.get(type="Vaping in toilets")
    address, student = reverse("behaviour:incident_detail", args=[incident.pk]), incident.involvements.get().student
    for role, status in ((Role.HEAD_OF_YEAR, 404), (Role.SLT, 404), (Role.DSL, 200)):
        client = as_role(role)
        assert client.get(address).status_code == status
        for page in (reverse("behaviour:inbox"), student.get_absolute_url()):
            assert ("Vaping in toilets" in client.get(page).content.decode()) is (role == Role.DSL), (role, page)
    assert Involvement.objects.visible_to(as_role(Role.SLT).user).count() == 1


def test_three_and_thirty_types_cost_the_same(imported, as_role):
    client = as_role(Role.DATA_MANAGER)
    client.get(CATALOGUE)
    counts = []
    for more in (0, 30):
        IncidentType.objects.bulk_create(IncidentType(name=f"Type {n}", strand="behaviour") for n in range(more))
        with CaptureQueriesContext(connection) as queries:
            client.get(CATALOGUE)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
