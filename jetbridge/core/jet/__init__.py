"""The one opener of clients to Jet, and what it keeps."""
