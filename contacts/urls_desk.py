"""Addresses of the desk: enquiries, the rules of the clocks."""

from django.urls import path

from contacts.views.clocks import clock_list, clocks
from contacts.views.enquiries import enquiry_list
from contacts.views.enquiry import enquiry_add, enquiry_edit, enquiry_withdraw
from contacts.views.enquiry_detail import enquiry_detail, enquiry_tell
from contacts.views.rules import rules_form

urlpatterns = [
    path("enquiries/", enquiry_list, name="enquiry_list"),
    path("enquiries/add/", enquiry_add, name="enquiry_add"),
    path("enquiries/<int:pk>/", enquiry_detail, name="enquiry_detail"),
    path("enquiries/<int:pk>/acknowledge/", enquiry_tell, name="enquiry_tell"),
    path("enquiries/<int:pk>/change/", enquiry_edit, name="enquiry_edit"),
    path("enquiries/<int:pk>/withdraw/", enquiry_withdraw, name="enquiry_withdraw"),
    path("clocks/", clocks, name="clocks"),
    path("clocks/list/", clock_list, name="clock_list"),
    path("settings/contacts/", rules_form, name="rules_form"),
]
