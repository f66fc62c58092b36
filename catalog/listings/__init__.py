"""What stands on Jet: facets, uploads, files, rejections, statuses, drift, grid."""
