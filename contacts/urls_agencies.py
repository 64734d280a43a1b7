"""Addresses of agencies: the directory, referrals, early help, information received, references."""

from django.urls import path

from contacts.views import agencies, agency_links, early_help, early_help_edit, information, references, referrals

urlpatterns = [
    path("agencies/", agencies.agency_list, name="agency_list"),
    path("agencies/add/", agencies.agency_add, name="agency_add"),
    path("agencies/<int:pk>/", agencies.agency_detail, name="agency_detail"),
    path("agencies/<int:pk>/change/", agencies.agency_change, name="agency_change"),
    path("agencies/<int:pk>/workers/add/", agencies.worker_add, name="worker_add"),
    path("agencies/workers/<int:pk>/", agencies.worker_change, name="worker_change"),
    path("agencies/students/<int:pk>/", agency_links.agency_student, name="agency_student"),
    path("agencies/students/<int:pk>/place/", agency_links.agency_place, name="agency_place"),
    path("agencies/links/add/", agency_links.link_add, name="link_add"),
    path("agencies/links/<int:pk>/", agency_links.link_change, name="link_change"),
    path("agencies/<slug:kind>/<int:pk>/withdraw/", agency_links.agency_withdraw, name="agency_withdraw"),
    path("referrals/", referrals.referral_list, name="referral_list"),
    path("referrals/add/", referrals.referral_add, name="referral_add"),
    path("referrals/<int:pk>/", referrals.referral_detail, name="referral_detail"),
    path("referrals/<int:pk>/change/", referrals.referral_change, name="referral_change"),
    path("early-help/", early_help.early_help_list, name="early_help_list"),
    path("early-help/add/", early_help_edit.early_help_add, name="early_help_add"),
    path("early-help/none/", early_help_edit.early_help_none, name="early_help_none"),
    path("early-help/<int:pk>/", early_help.early_help_detail, name="early_help_detail"),
    path("early-help/<int:pk>/change/", early_help_edit.early_help_change, name="early_help_change"),
    path("early-help/<int:pk>/actions/<int:key>/", early_help_edit.early_help_action, name="early_help_action"),
    path("early-help/<int:pk>/reviews/<int:key>/", early_help_edit.early_help_review, name="early_help_review"),
    path("information/", information.information_list, name="information_list"),
    path("information/add/", information.information_add, name="information_add"),
    path("information/<int:pk>/", information.information_detail, name="information_detail"),
    path("information/<int:pk>/change/", information.information_change, name="information_change"),
    path("references/", references.reference_list, name="reference_list"),
    path("references/add/", references.reference_add, name="reference_add"),
    path("references/<int:pk>/", references.reference_detail, name="reference_detail"),
    path("references/<int:pk>/draft/", references.reference_draft, name="reference_draft"),
    path("references/<int:pk>/change/", references.reference_change, name="reference_change"),
]
