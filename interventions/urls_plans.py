"""Addresses of plans, their versions, reviews and agreements, with whom they are shared, and their kinds."""

from django.urls import URLPattern, path

from interventions.views import plan_edit, plan_end, plan_kinds, plan_parts, plan_shares, plans

urlpatterns: list[URLPattern] = [
    path("plans/", plans.plan_list, name="plan_list"),
    path("plans/add/", plan_edit.plan_add, name="plan_add"),
    path("plans/shared/", plan_shares.plan_share_list, name="plan_share_list"),
    path("plans/shared/<int:pk>/", plan_shares.plan_share_detail, name="plan_share_detail"),
    path("plans/student/<int:pk>/place/", plans.plan_place, name="plan_place"),
    path("plans/<int:pk>/", plans.plan_detail, name="plan_detail"),
    path("plans/<int:pk>/change/", plan_edit.plan_change, name="plan_change"),
    path("plans/<int:pk>/act/", plan_edit.plan_act, name="plan_act"),
    path("plans/<int:pk>/end/", plan_end.plan_end, name="plan_end"),
    path("plans/<int:pk>/withdraw/", plan_end.plan_withdraw, name="plan_withdraw"),
    path("plans/<int:pk>/agreed/", plan_parts.plan_agree, name="plan_agree"),
    path("plans/<int:pk>/agreed/<int:key>/", plan_parts.plan_agreement, name="plan_agreement"),
    path("plans/<int:pk>/reviews/<int:key>/", plan_parts.plan_review, name="plan_review"),
    path("plans/<int:pk>/share/", plan_shares.plan_share, name="plan_share"),
    path("plans/<int:pk>/share/<int:key>/end/", plan_shares.plan_share_end, name="plan_share_end"),
    path("plans/<int:pk>/versions/<int:number>/", plans.plan_version, name="plan_version"),
    path("settings/plans/", plan_kinds.plan_kind_list, name="plan_kind_list"),
    path("settings/plans/add/", plan_kinds.plan_kind_add, name="plan_kind_add"),
    path("settings/plans/<int:pk>/", plan_kinds.plan_kind_change, name="plan_kind_change"),
]
