"""Google Cloud Text-to-Speech's gRPC service (protos/google_tts.proto).

Facts: the vendor's protos and its Python client.
"""
