"""What holds for every test: the person's own keyring and keys are not there."""

from __future__ import annotations

import os
import tempfile

from hypothesis import settings

# The person's own ledger counts nothing of a test.
os.environ["KIMI_LSP_STATE"] = tempfile.mkdtemp(prefix="kimi-lsp-state-")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
for name in ("MOONSHOT_API_KEY", "KIMI_API_KEY", "KIMI_BASE_URL"):
    os.environ.pop(name, None)

# A machine that is busy with other things is no fault of what is tested.
settings.register_profile("kimi", deadline=None)
settings.load_profile("kimi")
