"""Addresses of sign-in: the second step behind the login page, and what people see of their own."""

from django.contrib import admin
from django.urls import path

from jetbridge.signin.single_sign_on import PROVIDER
from jetbridge.signin.views import door, others, own, passwords

SSO = {"provider_id": PROVIDER}
app_name = "signin"
urlpatterns = [
    path("my-sign-in/", own.my_sign_in, name="mine"),
    path("my-sign-in/set-up/", own.set_up, name="set_up"),
    path("my-sign-in/passkey/", own.add_passkey, name="passkey"),
    path("my-sign-in/codes/", own.new_codes, name="new_codes"),
    path("my-sign-in/remove/", own.remove, name="remove"),
    path("my-sign-in/sessions/<slug:mark>/end/", own.end_session, name="end_session"),
    path("invite/", others.invite, name="invite"),
    path("people/<int:pk>/link/", others.send_link, name="send_link"),
    path("people/<int:pk>/remove-second-step/", others.remove_factors, name="remove_factors"),
    path("people/<int:pk>/sessions/<slug:mark>/end/", others.end_session, name="end_session_of"),
    path("set-password/<str:uidb64>/<str:token>/", passwords.set_password, name="password"),
]
# By these names the library leads from one step to the next.
library = [
    path("password-reset/", passwords.forgotten, name="admin_password_reset"),
    path("login/", admin.site.login, name="account_login"),
    path("login/code/", door.second_step, name="mfa_authenticate"),
    path("login/sso/", door.to_provider, SSO, name="openid_connect_login"),
    path("login/sso/callback/", door.from_provider, SSO, name="openid_connect_callback"),
]
