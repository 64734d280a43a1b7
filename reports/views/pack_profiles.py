"""The profiles of packs as settings of the school."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken
from reports.models import PackProfile
from reports.packs.forms import ProfileForm
from reports.packs.sections import SECTIONS
from reports.packs.settings import profile_change, profile_changes, profile_version, rules_of


@never_cache
@require_safe
@right_required(Right.KEEP_PACK_PROFILES)
def pack_profile_list(request: StaffRequest) -> HttpResponse:
    """Show every profile beside every section: must, only if relevant, never."""
    profiles = list(PackProfile.objects.visible_to(request.user).prefetch_related("rules"))
    rules = [rules_of(profile) for profile in profiles]
    rows = [(section.title, [held.get(section.key, "never") for held in rules]) for section in SECTIONS]
    return render(request, "reports/pack_profile_list.html", {"profiles": profiles, "rows": rows})


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_PACK_PROFILES)
def pack_profile_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Change what a profile is called and asks for; what it said before is kept."""
    profiles = PackProfile.objects.visible_to(request.user).prefetch_related("rules")
    profile = get_object_or_404(profiles, pk=pk)
    form = ProfileForm.of(profile, rules_of(profile), profile_version(profile), request.POST or None)
    if form.is_valid():
        try:
            seen = form.cleaned_data["seen"]
            profile_change(profile=profile, seen=seen, facts=form.facts(), rules=form.rules())
        except Overtaken:
            form.overtaken()
        else:
            messages.success(request, f"{profile} is saved. Packs that were built stay as they are.")
            return redirect("reports:pack_profile_list")
    context = {"form": form, "profile": profile, "changes": profile_changes(profile)}
    return render(request, "reports/pack_profile_form.html", context, status=422 if form.errors else 200)
