"""What the methods do, one module for each of their kinds.

A method is a function of the world and the checked parameters; it answers the result, a Message, or what a coroutine
answers later, and refuses by raising ApiError. Its name stands in METHODS of its module, its parameters in `spec.py`.
"""

from collections.abc import Callable

from sandbox.methods import chats, edits, inline, media, messages, profile, updates
from sandbox.spec import Params
from sandbox.world import World

METHODS: dict[str, Callable[[World, Params], object]] = {
    **messages.METHODS,
    **media.METHODS,
    **edits.METHODS,
    **chats.METHODS,
    **profile.METHODS,
    **inline.METHODS,
    **updates.METHODS,
}
