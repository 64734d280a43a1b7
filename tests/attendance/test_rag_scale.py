"""The school's RAG bands: set in per cent attended, validated, kept in history."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.html import escape

from attendance.figures import Bands
from attendance.forms.scale import RagScaleForm
from attendance.models import RagScale
from attendance.services import scale as services
from attendance.summaries import bands_now, scale_changes
from pastoral.core.rights import Role

URL = "attendance:rag_scale_form"
GOOD = {"red_to": "88.5", "green_from": "97", "early_under": "10"}


@pytest.mark.django_db
def test_bands_are_set_and_what_they_were_is_kept():
    services.rag_scale_set(bands=Bands(red_from=115, green_to=30, early_under=10))
    assert bands_now() == Bands(115, 30, 10)
    (change,) = scale_changes()
    assert (change.red_to, change.green_from, change.early_under, change.by) == (90, 96, 20, "")


@pytest.mark.django_db
@pytest.mark.parametrize(("red_from", "green_to"), [(100, 100), (40, 100), (1001, 40), (0, 0)])
def test_bands_out_of_order_are_refused_by_service_and_database(red_from, green_to):
    with pytest.raises(services.BandsOutOfOrder):
        services.rag_scale_set(bands=Bands(red_from=red_from, green_to=green_to))
    with pytest.raises(IntegrityError), transaction.atomic():
        RagScale.objects.update(red_from=red_from, green_to=green_to)


@pytest.mark.parametrize(
    ("red_to", "green_from", "field"),
    [("96", "96", "green_from"), ("97", "90", "green_from"), ("100", "100", "red_to")],
)
def test_the_form_says_what_is_wrong(red_to, green_from, field):
    form = RagScaleForm({"red_to": red_to, "green_from": green_from, "early_under": 20})
    assert not form.is_valid()
    assert field in form.errors


def test_the_form_speaks_per_cent_attended_and_keeps_integers():
    form = RagScaleForm(GOOD)
    assert form.is_valid()
    assert form.bands == Bands(red_from=115, green_to=30, early_under=10)


def test_the_data_manager_previews_then_saves(as_role):
    client = as_role(Role.DATA_MANAGER)
    page = client.post(reverse(URL), {**GOOD, "preview": "Preview"})
    assert "88.5 % and below" in page.content.decode()
    assert bands_now() == Bands()
    assert client.post(reverse(URL), GOOD).status_code == 302
    assert bands_now().red_from == 115
    assert escape(client.user.surname) in client.get(reverse(URL)).content.decode()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.DATA_MANAGER])
def test_nobody_else_may(as_role, role):
    assert as_role(role).get(reverse(URL)).status_code == 403
