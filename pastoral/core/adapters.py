"""How allauth fits this application: existing accounts only."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest, HttpResponse

from pastoral.core.models import User
from pastoral.core.sending import remember_who

_DO_NOT_FIT = "That staff code or e-mail and password do not go together."


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from the staff import; nobody registers themselves."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _DO_NOT_FIT,
        "username_password_mismatch": _DO_NOT_FIT,
        "invalid_login": _DO_NOT_FIT,
        "incorrect_password": "That is not your password.",
        "enter_current_password": "That is not your password.",
        "too_many_login_attempts": "There were too many tries in a short time. Try again in 5 minutes.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse self-registration."""
        return False

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Answer a sign-in, however it was done, and note who it was for a form sent after it has run out."""
        response = super().post_login(request, user, **kwargs)
        remember_who(response, user, is_secure=request.is_secure())
        return response


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Microsoft and Google sign in somebody whose e-mail address the school already holds."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        """Refuse an address that the school does not hold."""
        return False
