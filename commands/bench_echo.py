"""The floor that `usciere bench` compares with: bare paho that answers every tap at once.

Run as `python -P -m commands.bench_echo HOST PORT`. No logic, no log, no disk; ends with its owner.
"""

import json
import socket
import sys

from paho.mqtt.client import Client, ConnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from daemon.lifeline import follow_parent

TAPS, UNLOCKS = "echo/door/{}/tap", "echo/door/{}/command"


def echo(host: str, port: int) -> None:
    """Answer until our owner ends."""
    client = Client(CallbackAPIVersion.VERSION2, "usciere-bench-echo")
    client.max_inflight_messages_set(0)
    client.on_message = _answer
    client.on_connect = _listen
    client.connect(host, port)
    tcp = client.socket()
    if isinstance(tcp, socket.socket):
        tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.loop_forever()


def _listen(
    client: Client, _: object, __: ConnectFlags, ___: ReasonCode, ____: Properties | None
) -> None:
    client.subscribe(TAPS.format("+"), 1)


def _answer(client: Client, _: object, message: MQTTMessage) -> None:
    door = message.topic.split("/")[2]
    tap = json.loads(message.payload)["id"]
    client.publish(UNLOCKS.format(door), json.dumps({"tap": tap, "action": "unlock"}), qos=1)


if __name__ == "__main__":
    follow_parent()
    echo(sys.argv[1], int(sys.argv[2]))
