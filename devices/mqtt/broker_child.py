"""The embedded broker's own process: MQTT 3.1.1 on one loopback port, ended with its owner.

Run as `python -P -m devices.mqtt.broker_child ADDRESS PORT` with a pipe as standard input: when the
pipe closes, however its owner died, this process ends. It says `ready` on standard output once
it listens and is silent from then on. The broker inside is rumqttd, from the iotcore wheel.
"""

import ipaddress
import logging
import os
import select
import signal
import socket
import stat
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

from devices.contract import Refused

READY = b"ready"
_BROKEN = 70
_LAST_WORDS = (b"panicked at", b"Traceback")
_LAST_BREATH = 0.3
_MEMORY = "/dev/shm"  # noqa: S108 - a full disk must not keep the broker from starting
_SETTINGS = """\
id = 0
[router]
id = 0
max_connections = 1024
max_outgoing_packet_count = 200
max_segment_size = 131072
max_segment_count = 8
[v4.1]
name = "loopback"
listen = "{endpoint}"
next_connection_delay_ms = 1
[v4.1.connections]
connection_timeout_ms = 5000
max_payload_size = 16384
max_inflight_count = 500
"""


def loopback(host: str) -> str:
    """Return the loopback address that `host` names; raises Refused for any other host."""
    address = "127.0.0.1" if host == "localhost" else host
    try:
        inside = ipaddress.ip_address(address).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise Refused(
            f"The embedded broker knows no passwords and serves this machine only, not {host!r}: "
            "write embedded://127.0.0.1:1883, or install Mosquitto for other hosts."
        )
    return address


def endpoint(address: str, port: int) -> str:
    """Return address and port as one text, with the brackets that IPv6 needs."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def main(address: str, port: int) -> None:
    """Serve until standard input closes or the broker inside breaks."""
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.SIG_IGN)  # they reach the whole group; the owner ends us last
    logging.disable()  # rumqttd reports every packet as an error (its tracing spans)
    threading.Thread(target=_end_with_the_owner, daemon=True).start()
    voice = _own_stderr()
    threading.Thread(target=_serve, args=(loopback(address), port), daemon=True).start()
    threading.Thread(target=_say_ready, daemon=True).start()
    _end_when_it_breaks(*voice)


def _end_with_the_owner() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def _own_stderr() -> tuple[int, int]:
    """Put a pipe where standard error was; return its reading end and the real standard error."""
    heard, spoken = os.pipe()
    outside = os.dup(2)
    os.dup2(spoken, 2)
    os.close(spoken)
    return heard, outside


def _serve(address: str, port: int) -> None:
    from iotcore.iotcore import IotCoreBroker  # noqa: PLC0415 - the owner imports this file too

    with tempfile.NamedTemporaryFile("w", suffix=".toml", dir=_MEMORY) as settings:
        settings.write(_SETTINGS.format(endpoint=endpoint(address, port)))
        settings.flush()
        broker = IotCoreBroker(config_path=settings.name)
    broker.run_forever()
    raise RuntimeError(f"the embedded broker stopped serving {endpoint(address, port)}")


def _say_ready() -> None:
    """Wait until a socket of this process listens, so that no stranger's broker is taken for ours.

    Sockets accepted on Linux inherit TCP_NODELAY; rumqttd never sets it, and without it every
    message at QoS 1 waits 42 ms for a delayed acknowledgement.
    """
    while (listener := _listener()) is None:
        time.sleep(0.002)
    with listener:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    os.write(1, READY + b"\n")


def _listener() -> socket.socket | None:
    for name in Path("/proc/self/fd").iterdir():
        number = int(name.name)
        with suppress(OSError):  # the descriptor that lists the folder is gone by now
            if not stat.S_ISSOCK(os.fstat(number).st_mode):
                continue
            candidate = socket.socket(fileno=os.dup(number))
            if candidate.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                return candidate
            candidate.close()
    return None


def _end_when_it_breaks(heard: int, outside: int) -> None:
    """Pass on what the broker says on standard error; end at its first panic or traceback.

    rumqttd 0.20.0 survives a panic with a poisoned lock or without its router: it keeps the port
    and answers nobody. Found with a client that resets the connection before its CONNACK and comes
    back, a client id with a wildcard used twice, a shared subscription in a kept session.
    """
    ending = False
    while not ending or select.select([heard], [], [], _LAST_BREATH)[0]:
        said = os.read(heard, 65536)
        os.write(outside, said)
        ending = ending or any(words in said for words in _LAST_WORDS)
    os._exit(_BROKEN)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
