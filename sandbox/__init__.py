"""A local Telegram for the tests, the demo and the benches: a Bot API server, and people to act as. It knows no bot.

`server.py` has Sandbox, where to begin, and `alone.py` runs it for strangers; `http.py` and `api.py` are the way of a
call; `spec.py` and `methods/` the methods; `world.py`, `people.py`, `groups.py` and `channels.py` the chats;
`formatting.py` and its helpers what becomes of a text.
"""

from sandbox.channels import Channel
from sandbox.clock import Clock
from sandbox.faults import Fault, FaultKind, Latency
from sandbox.groups import Group
from sandbox.journal import Call
from sandbox.limits import Limits
from sandbox.people import Person
from sandbox.screen import Button, Shown
from sandbox.server import Sandbox
from sandbox.updates import Disorder

__all__ = [
    "Button",
    "Call",
    "Channel",
    "Clock",
    "Disorder",
    "Fault",
    "FaultKind",
    "Group",
    "Latency",
    "Limits",
    "Person",
    "Sandbox",
    "Shown",
]
