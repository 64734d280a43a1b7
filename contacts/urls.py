"""Addresses of contacts."""

from django.urls import URLPattern, path

from contacts import urls_calls, urls_families
from contacts.views.contacts import contact_add
from contacts.views.enquiries import enquiry_list
from contacts.views.enquiry import enquiry_add, enquiry_edit, enquiry_withdraw
from contacts.views.enquiry_detail import enquiry_detail, enquiry_tell
from contacts.views.rules import rules_form

app_name = "contacts"

urlpatterns: list[URLPattern] = [
    path("contacts/add/", contact_add, name="contact_add"),
    path("enquiries/", enquiry_list, name="enquiry_list"),
    path("enquiries/add/", enquiry_add, name="enquiry_add"),
    path("enquiries/<int:pk>/", enquiry_detail, name="enquiry_detail"),
    path("enquiries/<int:pk>/acknowledge/", enquiry_tell, name="enquiry_tell"),
    path("enquiries/<int:pk>/change/", enquiry_edit, name="enquiry_edit"),
    path("enquiries/<int:pk>/withdraw/", enquiry_withdraw, name="enquiry_withdraw"),
    path("settings/contacts/", rules_form, name="rules_form"),
    *urls_calls.urlpatterns,
    *urls_families.urlpatterns,
]
