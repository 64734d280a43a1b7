"""Addresses of first-day calls."""

from django.urls import path

from contacts.views.call import call_form
from contacts.views.calling import call_claim, call_queue, call_release, call_step
from contacts.views.calling_day import call_day_page
from contacts.views.calling_steps import calling_step, calling_steps

urlpatterns = [
    path("first-day-calls/", call_queue, name="call_queue"),
    path("first-day-calls/day/", call_day_page, name="call_day"),
    path("settings/first-day-calls/", calling_steps, name="calling_steps"),
    path("settings/first-day-calls/<int:pk>/", calling_step, name="calling_step"),
    path("first-day-calls/<int:pk>/", call_form, name="call_form"),
    path("first-day-calls/<int:pk>/claim/", call_claim, name="call_claim"),
    path("first-day-calls/<int:pk>/release/", call_release, name="call_release"),
    path("first-day-calls/<int:pk>/steps/<int:step>/", call_step, name="call_step"),
]
