"""What a dialect's client is asked to do in the contract, and what its protocol cannot do."""


class Client:
    """Made anew for each conversation; `dialect` is the one of its connection.

    It says frames as the wire has them, or as dicts, which become JSON; it hears what the dialect writes.
    """

    contexts = True  # several on one connection
    flushes = True  # a flush is answered
    closes = False  # the end of its context is the end of the connection
    least = "letter"  # that a message may have, or "word", or "text": one to be spoken by itself
    rate = 8000  # Hz, of the audio that it asks for
    tells_end = True  # a failed context is told to have ended, too
    nonsense = "{nonsense"  # what no client would say

    def open(self, context_id, voice="ann"):
        raise NotImplementedError

    def text(self, context_id, text):
        raise NotImplementedError

    def flush(self, context_id):
        raise NotImplementedError

    def end(self, context_id):
        """Speak the rest, then end."""
        raise NotImplementedError

    def interrupt(self, context_id):
        """Nothing more of it, and its name is free."""
        raise NotImplementedError

    def keep_alive(self, context_id):
        raise NotImplementedError

    def written(self, frame):
        """As the dialect decodes it."""
        return frame

    def hear(self, frame):
        """Heard."""
        raise NotImplementedError
