"""Pages of logging in and out and of the reader's language."""

from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import method_decorator
from django.views import i18n


@method_decorator(login_not_required, name="dispatch")
class Login(auth.LoginView):
    """The page that asks for user name and password."""

    template_name = "org/login.html"
    redirect_authenticated_user = True


class Logout(auth.LogoutView):
    """Ends the session."""

    next_page = "login"


@login_not_required
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Keep the chosen language in a cookie and come back to the same page."""
    return i18n.set_language(request)
