from django.contrib import admin
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from recognizer.pages import script_texts
from recognizer.pages.accounts import sign_in

handler400 = "recognizer.server_errors.bad_request"
handler500 = "recognizer.server_errors.server_error"
urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/sign-up/", sign_in.sign_up, name="sign-up"),
    path("accounts/login/", sign_in.SignIn.as_view(), name="login"),
    path("accounts/password_change/", sign_in.PasswordChange.as_view(), name="password_change"),
    path("accounts/password_reset/", sign_in.PasswordReset.as_view(), name="password_reset"),
    path(
        "accounts/reset/<uidb64>/<token>/",
        sign_in.PasswordResetConfirm.as_view(),
        name="password_reset_confirm",
    ),
    path("accounts/", include("django.contrib.auth.urls")),
    # No CSRF token: it would set a cookie before a choice, and a forged choice does no harm.
    path("language/", csrf_exempt(set_language), name="set-language"),
    path("words/<str:language>.js", script_texts.Words.as_view(), name="words"),
    path("api/", include("recognizer.api.urls")),
    path("", include("recognizer.urls")),
]
