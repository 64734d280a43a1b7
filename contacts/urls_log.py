"""Addresses of the contacts themselves: logged, listed, promised and shared."""

from django.urls import URLPattern, path

from contacts.views.contact_detail import (
    contact_detail,
    contact_edit,
    contact_withdraw,
    next_step_done,
    student_contacts,
)
from contacts.views.contacts import contact_add
from contacts.views.ledger import ledger
from contacts.views.promises import promise_list
from contacts.views.shares import share_detail, share_list

urlpatterns: list[URLPattern] = [
    path("contacts/", ledger, name="ledger"),
    path("contacts/add/", contact_add, name="contact_add"),
    path("contacts/mine/", promise_list, name="promise_list"),
    path("contacts/shared/", share_list, name="share_list"),
    path("contacts/shared/<int:pk>/", share_detail, name="share_detail"),
    path("contacts/students/<int:pk>/", student_contacts, name="student_contacts"),
    path("contacts/<int:pk>/", contact_detail, name="contact_detail"),
    path("contacts/<int:pk>/edit/", contact_edit, name="contact_edit"),
    path("contacts/<int:pk>/done/", next_step_done, name="next_step_done"),
    path("contacts/<int:pk>/withdraw/", contact_withdraw, name="contact_withdraw"),
]
