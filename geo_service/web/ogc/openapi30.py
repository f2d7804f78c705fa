"""From JSON Schema 2020-12, which FastAPI writes, to the Schema Object of OpenAPI 3.0. What 3.0 cannot say is an error, never left out."""

from typing import Any

BOUNDS = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
TOO_NEW = ("prefixItems", "patternProperties", "$defs", "if", "then", "else", "unevaluatedProperties", "contains", "propertyNames")


def older(node: Any) -> Any:
    """The same document, or schema, in the words of 3.0."""
    if isinstance(node, list):
        return [older(part) for part in node]
    if not isinstance(node, dict):
        return node
    if newer := [word for word in TOO_NEW if word in node]:
        raise ValueError(f"OpenAPI 3.0 cannot say {', '.join(newer)}")
    told = {name: older(part) for name, part in node.items()}
    for word in ("anyOf", "oneOf"):
        told = _nullable(told, word)
    if isinstance(told.get("type"), list):
        told["anyOf"] = [{"type": kind} for kind in told.pop("type") if kind != "null"]
        told["nullable"] = True
    if "const" in told:
        told["enum"] = [told.pop("const")]
    for word, plain in BOUNDS.items():
        if word in told and not isinstance(told[word], bool):
            told[plain], told[word] = told[word], True
    if isinstance(told.get("examples"), list):
        told["example"] = told.pop("examples")[0]
    return told


def _nullable(told: dict[str, Any], word: str) -> dict[str, Any]:
    """3.0 has no type null; a single choice that is left is the schema itself."""
    choices = told.get(word)
    if not isinstance(choices, list) or {"type": "null"} not in choices:
        return told
    rest = [choice for choice in choices if choice != {"type": "null"}]
    others = {name: part for name, part in told.items() if name != word}
    if len(rest) == 1 and "$ref" not in rest[0]:
        return {**others, **rest[0], "nullable": True}
    return {**others, ("allOf" if len(rest) == 1 else word): rest, "nullable": True}
