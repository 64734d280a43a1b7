"""Addresses of packs."""

from django.urls import path

from reports.views import pack_profiles, packs, packs_build

urlpatterns = [
    path("packs/", packs.pack_list, name="pack_list"),
    path("packs/add/", packs_build.pack_add, name="pack_add"),
    path("packs/<int:pk>/", packs.pack_detail, name="pack_detail"),
    path("packs/<int:pk>/pdf/", packs.pack_pdf, name="pack_pdf"),
    path("packs/<int:pk>/withdraw/", packs.pack_withdraw, name="pack_withdraw"),
    path("packs/<int:pk>/given/<int:key>/withdraw/", packs.pack_handover_withdraw, name="pack_handover_withdraw"),
    path("settings/packs/", pack_profiles.pack_profile_list, name="pack_profile_list"),
    path("settings/packs/<int:pk>/", pack_profiles.pack_profile_change, name="pack_profile_change"),
]
