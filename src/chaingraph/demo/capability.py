"""Evidence of capability, required and shown along each chain, with some required and shown by nobody."""

from __future__ import annotations

import numpy as np

from chaingraph.demo.state import AS_OF_DAY, Head, Market
from chaingraph.model import CAPABILITIES

KINDS = ("accounts", "inspection", "reference", "attestation", "metric", "document")
# Evidenced need by need with the deliveries, so required of every chain but not planted here.
NEED_CAPABILITY = "M6"


def add_evidence(
    market: Market,
    rng: np.random.Generator,
    org_id: str,
    capability: str,
    *,
    need: str | None = None,
    level: int | None = None,
    lapsed: bool = False,
) -> None:
    """One piece of evidence, of the last ten months and in date; or one that has expired."""
    issued = AS_OF_DAY - (int(rng.integers(500, 900)) if lapsed else int(rng.integers(20, 300)))
    expires = issued + 365 if lapsed else AS_OF_DAY + int(rng.integers(30, 700))
    market.add(
        "evidence",
        evidence_id=market.id("evidence", "EV"),
        org_id=org_id,
        capability=capability,
        need_type=need,
        level=int(rng.integers(2, 4)) if level is None else level,
        kind=KINDS[int(rng.integers(len(KINDS)))],
        issued_on=issued,
        # Some evidence is open-ended.
        expires_on=expires if lapsed or rng.random() < 0.85 else None,
        document_ref=f"evidence/{org_id}/{capability}",
    )


def make_capability(market: Market) -> None:
    """Requirements of capabilities for every head contract and the evidence along its chain."""
    gaps = _choose_gaps(market)
    wanting = {
        (org_id, capability)
        for head in market.heads
        for capability in gaps.get(head.deal.contract_id, ())
        for org_id in _holders(head, capability)
    }
    shown: set[tuple[str, str]] = set()
    rng = market.rng("capability")
    for head in market.heads:
        for one in CAPABILITIES:
            missing = one.code in gaps.get(head.deal.contract_id, ())
            able = [org for org in _holders(head, one.code) if (org, one.code) not in wanting]
            if not missing and (rng.random() < 0.15 or not able):
                continue  # not every contract asks for everything, least of all for what nobody here may show
            market.add(
                "requirements",
                requirement_id=market.id("requirements", "RQ"),
                contract_id=head.deal.contract_id,
                capability=one.code,
            )
            if missing:
                _plant_gap(market, rng, head, one.code)
                continue
            for place in rng.permutation(len(able))[: int(rng.integers(1, 4))]:
                if (able[place], one.code) not in shown:
                    shown.add((able[place], one.code))
                    add_evidence(market, rng, able[place], one.code)
    # Noise that counts for nothing: old papers, and papers that say "weak".
    for org_id in market.subs[::7]:
        capability = CAPABILITIES[int(rng.integers(len(CAPABILITIES)))].code
        add_evidence(market, rng, org_id, capability, lapsed=True)
        add_evidence(market, rng, org_id, capability, level=1)


def _holders(head: Head, capability: str) -> list[str]:
    """Who may show a capability for a chain: the prime alone, or anybody in it."""
    shown_by = {one.code: one.shown_by for one in CAPABILITIES}[capability]
    chain = list(dict.fromkeys(deal.supplier_id for deal in head.chain))
    return chain[:1] if shown_by == "prime" else chain


def _choose_gaps(market: Market) -> dict[str, set[str]]:
    """Chains in which nobody shows one capability; for those a prime must show, all the prime's chains."""
    rng = market.rng("gaps")
    codes = [one.code for one in CAPABILITIES if one.code != NEED_CAPABILITY]
    gaps: dict[str, set[str]] = {}
    for place in rng.permutation(len(market.heads))[: market.size.plants]:
        head = market.heads[place]
        code = codes[int(rng.integers(len(codes)))]
        # What one prime cannot show it cannot show anywhere.
        alone = _holders(head, code) == [head.prime]
        for other in market.heads:
            if other is head or (alone and other.prime == head.prime):
                gaps.setdefault(other.deal.contract_id, set()).add(code)
    return gaps


def _plant_gap(market: Market, rng: np.random.Generator, head: Head, capability: str) -> None:
    chain = list(dict.fromkeys(deal.supplier_id for deal in head.chain))
    ways = ("all evidence has expired", "nobody shows it", "the evidence is of level 1")
    how = ways[sum(one.rule == "capability-gap" for one in market.planted) % len(ways)]
    if how == "all evidence has expired":
        add_evidence(market, rng, chain[0], capability, lapsed=True)
    elif how == "the evidence is of level 1":
        add_evidence(market, rng, chain[0], capability, level=1)
    market.plant("capability-gap", how, contract_id=head.deal.contract_id, capability=capability)
