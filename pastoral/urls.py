"""Every address of the application."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", include("pastoral.core.urls")),
    path("", include("reports.urls")),
]
