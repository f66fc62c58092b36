"""Sign-in: one door with password, second factor and single sign-on; invitations; what people see of their own."""
