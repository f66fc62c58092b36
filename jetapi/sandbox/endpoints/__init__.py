"""The API's endpoints: each reads the request, asks the rules, and words the answer."""
