"""Logging a contact by the form: one student's page, a call in one step, brothers and sisters, a barred parent."""

from datetime import date

import pytest
from django.urls import reverse

from contacts.models import Contact
from pastoral.core.rights import Role
from tests.factories import enrol
from tests.families import carer

FRIDAY = date(2026, 11, 20)


def address(**asked):
    return reverse("contacts:contact_add", query=asked)


def sent(form, **fields):
    """Return what the form as it was opened sends, with some fields changed."""
    held = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in {**held, **fields}.items() if value not in (None, "", [], False)}


@pytest.fixture
def family(seeded):
    kai, ada = enrol("9B", legal_surname="O'Brien")[0], enrol("7A", legal_surname="O'Brien")[0]
    mother = carer(kai, ada, surname="O'Brien", mobile="07700 900001", telephone="020 7946 0001")
    father = carer(kai, relationship="Father", forename="Obi", barred=True, mobile="07700 900666")
    return kai, ada, mother, father


def test_a_call_takes_a_result_and_nothing_else(family, as_role, django_assert_max_num_queries):
    kai, _ada, mother, father = family
    client = as_role(Role.HEAD_OF_YEAR, 9)
    with django_assert_max_num_queries(22):
        page = client.get(address(student=kai.pk))
    body = page.content.decode()
    assert "07700 900001" in body
    assert "07700 900666" not in body
    assert f'value="c{father.pk}" data-barred disabled' in body
    told = sent(page.context["form"], result="reached")
    for _ in range(2):
        assert client.post(address(student=kai.pk), told).status_code == 302
    contact = Contact.objects.get()
    assert (contact.student, contact.parent_carer, contact.channel, contact.direction) == (kai, mother, "phone", "out")
    assert (contact.made_by, contact.logged_by, contact.owner) == (client.user,) * 3
    assert (contact.number, contact.purpose, contact.retry_at) == ("07700 900001", "other", None)
