"""Every address of the application."""

from django.urls import include, path

from pastoral.core.views.errors import closed
from pastoral.core.views.health import health

urlpatterns = [
    path("health/", health, name="health"),
    # Addresses and linked accounts come from the staff list, not from their owners.
    path("accounts/", include([path("email/", closed), path("3rdparty/", closed)])),
    path("accounts/", include("allauth.urls")),
    path("", include("pastoral.core.urls")),
    path("", include("students.urls")),
    path("", include("attendance.urls")),
    path("", include("behaviour.urls")),
    path("", include("contacts.urls")),
    path("", include("interventions.urls")),
    path("", include("reports.urls")),
]

handler500 = "pastoral.core.views.errors.server_error"
