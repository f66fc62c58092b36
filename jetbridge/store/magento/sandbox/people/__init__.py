"""Pages for people at /admin/, as a store's own administration has them: look, edit, sell, ship, refund."""
