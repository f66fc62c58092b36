"""Addresses of mapping pages that are not the admin's own."""

from django.urls import path

from catalog.mapping.views import attribute_plans, attributes, categories, suggestions, taxonomy, words

app_name = "mapping"
urlpatterns = [
    path("categories/", categories.categories, name="categories"),
    path("categories/choice/", categories.choice, name="choice"),
    path("categories/search/", categories.search, name="search"),
    path("categories/save/", categories.save, name="save"),
    path("categories/undo/", categories.undo, name="undo"),
    path("categories/suggestions/", suggestions.suggestions, name="suggestions"),
    path("taxonomy/", taxonomy.taxonomy, name="taxonomy"),
    path("taxonomy/from-jet/", taxonomy.from_jet, name="taxonomy_from_jet"),
    path("taxonomy/<int:pk>/", taxonomy.taxonomy_import, name="taxonomy_import"),
    path("taxonomy/<int:pk>/progress/", taxonomy.progress, name="taxonomy_progress"),
    path("taxonomy/<int:pk>/skipped.csv", taxonomy.skipped_rows, name="taxonomy_skipped"),
    path("taxonomy/<int:pk>/skipped/", taxonomy.skipped, name="taxonomy_skipped_page"),
    path("taxonomy/<int:pk>/move/", taxonomy.move_mappings, name="taxonomy_move"),
    path("taxonomy/<int:pk>/<str:decision>/", taxonomy.decide, name="taxonomy_decide"),
    path("attributes/", attribute_plans.attributes, name="attributes"),
    path("attributes/check/", attributes.check_attribute, name="check_attribute"),
    path("attributes/suggestions/", attributes.suggestions, name="attribute_suggestions"),
    path("attributes/<int:pk>/words/", words.words, name="words"),
]
