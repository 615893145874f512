"""What keeps a server from starting."""


class ConfigError(Exception):
    """Why the server does not start. The text is for the operator and says what to do."""
