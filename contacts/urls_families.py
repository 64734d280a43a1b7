"""Addresses of families and of students seen."""

from django.urls import path

from contacts.views import seen, seen_student

urlpatterns = [
    path("students-seen/", seen.seen_list, name="seen_list"),
    path("students-seen/due/", seen.seen_reviews, name="seen_reviews"),
    path("students-seen/add/", seen.seen_add, name="seen_add"),
    path("students-seen/several/", seen.seen_several, name="seen_several"),
    path("students-seen/<int:pk>/undo/", seen.seen_undo, name="seen_undo"),
    path("students-seen/<int:pk>/change/", seen_student.seen_change, name="seen_change"),
    path("students-seen/<int:pk>/withdraw/", seen_student.seen_withdraw, name="seen_withdraw"),
    path("students-seen/student/<int:pk>/", seen_student.seen_student, name="seen_student"),
    path("students-seen/student/<int:pk>/place/", seen_student.seen_place, name="seen_place"),
    path("students-seen/student/<int:pk>/tap/", seen.seen_tap, name="seen_tap"),
]
