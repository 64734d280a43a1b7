"""Addresses of contacts."""

from django.urls import URLPattern, path

from contacts import urls_calls, urls_families
from contacts.views.contacts import contact_add
from contacts.views.rules import rules_form

app_name = "contacts"

urlpatterns: list[URLPattern] = [
    path("contacts/add/", contact_add, name="contact_add"),
    path("settings/contacts/", rules_form, name="rules_form"),
    *urls_calls.urlpatterns,
    *urls_families.urlpatterns,
]
