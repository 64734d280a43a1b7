"""The students app's addresses."""

from django.urls import path

from students.views import pick

app_name = "students"

urlpatterns = [
    path("students/pick/", pick, name="pick"),
]
