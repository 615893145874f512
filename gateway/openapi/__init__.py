"""The description of the API, made of what is served (OpenAPI 3.1)."""
