"""Print the Chromium that the tests drive; exit 1 where there is none."""

from __future__ import annotations

import os
import sys

from kimi_lsp.vision.browser import Browser, find

if __name__ == "__main__":
    found = find(os.environ)
    if not isinstance(found, Browser):
        sys.exit(1)
    print(found.path)
