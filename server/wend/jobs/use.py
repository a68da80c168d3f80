"""Use: how long the jobs of each browser have run; what is long ago counts little.

Kept apart from jobs, so that deleting one, or beginning it anew, gives no turn back.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert, select

from wend.database.tables import USE

HALF_LIFE_S = 6 * 3600.0
"""After so long a second counts half."""
_FORGOTTEN_S = 10 * HALF_LIFE_S


def charge(connection: Connection, browser: str, seconds: float, now: float) -> None:
    """The jobs of a browser have run so many seconds more. now: seconds since 1970."""
    row = connection.execute(select(USE.c.seconds, USE.c.at).where(USE.c.browser == browser)).first()
    before = 0.0 if row is None else _left(row.seconds, row.at, now)
    connection.execute(delete(USE).where((USE.c.browser == browser) | (USE.c.at < now - _FORGOTTEN_S)))
    connection.execute(insert(USE).values(browser=browser, seconds=before + seconds, at=now))


def used(connection: Connection, now: float) -> Mapping[str, float]:
    """Seconds by browser, as they count now."""
    return {browser: _left(seconds, at, now) for browser, seconds, at in connection.execute(select(USE))}


def _left(seconds: float, at: float, now: float) -> float:
    return float(seconds * 0.5 ** (max(now - at, 0.0) / HALF_LIFE_S))
