"""Whether an endpoint can be used, found out without a token spent."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from kimi_lsp.errors import KimiError
from kimi_lsp.provider.catalogue import Catalogue
from kimi_lsp.provider.dialects import resolve
from kimi_lsp.provider.endpoint import Endpoint
from kimi_lsp.provider.failures import Asked
from kimi_lsp.provider.hearing import FailedError, heard
from kimi_lsp.provider.settings import ProviderSettings

ANSWER_SECONDS = 5.0


@dataclass(frozen=True)
class Reached:
    """What was found. None stands for what could not be found out.

    ``problem`` is why a call would fail, with its cure.
    """

    reachable: bool | None = None
    key_accepted: bool | None = None
    model: str | None = None
    dialect: str | None = None
    problem: KimiError | None = None


async def reach(settings: ProviderSettings, endpoint: Endpoint, key: str | None) -> Reached:
    """Ask ``/models``, and choose as a call would. Raises nothing; takes five seconds at most."""
    from kimi_lsp.provider.connection import Connection

    connection = Connection(endpoint, key)
    catalogue = Catalogue(endpoint.host)
    try:
        with heard(Asked(endpoint.host, key)):
            async with asyncio.timeout(ANSWER_SECONDS):
                model = await catalogue.choice(connection, settings.model)
    except TimeoutError:
        slow = KimiError("timeout", "doctor.slow", host=endpoint.host, seconds=int(ANSWER_SECONDS))
        return Reached(reachable=False, problem=slow)
    except FailedError as failed:
        error = failed.failure.error
        accepted = False if error.reason in ("unauthorized", "forbidden") else None
        return Reached(error.reason != "offline", accepted, problem=error)
    except KimiError as error:
        accepted = True if catalogue.listed is not None else None
        return Reached(reachable=True, key_accepted=accepted, problem=error)
    finally:
        await connection.close()
    dialect = resolve(settings.dialect, endpoint.host, model.owned_by).name
    if catalogue.listed is None:
        return Reached(True, None, model.id, dialect)
    known = any(one.id == model.id for one in catalogue.listed)
    problem = None if known else catalogue.gone(model.id)
    return Reached(True, True, model.id, dialect, problem)
