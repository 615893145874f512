"""Our own protocol: the words of core/events.py over WebSocket, gRPC and HTTP (docs/protocol.md)."""
