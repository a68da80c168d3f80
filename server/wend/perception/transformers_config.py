"""A transformers config.json judged before the library sees it: what asks for a program, the network or
another folder's weights is refused.

The library builds a backbone that a configuration names by fetching it, and hands `backbone_kwargs` on to
that fetch, `trust_remote_code` among them.
"""

from collections.abc import Iterator, Mapping

from wend.errors import WeightsInvalid

MAX_DEPTH = 16
MAX_VALUES = 200_000  # a label list in both directions has two per class
# What every version of the library computes itself; any other name may be a repository of kernels.
_ATTENTION = ("eager", "sdpa")
_ATTENTION_KEYS = ("attn_implementation", "_attn_implementation", "_attn_implementation_internal")
_NEVER = {
    "auto_map": "asks to run a program of the folder",
    "configuration_files": "sends the library to another file than config.json",
}
_SWITCHES = ("use_timm_backbone", "use_pretrained_backbone", "trust_remote_code")


def refuse_requests(config: Mapping[str, object], name: str) -> None:
    """Nothing, for a configuration that is built from itself alone: a backbone is inline, in
    `backbone_config`.

    Raises: WeightsInvalid, naming the key.
    """
    for where, key, value in _entries(config, name):
        why = _objection(key, value)
        if why is not None:
            raise WeightsInvalid(name, f"its config.json {why} ({where})")


def _objection(key: str, value: object) -> str | None:
    if key in _NEVER:
        return _NEVER[key]
    if key == "backbone" and isinstance(value, str):
        return "names a backbone that would be fetched; only an inline backbone_config is built"
    if key == "backbone_kwargs" and value:
        return "hands arguments to the fetching of a backbone"
    if key in _SWITCHES and value:
        return "switches on what would be fetched or run"
    if key in _ATTENTION_KEYS and value is not None and value not in _ATTENTION:
        return f"asks for attention that is neither of {', '.join(_ATTENTION)}"
    return None


def _entries(config: Mapping[str, object], name: str) -> Iterator[tuple[str, str, object]]:
    """Every entry of every object at any depth: its path, its key, its value."""
    waiting: list[tuple[str, object, int]] = [("", config, 0)]
    seen = 0
    while waiting:
        where, found, depth = waiting.pop()
        if not isinstance(found, Mapping | list | tuple):
            continue
        seen += len(found)
        if depth > MAX_DEPTH or seen > MAX_VALUES:
            raise WeightsInvalid(
                name, f"its config.json is nested deeper than {MAX_DEPTH} or has over {MAX_VALUES} values"
            )
        if isinstance(found, Mapping):
            for key, value in found.items():
                path = f"{where}.{key}" if where else str(key)
                yield path, str(key), value
                waiting.append((path, value, depth + 1))
        else:
            waiting.extend((f"{where}[{i}]", value, depth + 1) for i, value in enumerate(found))
