"""The skin: how every page, grid, form and command line looks; knows no feature."""
