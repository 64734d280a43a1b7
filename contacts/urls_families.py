"""Addresses of families and of students seen."""

from django.urls import path

from contacts.views import events, family, seen, seen_student, targets

urlpatterns = [
    path("families/", family.family_find, name="family_find"),
    path("families/<int:pk>/", family.family, name="family"),
    path("families/<int:pk>/carers/<int:carer_id>/", family.wish_form, name="wish_form"),
    path("families/wrong-numbers/", family.wrong_number_list, name="wrong_numbers"),
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
    path("events/", events.event_list, name="event_list"),
    path("events/add/", events.event_add, name="event_add"),
    path("events/<int:pk>/", events.event_detail, name="event_detail"),
    path("events/<int:pk>/withdraw/", events.event_withdraw, name="event_withdraw"),
    path("events/places/<int:pk>/", events.event_tick, name="event_tick"),
    path("target-list/", targets.target_list, name="target_list"),
    path("target-list/add/", targets.target_add, name="target_add"),
    path("target-list/copy/", targets.target_copy, name="target_copy"),
    path("target-list/<int:pk>/change/", targets.target_change, name="target_change"),
    path("target-list/<int:pk>/withdraw/", targets.target_withdraw, name="target_withdraw"),
]
