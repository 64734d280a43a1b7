"""Addresses of contacts."""

from django.urls import URLPattern, path

from contacts import urls_calls, urls_desk, urls_families
from contacts.views.contacts import contact_add

app_name = "contacts"

urlpatterns: list[URLPattern] = [
    path("contacts/add/", contact_add, name="contact_add"),
    *urls_calls.urlpatterns,
    *urls_desk.urlpatterns,
    *urls_families.urlpatterns,
]
