"""What desk does across the apps."""
