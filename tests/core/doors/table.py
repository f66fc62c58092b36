"""Who comes in where: a line an address, roles by letter, for looking and for posting; '-' is nobody."""

# O owner, M merchant, P operations, V viewer, S staff of no group, A anybody.
# A line: the address as it is written in the code, who may GET, who may POST.
PAGES = """
    /                                                                                              OMPVSA  OMPVSA
    /healthz                                                                                       OMPVSA  OMPVSA
    /readyz                                                                                        OMPVSA  OMPVSA
    /admin/api-tokens/                                                                             OMPV    OMPV
    /admin/api-tokens/<int:pk>/revoke/                                                             -       OMPV
    /admin/login/code/                                                                             OMPVS   OMPVS
    /admin/login/sso/                                                                              OMPVSA  OMPVSA
    /admin/login/sso/callback/                                                                     OMPVSA  OMPVSA
    /admin/password-reset/                                                                         OMPVSA  OMPVSA
    /admin/set-password/<str:uidb64>/<str:token>/                                                  OMPVSA  OMPVSA
    /admin/invite/                                                                                 O       O
    /admin/people/<int:pk>/link/                                                                   -       O
    /admin/people/<int:pk>/remove-second-step/                                                     -       O
    /admin/people/<int:pk>/sessions/<slug:mark>/end/                                               -       O
    /admin/my-sign-in/                                                                             OMPVS   OMPVS
    /admin/my-sign-in/set-up/                                                                      OMPVS   OMPVS
    /admin/my-sign-in/passkey/                                                                     OMPVS   OMPVS
    /admin/my-sign-in/codes/                                                                       -       OMPVS
    /admin/my-sign-in/remove/                                                                      -       OMPVS
    /admin/my-sign-in/sessions/<slug:mark>/end/                                                    -       OMPVS
    /metrics                                                                                       -       -
    /admin/webhooks/                                                                               OM      OM
    /admin/webhooks/<int:pk>/                                                                      OM      OM
    /admin/webhooks/<int:pk>/<slug:step>/                                                          -       OM
    /admin/webhooks/<int:pk>/sent/<int:number>/again/                                              -       OM
    /admin/configuration/                                                                          OMPV    OM
    /admin/configuration/export/                                                                   OM      -
    /admin/configuration/import/                                                                   OM      OM
    /admin/configuration/prices/preview/                                                           OMPV    OMPV
    /admin/configuration/orders/preview/                                                           OMPV    OMPV
    /admin/configuration/fields/check/                                                             -       OMP
    /admin/configuration/follows/                                                                  OMPV    OMPV
    /admin/configuration/prices/draft/<slug:step>/                                                 -       OM
    /admin/configuration/accounts/<slug:mode>/                                                     -       OM
    /admin/configuration/accounts/<slug:mode>/validate/                                            -       OMP
    /admin/configuration/store/keys/                                                               -       OM
    /admin/configuration/store/validate/                                                           -       OMP
    /admin/configuration/store/connect/                                                            -       OM
    /admin/configuration/store/module/                                                             OMPV    -
    /admin/configuration/store/disconnect/                                                         OM      OM
    /admin/configuration/mode/<slug:mode>/                                                         OM      OM
    /admin/configuration/history/                                                                  OMPV    -
    /admin/configuration/<slug:tab>/                                                               OMPV    OM
    /admin/configuration/<slug:tab>/undo/                                                          -       OM
    /admin/my-notifications/                                                                       OMPV    OMPV
    /admin/errors/                                                                                 OMPVS   OMPVS
    /admin/help/                                                                                   OMPVS   OMPVS
    /admin/help/how-to/<slug:key>/                                                                 OMPVS   OMPVS
    /admin/personal-data/                                                                          OMPV    OMPV
    /admin/help/support/                                                                           OMPV    OMPV
    /admin/help/support/bundle/                                                                    OMPV    OMPV
    /admin/demo/pictures/<slug:shape>/<slug:color>.svg                                             OMPVSA  OMPVSA
    /admin/compare-with-jet/                                                                       OM      OM
    /admin/demo/remove/                                                                            OM      OM
    /admin/sandbox/keys/<slug:mode>/                                                               -       OM
    /admin/sandbox/review/                                                                         -       OMP
    /admin/sandbox/clock/                                                                          -       OMP
    /admin/sandbox/taxonomy/                                                                       -       OM
    /admin/cron/                                                                                   OMPV    OMPV
    /admin/cron/runs/<int:pk>/                                                                     OMPV    OMPV
    /admin/cron/<str:name>/                                                                        OMPV    OMPV
    /admin/cron/<str:name>/row/                                                                    OMPV    OMPV
    /admin/cron/<str:name>/followed/                                                               OMPV    OMPV
    /admin/cron/<str:name>/run/                                                                    -       OMP
    /admin/cron/<str:name>/pause/                                                                  OM      OM
    /admin/cron/<str:name>/schedule/                                                               OM      OM
    /admin/cron/<str:name>/resume/                                                                 -       OM
    /admin/cron/<str:name>/again/                                                                  -       OMP
    /admin/jet-api/                                                                                OMP     OMP
    /admin/jet-api/run/<slug:key>/                                                                 -       OMP
    /admin/jet-api/generate/<slug:what>/                                                           -       OMP
    /admin/outbox/<str:box>/<int:pk>/                                                              OMPVS   OMPVS
    /admin/catalog/imports/                                                                        OMP     OMP
    /admin/catalog/imports/<int:pk>/                                                               OMP     -
    /admin/catalog/imports/<int:pk>/progress/                                                      OMP     -
    /admin/catalog/imports/<int:pk>/bad-rows/                                                      OMP     -
    /admin/catalog/imports/store/                                                                  -       OMP
    /admin/catalog/imports/<int:pk>/<slug:decision>/                                               -       OMP
    /admin/catalog/runs/                                                                           OMPV    -
    /admin/catalog/runs/new/                                                                       OMP     OMP
    /admin/catalog/runs/<int:pk>/                                                                  OMPV    -
    /admin/catalog/runs/<int:pk>/live/                                                             OMPV    -
    /admin/catalog/runs/<int:pk>/<slug:step>/                                                      -       OMP
    /admin/catalog/runs/<int:pk>/again/<slug:step>/                                                -       OMP
    /admin/catalog/price-reviews/                                                                  OMPV    -
    /admin/catalog/price-reviews/decide/                                                           -       OM
    /admin/catalog/vanished/                                                                       OMPV    -
    /admin/catalog/vanished/look/                                                                  -       OMP
    /admin/catalog/vanished/link/                                                                  OMP     OMP
    /admin/catalog/vanished/archive/                                                               OM      OM
    /admin/catalog/drift/compare/                                                                  -       OMP
    /admin/catalog/drift/<int:pk>/reconcile/                                                       -       OMP
    /admin/catalog/files/fetch/                                                                    -       OMP
    /admin/catalog/files/clear/                                                                    OM      OM
    /admin/catalog/files/<int:pk>/                                                                 OMPV    -
    /admin/catalog/files/<int:pk>/resubmit/                                                        -       OMP
    /admin/catalog/files/<int:pk>/delete/                                                          OM      OM
    /admin/catalog/files/<int:pk>/content/                                                         OMPV    -
    /admin/catalog/files/<int:pk>/said/                                                            OMPV    -
    /admin/catalog/files/<int:pk>/report/                                                          OMPV    -
    /admin/catalog/product/funnel/                                                                 OMPV    -
    /admin/catalog/product/choices/<slug:name>/                                                    OMPVS   OMPVS
    /admin/catalog/product/<int:pk>/cell/<slug:name>/                                              OMP     OMP
    /admin/catalog/causes/                                                                         OMPV    -
    /admin/catalog/causes/<str:code>/                                                              OMPV    OMPV
    /admin/catalog/product/<int:pk>/jet/                                                           OMP     -
    /admin/catalog/product/<int:pk>/exceptions/<slug:facet>/                                       OMP     -
    /admin/catalog/product/<int:pk>/exceptions/<slug:facet>/send/                                  -       OMP
    /admin/catalog/product/<int:pk>/sync/                                                          OMP     OMP
    /admin/catalog/product/<int:pk>/validate/                                                      -       OMPV
    /admin/catalog/product/<int:pk>/archive/                                                       -       OM
    /admin/mapping/categories/                                                                     OMPV    -
    /admin/mapping/categories/choice/                                                              OMPV    -
    /admin/mapping/categories/search/                                                              OMPV    -
    /admin/mapping/categories/save/                                                                -       OMP
    /admin/mapping/categories/undo/                                                                -       OMP
    /admin/mapping/categories/suggestions/                                                         OMP     OMP
    /admin/mapping/taxonomy/                                                                       OM      OM
    /admin/mapping/taxonomy/from-jet/                                                              -       OM
    /admin/mapping/taxonomy/<int:pk>/                                                              OM      -
    /admin/mapping/taxonomy/<int:pk>/progress/                                                     OM      -
    /admin/mapping/taxonomy/<int:pk>/skipped.csv                                                   OM      -
    /admin/mapping/taxonomy/<int:pk>/skipped/                                                      OM      -
    /admin/mapping/taxonomy/<int:pk>/move/                                                         -       OMP
    /admin/mapping/taxonomy/<int:pk>/<str:decision>/                                               -       OM
    /admin/mapping/attributes/                                                                     OMPV    OMPV
    /admin/mapping/attributes/check/                                                               OMPV    -
    /admin/mapping/attributes/suggestions/                                                         OMPV    -
    /admin/mapping/attributes/<int:pk>/words/                                                      OMPV    OMPV
    /admin/orders/fetch/                                                                           -       OMP
    /admin/orders/fetch/choose/                                                                    OMP     OMP
    /admin/orders/fetch/<int:pk>/                                                                  OMP     OMP
    /admin/orders/order/<int:pk>/change/                                                           OMPV    OMPV
    /admin/orders/order/<int:pk>/ship/                                                             -       OMP
    /admin/orders/order/<int:pk>/confirm-cancel/                                                   -       OMP
    /admin/orders/order/<int:pk>/note/                                                             -       OMP
    /admin/orders/order/<int:pk>/desk/                                                             -       OMP
    /admin/orders/order/<int:pk>/acknowledge/                                                      -       OMP
    /admin/orders/order/<int:pk>/reject/                                                           OM      OM
    /admin/orders/order/<int:pk>/forget/                                                           O       O
    /admin/orders/order/<int:pk>/retry/                                                            -       OMP
    /admin/orders/order/<int:pk>/sync/                                                             -       OMP
    /admin/orders/order/<int:pk>/store/                                                            -       OMP
    /admin/orders/order/<int:pk>/store/<int:document>/retry/                                       -       OMP
    /admin/orders/order/<int:pk>/fix/<int:item_pk>/                                                -       OMP
    /admin/orders/order/<int:pk>/choose/<int:item_pk>/                                             OMP     OMP
    /admin/orders/order/<int:pk>/packing-slip/<int:sequence>/                                      OMPV    OMPV
    /admin/orders/invoice/<int:pk>/                                                                OMPV    OMPV
    /admin/orders/work/                                                                            OMP     -
    /admin/orders/work/<int:pk>/ship/                                                              -       OMP
    /admin/orders/work/<int:pk>/take/                                                              -       OMP
    /admin/orders/work/<int:pk>/undo/                                                              -       OMP
    /admin/orders/parcels/                                                                         OMP     OMP
    /admin/orders/parcels/columns/                                                                 -       OMP
    /admin/orders/parcels/orders-to-ship.csv                                                       OMP     OMP
    /admin/orders/parcels/<int:pk>/bad-rows/                                                       OMP     OMP
    /admin/orders/store/                                                                           OMPV    OMPV
    /admin/orders/store/<int:pk>/fix/                                                              -       OMP
    /admin/orders/store/<int:pk>/leave/                                                            -       OMP
    /admin/orders/store/carriers/                                                                  -       OMP
    /admin/orders/export/                                                                          OMP     OMP
    /admin/orders/pick-list/                                                                       OMP     OMP
    /admin/orders/printed/                                                                         -       OMP
    /admin/orders/packing-slips/logo/                                                              OM      OM
    /admin/orders/packing-slips/logo/picture/                                                      OMPV    OMPV
    /admin/orders/packing-slips/                                                                   OMP     OMP
    /admin/orders/runs/                                                                            OMPV    -
    /admin/orders/runs/new/                                                                        OMP     OMP
    /admin/orders/runs/<int:pk>/                                                                   OMPV    -
    /admin/orders/runs/<int:pk>/live/                                                              OMPV    -
    /admin/orders/runs/<int:pk>/<slug:step>/                                                       -       OMP
    /admin/orders/runs/<int:pk>/again/<slug:step>/                                                 -       OMP
    /admin/orders/failed/<int:pk>/retry/                                                           -       OMP
    /admin/orders/failed/<int:pk>/cancel/                                                          OM      OM
    /admin/orders/failed/update-status/                                                            -       OMP
    /admin/orders/failed/restock/                                                                  OMP     OMP
    /admin/orders/failed/stop-rejecting/                                                           -       OM
    /admin/orders/failed/rejecting/                                                                OM      OM
    /admin/returns/fetch/                                                                          -       OMP
    /admin/returns/returnrequest/<int:pk>/change/                                                  OMPV    OMPV
    /admin/returns/returnrequest/<int:pk>/complete/                                                -       OMP
    /admin/returns/refund/sync/                                                                    -       OMP
    /admin/returns/refund/<int:pk>/change/                                                         OMPV    OMPV
    /admin/returns/refund/<int:pk>/remove/                                                         OM      OM
    /admin/returns/refund/<int:pk>/close/                                                          -       OM
    /admin/returns/settlement/fetch/                                                               -       OMP
    /admin/returns/settlement/<int:pk>/change/                                                     OMPV    OMPV
    /admin/returns/ledger/<int:pk>/                                                                OMPV    OMPV
    /admin/returns/memo/<int:pk>/                                                                  OMPV    OMPV
    /admin/search/                                                                                 OMPVS   OMPVS
    /admin/                                                                                        OMPVS   OMPVS
    /admin/login/                                                                                  OMPVSA  OMPVSA
    /admin/logout/                                                                                 A       OMPVSA
    /admin/password_change/                                                                        OMPVS   OMPVS
    /admin/password_change/done/                                                                   OMPVS   -
    /admin/autocomplete/                                                                           -       -
    /admin/jsi18n/                                                                                 OMPVS   -
    /admin/r/<path:content_type_id>/<path:object_id>/                                              OMPVS   OMPVS
    /admin/core/apicall/<int:pk>/again/                                                            -       OMP
    /admin/auth/user/<id>/password/                                                                O       O
    /admin/auth/user/sign-out/                                                                     -       OMPVS
    /admin/auth/user/<int:pk>/sign-out/                                                            -       O
    /admin/core/notification/mark-all-read/                                                        -       OMPV
    /admin/mapping/attributemapping/jet-attributes/                                                OMPV    OMPV
    /admin/mapping/jetcategory/upload-csv/                                                         OM      OM
    /admin/mapping/jetcategory/map/                                                                OMP     OMP
    /admin/mapping/jetcategory/attributes/                                                         OMPV    OMPV
    /admin/catalog/product/export/                                                                 OMPV    OMPV
    /admin/orders/order/views/save/                                                                -       OMPV
    /admin/orders/order/views/columns/                                                             -       OMPV
    /admin/orders/order/views/<int:pk>/delete/                                                     -       OMPV
    /admin/orders/failedorder/views/save/                                                          -       OMPV
    /admin/orders/failedorder/views/columns/                                                       -       OMPV
    /admin/orders/failedorder/views/<int:pk>/delete/                                               -       OMPV
    /admin/returns/returnrequest/views/save/                                                       -       OMPV
    /admin/returns/returnrequest/views/columns/                                                    -       OMPV
    /admin/returns/returnrequest/views/<int:pk>/delete/                                            -       OMPV
    /admin/returns/refund/views/save/                                                              -       OMPV
    /admin/returns/refund/views/columns/                                                           -       OMPV
    /admin/returns/refund/views/<int:pk>/delete/                                                   -       OMPV
    /admin/catalog/uploadfile/views/save/                                                          -       OMPV
    /admin/catalog/uploadfile/views/columns/                                                       -       OMPV
    /admin/catalog/uploadfile/views/<int:pk>/delete/                                               -       OMPV
    /admin/core/apicall/views/save/                                                                -       OMPV
    /admin/core/apicall/views/columns/                                                             -       OMPV
    /admin/core/apicall/views/<int:pk>/delete/                                                     -       OMPV
    /admin/catalog/product/views/save/                                                             -       OMPV
    /admin/catalog/product/views/columns/                                                          -       OMPV
    /admin/catalog/product/views/<int:pk>/delete/                                                  -       OMPV
    /admin/catalog/product/<path:object_id>/menu/view/                                             OMP     OMP
    /admin/catalog/product/<path:object_id>/menu/sync/                                             OMP     OMP
    /admin/catalog/product/<path:object_id>/menu/validate/                                         -       OMPV
    /admin/catalog/product/<path:object_id>/menu/archive/                                          -       OM
    /admin/returns/refund/export.csv                                                               OMPV    -
"""

