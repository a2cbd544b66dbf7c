"""What holds for every test: the person's own keyring and keys are not there."""

from __future__ import annotations

import os

os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
for name in ("MOONSHOT_API_KEY", "KIMI_API_KEY", "KIMI_BASE_URL"):
    os.environ.pop(name, None)
