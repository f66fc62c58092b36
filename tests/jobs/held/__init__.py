"""Jobs that hold the interpreter of their worker, for the tests of what watches from outside."""
