"""What the API is about, a module a kind of thing: shapes, questions, and the services that its pages call."""
