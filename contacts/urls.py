"""Addresses of contacts."""

from django.urls import URLPattern, path

from contacts.views.contacts import contact_add

app_name = "contacts"

urlpatterns: list[URLPattern] = [
    path("contacts/add/", contact_add, name="contact_add"),
]