# A table's own pages: who sees rows and their history, adds, changes and deletes one.
TABLES = """
    returns.refund                    OMPV   OM     OMPV   -
    core.apicall                      OMPV   -      -      -
    core.event                        OMPV   -      -      -
    auditlog.logentry                 OMPV   -      -      -
    auth.user                         O      O      O      O
    auth.group                        O      O      O      O
    django_celery_beat.periodictask   O      -      -      -
    core.notification                 OMPV   -      -      -
    catalog.importfile                OMPV   -      OMPV   -
    mapping.attributemapping          OMPV   OMP    OMP    OM
    mapping.jetattribute              OMPV   -      -      -
    mapping.jetcategory               OMPV   -      -      -
    catalog.attribute                 OMPV   OM     OM     OM
    catalog.storecategory             OMPV   OM     OM     OM
    catalog.brandrule                 OMPV   OM     OM     OM
    catalog.drift                     OMPV   -      -      -
    catalog.product                   OMPV   OM     OMP    OM
    catalog.uploadfile                OMPV   -      OMPV   OM
    orders.failedorder                OMPV   -      OMPV   -
    orders.order                      OMPV   -      OMPV   -
    orders.oversell                   OMPV   -      -      -
    returns.returnrequest             OMPV   -      OMPV   -
    returns.settlement                OMPV   -      OMPV   -
"""
