"""Who is at the terminal, as the operating system knows them; no variable of theirs is asked.

It judges nothing.
"""

from __future__ import annotations

import grp
import os
import pwd
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.statistics import Person


def person_here(home: Path) -> Person:
    """The user of this process; where that is the account of the node at ``home``, or root, whoever
    became it by sudo. Another account may not say that it is somebody else."""
    from gateway.statistics import Person

    number = os.getuid()
    before = os.environ.get("SUDO_UID", "")
    if before.isdecimal() and number in {0, home.stat().st_uid}:
        number = int(before)
    login = str(number)
    groups: set[str] = set()
    with suppress(KeyError):
        account = pwd.getpwuid(number)
        login = account.pw_name
        for group in os.getgrouplist(login, account.pw_gid):
            with suppress(KeyError):
                groups.add(grp.getgrgid(group).gr_name)
    return Person(login=login, groups=frozenset(groups))
