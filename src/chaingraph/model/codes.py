"""Code lists that more than one table uses, and the strategy's capabilities framework (pages 17 to 19)."""

from __future__ import annotations

from typing import NamedTuple

REGIMES = "pre2013 lpr2013 pcr2015 pa2023"


class Capability(NamedTuple):
    """One capability of the framework: who must show it, and at which stage it is asked for."""

    code: str
    name: str
    stage: str
    shown_by: str


_BID = (
    "financial strength and investment strategy",
    "bringing in expertise",
    "levering in other resources",
    "partnership working",
    "supply chain management and development",
    "programme and project management",
    "commercial acumen",
    "local credibility and outreach",
)
_MANAGEMENT = (
    "working with other delivery partners",
    "performance management",
    "case management",
    "employer engagement",
    "local labour market knowledge",
    "specialist understanding of disadvantage",
    "capacity to respond to changing conditions",
)
_SELF = (
    "needs assessment and personalisation",
    "customer experience",
    "investment in staff and supply chain",
)
_SHOWN_BY = {"B1": "prime", "B5": "prime", "B6": "prime", "B7": "prime", "B8": "any", "M6": "any"}


def _stage(letter: str, stage: str, names: tuple[str, ...]) -> list[Capability]:
    return [
        Capability(f"{letter}{n}", name, stage, _SHOWN_BY.get(f"{letter}{n}", "chain"))
        for n, name in enumerate(names, 1)
    ]


CAPABILITIES: tuple[Capability, ...] = (
    *_stage("B", "bid", _BID),
    *_stage("M", "supplier management", _MANAGEMENT),
    *_stage("S", "self-assessment", _SELF),
)
CAPABILITY_CODES = " ".join(capability.code for capability in CAPABILITIES)
