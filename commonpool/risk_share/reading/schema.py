"""JSON Schemas of the two texts that this room reads, for editors that check while one types.

They hold to the keys, their places and the shapes of values. What depends on other clauses (shares that add to 100%,
layers that join) only the reader knows: whatever a schema refuses the reader refuses too, and not the other way round.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

Schema: TypeAlias = dict[str, Any]

DAYS: Final = r"^\s*0{0,3}([1-9][0-9]?|[12][0-9]{2}|3[0-5][0-9]|36[0-6])\s*$"  # 1 to 366
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_SHARED: Final = ("shares", "proportion_to", "by")
_NUMBER: Final = r"[0-9./-]+"


def contract_schema() -> Schema:
    """A contract that shares a variance, or one that pays for performance."""
    return {
        "$schema": _DIALECT,
        "title": "Risk-share contract",
        "description": "Who bears an overspend and who keeps an underspend; or what fewer admissions earn.",
        "type": "object",
        "if": {"required": ["performance"]},
        "then": {"$ref": "#/$defs/payment"},
        "else": {"$ref": "#/$defs/sharing"},
        "$defs": {**_VALUES, **_CLAUSES, "sharing": _SHARING, "payment": _PAYMENT},
    }


def futures_schema() -> Schema:
    """What may happen: schemes with budgets and margins, and how they hang together."""
    return {
        "$schema": _DIALECT,
        "title": "What may happen",
        "description": "Schemes with budgets and margins, and how they go wrong together.",
        **_closed(_FUTURES, "schemes"),
        "$defs": {**_VALUES, **_MARGINS},
    }


def _closed(properties: Schema, *needed: str, **more: Any) -> Schema:
    """A mapping with these keys and no others."""
    required = {"required": list(needed)} if needed else {}
    return {"type": "object", "additionalProperties": False, "properties": properties, **required, **more}


def _to(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _list_of(name: str) -> Schema:
    return {"type": "array", "items": _to(name)}


def _each(name: str) -> Schema:
    """A mapping from codes that the writer chooses."""
    return {"type": "object", "additionalProperties": _to(name)}


def _said(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description}


def _one_of(*words: str) -> Schema:
    return {"enum": list(words)}


def _not_together(*keys: str) -> list[Schema]:
    """No two of these keys side by side."""
    return [{"not": {"required": [first, second]}} for at, first in enumerate(keys) for second in keys[at + 1 :]]


def _exactly_one(*keys: str) -> Schema:
    return {"oneOf": [{"required": [key]} for key in keys]}


# Plain numbers are texts to the reader: 0.57 and "0.57" are the same.
_VALUES: Final[Schema] = {
    "text": {"type": ["string", "number", "boolean"], "pattern": r"\S"},
    "texts": {"anyOf": [_to("text"), _list_of("text")]},
    "share": {
        "description": "57%, 0.57 or 4/7",
        "type": ["string", "number"],
        "pattern": rf"^\s*{_NUMBER}\s*%?\s*$",
    },
    "pounds": {"description": 'Pounds, such as "200000.00"', "type": ["string", "number"], "pattern": r"[0-9]"},
    "amount": {
        "description": 'Pounds ("200000.00"), 2% of budget, or in a cap 2% of contribution',
        "type": ["string", "number"],
        "pattern": r"[0-9]",
    },
    "shares": _said(_each("share"), "By code; they add to 100%"),
}

_BY: Final[Schema] = {
    "description": "By what the partners pay in, by who commissions each line, or by what stands with each line",
    "oneOf": [
        _one_of("contributions", "commissioner", "line weights"),
        _closed({"contributions": _to("texts")}, "contributions"),
        _closed(
            {"nhs share": _closed({"nhs": _to("text"), "rest": _to("text")}, "nhs", "rest")},
            "nhs share",
        ),
    ],
}
_SHARINGS: Final[Schema] = {
    "shares": _to("shares"),
    "proportion_to": _said(_each("pounds"), "In proportion to these amounts"),
    "by": _to("by"),
}

_CLAUSES: Final[Schema] = {
    "by": _BY,
    "rounding": {
        **_closed(
            {
                "rule": _one_of("largest_remainder", "half_up"),
                "odd_penny_to": _said(
                    _to("text"), "A partner, or larger_contributor; of equal remainders it comes first"
                ),
                "residual_to": _said(_to("text"), "A partner, or larger_contributor; it takes what is left"),
            }
        ),
        "if": {"required": ["rule"], "properties": {"rule": {"const": "half_up"}}},
        "then": {"not": {"required": ["odd_penny_to"]}},
        "else": {"not": {"required": ["residual_to"]}},
    },
    "partner": {
        "anyOf": [_to("text"), _closed({"name": _to("text"), "contribution": _to("pounds")})],
        "description": "Its name; or its name and what it pays in",
    },
    "group": _closed(
        {
            "name": _to("text"),
            "shares": _to("shares"),
            "proportion_to": _SHARINGS["proportion_to"],
            "by": {"oneOf": [_one_of("contributions"), _BY["oneOf"][1]]},
            "rounding": _to("rounding"),
        },
        **_exactly_one(*_SHARED),
    ),
    "part": _closed(
        {
            "name": _said(_to("text"), "Its name on every step"),
            "lines": _said(_to("texts"), "Codes of the lines that it is for"),
            "sources": _said(_to("texts"), "Sources of money of the lines that it is for"),
            "except_lines": _said(_to("texts"), "Codes of lines that it is not for"),
            "per": _said(_one_of("pool", "line"), "pool: the variances are netted first. line: each by itself"),
            "rounding": _to("rounding"),
            "overspend": _to("side"),
            "underspend": {"anyOf": [{"const": "as overspend"}, _to("side")]},
        },
        "overspend",
        "underspend",
    ),
    "side": _closed(
        {
            "remedies": _said(_list_of("remedy"), "Used one after another before anybody pays"),
            "slices": _said(_list_of("slice"), "First portions of the variance"),
            "layers": _said(_list_of("layer"), "What is left, from an amount up to another"),
            **_SHARINGS,
            "caps": _said(_list_of("cap"), "The most that a partner bears"),
            "unallocated": _said(_to("text"), "What becomes of an amount that nobody has to bear"),
        },
        allOf=_not_together("layers", *_SHARED),
    ),
    "remedy": _closed({"fund": _to("text"), "at_most": _to("amount")}, "fund", "at_most"),
    "slice": _closed(
        {
            "name": _to("text"),
            "to": _said({"anyOf": [_to("text"), _to("shares")]}, "A partner or a fund, or shares"),
            "rate": _to("share"),
            "measure": _said(_to("text"), "A code under measures, whose result the rate is multiplied by"),
            "complement": _said(_one_of("no", "yes"), "yes: one minus rate × measure"),
            "at_least": _said(_to("amount"), "Nothing is due below it: a cliff"),
            "at_most": _to("amount"),
            "cliff": _said(_to("text"), "Why the parties accept that a penny decides over the whole"),
        },
        "to",
        dependentRequired={"at_least": ["cliff"]},
    ),
    "layer": _closed(
        {
            "from": _said(_to("amount"), "Where the one before ends, if left out"),
            "to": _said(_to("amount"), "Without it the layer has no end"),
            **_SHARINGS,
        },
        **_exactly_one(*_SHARED),
    ),
    "cap": _closed(
        {
            "partner": _to("text"),
            "at_most": _to("amount"),
            "excess_to": _said(_to("texts"), "Who takes what is above, in order"),
        },
        "partner",
        "at_most",
    ),
}

_SHARING: Final[Schema] = _closed(
    {
        "title": _said(_to("text"), "What the agreement calls it"),
        "partners": _said(_each("partner"), "By code"),
        "groups": _said(_each("group"), "Partners who stand together in shares, by code"),
        "funds": _said(_each("text"), "What is no partner: reserves, offsets. By code"),
        "measures": _said(_each("text"), "What a result from 0 to 1 measures, by code"),
        "rounding": _to("rounding"),
        "parts": {"type": "array", "minItems": 1, "items": _to("part")},
        "pay": _closed(
            {
                "invoices": _said(_to("text"), "The partner who invoices what is due"),
                "within_days": _said(
                    {"type": ["string", "integer"], "pattern": DAYS, "minimum": 1, "maximum": 366},
                    "Within how many days it is paid",
                ),
            },
            "invoices",
        ),
    },
    "title",
    "partners",
    "parts",
)

_PAYMENT: Final[Schema] = _closed(
    {
        "title": _to("text"),
        "performance": _closed(
            {
                "price": _said(_to("pounds"), "What one admission costs"),
                "target": _said({"type": ["string", "integer"], "pattern": r"^\s*[0-9]{1,9}\s*$"}, "Fewer admissions"),
                "earned_up_to": _one_of("cumulative plan", "annual target"),
                "paid_to": _to("text"),
                "kept_by": _to("text"),
            },
            "price",
            "paid_to",
            "kept_by",
        ),
    },
    "performance",
)

_FUTURES: Final[Schema] = {
    "title": _to("text"),
    "drivers": _said(_to("texts"), "Names of what moves several schemes"),
    "copula": {"anyOf": [{"const": "gaussian"}, _closed({"t": _to("share")}, "t")]},
    "schemes": _each("scheme"),
    "correlations": _list_of("correlation"),
}
_MARGINS: Final[Schema] = {
    "scheme": _closed(
        {
            "budget": _to("pounds"),
            "margin": _to("margin"),
            "drivers": _said(_each("share"), "How far each driver moves it; the squares add to 1 at most"),
            "source": _to("text"),
            "nhs_share": _to("share"),
            "weights": _each("share"),
            "partner": _said(_to("text"), "Who commissions it"),
        },
        "budget",
        "margin",
    ),
    "margin": {
        "description": "As shares of the budget",
        "oneOf": [
            _closed(
                {"log_normal": _closed({"mean": _to("share"), "sd": _to("share")}, "mean", "sd")},
                "log_normal",
            ),
            _closed(
                {
                    "triangular": _closed(
                        {"low": _to("share"), "likely": _to("share"), "high": _to("share")}, "low", "likely", "high"
                    )
                },
                "triangular",
            ),
            _closed({"history": _list_of("share")}, "history"),
        ],
    },
    "correlation": _closed(
        {"between": {"type": "array", "items": _to("text"), "minItems": 2, "maxItems": 2}, "is": _to("share")},
        "between",
        "is",
    ),
}
