"""Bad input to every route that a server describes."""
