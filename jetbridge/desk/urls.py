"""Addresses of desk pages."""

from django.urls import path

from jetbridge.desk.views import (
    comparison,
    configuration,
    configuration_files,
    cron,
    demo,
    errors,
    help,
    jet_api,
    personal_data,
    price_drafts,
    support,
)
from jetbridge.inbox import views

app_name = "desk"
urlpatterns = [
    path("configuration/", configuration.configuration, name="configuration"),
    path("configuration/export/", configuration_files.export, name="export_configuration"),
    path("configuration/import/", configuration_files.load, name="import_configuration"),
    path("configuration/prices/preview/", configuration.price_preview, name="price_preview"),
    path("configuration/orders/preview/", configuration.switch_preview, name="switch_preview"),
    path("configuration/fields/check/", configuration.check_mapping, name="check_mapping"),
    path("configuration/follows/", configuration.follows, name="configuration_follows"),
    path("configuration/prices/draft/<slug:step>/", price_drafts.price_draft, name="price_draft"),
    path("configuration/accounts/<slug:mode>/", configuration.save_account, name="save_account"),
    path(
        "configuration/accounts/<slug:mode>/validate/",
        configuration.validate_account,
        name="validate_account",
    ),
    path("configuration/mode/<slug:mode>/", configuration.switch_mode, name="switch_mode"),
    path("configuration/history/", configuration.timeline, name="configuration_history"),
    path("configuration/<slug:tab>/", configuration.configuration, name="configuration_tab"),
    path("configuration/<slug:tab>/undo/", configuration.undo, name="undo_configuration"),
    path("my-notifications/", views.my_notifications, name="my_notifications"),
    path("errors/", errors.book, name="errors"),
    path("help/", help.help_page, name="help"),
    path("help/how-to/<slug:key>/", help.chapter, name="howto"),
    path("help/support/", support.ask, name="support"),
    path("help/support/bundle/", support.bundle, name="support_bundle"),
    path("demo/pictures/<slug:shape>/<slug:color>.svg", demo.picture, name="demo_picture"),
    path("demo/remove/", demo.remove, name="remove_demo"),
    path("compare-with-jet/", comparison.compare_with_jet, name="compare_with_jet"),
    path("personal-data/", personal_data.personal_data, name="personal_data"),
    path("cron/", cron.cron, name="cron"),
    path("cron/runs/<int:pk>/", cron.run, name="run"),
    path("cron/<str:name>/", cron.job, name="job"),
    path("cron/<str:name>/row/", cron.row, name="cron_row"),
    path("cron/<str:name>/run/", cron.run_now, name="run_now"),
    path("cron/<str:name>/pause/", cron.pause, name="pause"),
    path("cron/<str:name>/schedule/", cron.reschedule, name="reschedule"),
    path("cron/<str:name>/resume/", cron.resume, name="resume"),
    path("cron/<str:name>/again/", cron.try_again, name="try_again"),
    path("jet-api/", jet_api.jet_api, name="jet_api"),
    path("jet-api/run/<slug:key>/", jet_api.run_step, name="jet_api_run"),
    path("jet-api/generate/<slug:what>/", jet_api.generate, name="jet_api_generate"),
]
