"""Where settings come from before an editor speaks: the config file and the environment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kimi_lsp.settings import Layer, Source

CONFIG_VARIABLE = "KIMI_LSP_CONFIG"
STATE_VARIABLE = "KIMI_LSP_STATE"


def config_file(environment: Mapping[str, str]) -> Path:
    """The person's config file, whether it is there or not."""
    named = environment.get(CONFIG_VARIABLE)
    if named:
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("kimi-lsp", appauthor=False) / "config.toml"


def cache_folder() -> Path:
    """Where explanations are kept; made when first written to."""
    from platformdirs import user_cache_path

    return user_cache_path("kimi-lsp", appauthor=False)


def state_folder(environment: Mapping[str, str]) -> Path:
    """Where the ledger is kept; made when first written to."""
    named = environment.get(STATE_VARIABLE)
    if named:
        return Path(named)
    from platformdirs import user_state_path

    return user_state_path("kimi-lsp", appauthor=False)


def layers(environment: Mapping[str, str]) -> tuple[Layer, ...]:
    """The layers of settings that these sources give; a file that is no TOML is one bad value."""
    found: list[Layer] = []
    path = config_file(environment)
    try:
        text = path.read_text("utf-8")
        import tomllib

        found.append(Layer(Source.CONFIG_FILE, tomllib.loads(text)))
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        found.append(Layer(Source.CONFIG_FILE, {f"{path.name} ({type(error).__name__})": None}))
    named = {"baseUrl": "KIMI_BASE_URL", "model": "KIMI_MODEL"}
    given = {key: environment[name] for key, name in named.items() if environment.get(name)}
    if given:
        found.append(Layer(Source.ENVIRONMENT, given))
    return tuple(found)
