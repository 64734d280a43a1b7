"""Core's addresses."""

from django.urls import URLPattern, path

from pastoral.core.views.access import access_log
from pastoral.core.views.drafts import draft
from pastoral.core.views.errors import sending_drop
from pastoral.core.views.home import home
from pastoral.core.views.imports import import_apply, import_detail, import_drop, import_list, import_rejects
from pastoral.core.views.jobs import job_detail, job_list, job_progress, job_retry
from pastoral.core.views.needs import needs_now

app_name = "core"

urlpatterns: list[URLPattern] = [
    path("", home, name="home"),
    path("now/", needs_now, name="needs_now"),
    path("drafts/", draft, name="draft"),
    path("sending/drop/", sending_drop, name="sending_drop"),
    path("jobs/", job_list, name="job_list"),
    path("jobs/<int:job_id>/", job_detail, name="job_detail"),
    path("jobs/<int:job_id>/progress/", job_progress, name="job_progress"),
    path("jobs/<int:job_id>/retry/", job_retry, name="job_retry"),
    path("access-log/", access_log, name="access_log"),
    path("imports/", import_list, name="import_list"),
    path("imports/apply/", import_apply, name="import_apply"),
    path("imports/<int:run_id>/", import_detail, name="import_detail"),
    path("imports/<int:run_id>/drop/", import_drop, name="import_drop"),
    path("imports/<int:run_id>/rejects/", import_rejects, name="import_rejects"),
]
