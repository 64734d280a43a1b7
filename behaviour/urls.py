"""Behaviour's addresses."""

from django.urls import path

from behaviour.views.rooms import inclusion_register, inclusion_sign_in, inclusion_sign_out

app_name = "behaviour"

urlpatterns = [
    path("inclusion/", inclusion_register, name="inclusion_register"),
    path("inclusion/sign-in/<int:pk>/", inclusion_sign_in, name="inclusion_sign_in"),
    path("inclusion/<int:pk>/sign-out/", inclusion_sign_out, name="inclusion_sign_out"),
]
