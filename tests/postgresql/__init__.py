"""PostgreSQL as it is, but for how its tables are emptied between tests."""
