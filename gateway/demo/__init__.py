"""A whole world on one machine: trust, broker, centre and nodes as real processes.

The demo tells its story with it; the walk's tests and the end-to-end benchmark run in it. Nothing
in production imports it.
"""

from gateway.demo.countries import start_countries
from gateway.demo.forgery import send_forged
from gateway.demo.story import tell_story
from gateway.demo.world import (
    Launch,
    Member,
    Process,
    World,
    stop_world,
    wait_until,
    world_folder,
)
from gateway.grants import CUSTOMS_SENDS, NCB_SENDS, REGISTRY_SENDS

__all__ = [
    "CUSTOMS_SENDS",
    "NCB_SENDS",
    "REGISTRY_SENDS",
    "Launch",
    "Member",
    "Process",
    "World",
    "send_forged",
    "start_countries",
    "stop_world",
    "tell_story",
    "wait_until",
    "world_folder",
]
