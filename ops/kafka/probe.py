"""Asks a broker for its metadata over a plain socket: is it really serving?

Small on purpose: the command line wants to know within milliseconds and without
loading a Kafka client. Kafka protocol: Metadata request (api 3), version 4.
"""

import socket
import struct

_CLIENT = b"opdbus-probe"
# header v1: api key, version, correlation id, client id; then "no topics", and
# do not create any
_BODY = struct.pack(">hhih", 3, 4, 1, len(_CLIENT)) + _CLIENT + struct.pack(">i?", 0, 0)
_REQUEST = struct.pack(">i", len(_BODY)) + _BODY
_BROKER_COUNT_AT = 8  # after correlation id and throttle time


def brokers_behind(bootstrap: str, timeout: float = 1.0) -> int:
    """Number of brokers that the first address of `host:port,…` knows of.

    Returns:
        0 when nothing answers there, or something that is not Kafka.
    """
    host, _, port = bootstrap.split(",", 1)[0].rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout) as connection:
            connection.sendall(_REQUEST)
            (size,) = struct.unpack(">i", _exactly(connection, 4))
            answer = _exactly(connection, min(size, 65_536))
    except (OSError, ValueError, struct.error):
        return 0
    if len(answer) < _BROKER_COUNT_AT + 4:
        return 0
    return int(struct.unpack_from(">i", answer, _BROKER_COUNT_AT)[0])


def _exactly(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise ConnectionError("closed in the middle of an answer")
        data += part
    return data
