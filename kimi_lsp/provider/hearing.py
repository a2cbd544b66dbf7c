"""What goes wrong in speaking to an endpoint, as the failure that it is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from kimi_lsp.provider.failures import Asked, Failure, Refusal, of_answer, of_silence
from kimi_lsp.provider.reply import ReplyError


class FailedError(Exception):
    """A call that came to nothing; ``failure`` says whether it may be made again."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.error.reason)
        self.failure = failure


@contextmanager
def heard(asked: Asked) -> Iterator[None]:
    """Turns what a connection and a reply raise into ``FailedError``."""
    from kimi_lsp.provider.connection import RefusedError, UnreachableError

    try:
        yield
    except RefusedError as error:
        raise FailedError(of_answer(error.refusal, asked, time.time())) from None
    except ReplyError as error:
        raise FailedError(of_answer(Refusal(None, error.body), asked, time.time())) from None
    except UnreachableError as error:
        raise FailedError(of_silence(asked, untrusted=error.untrusted)) from None
