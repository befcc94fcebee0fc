"""The graph that the tables become: labels, their properties, and relationships."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from chaingraph.model.fields import PropertyType, Table, day_twin
from chaingraph.model.links import LINKS, Link
from chaingraph.model.tables import TABLES

PROVENANCE: dict[str, PropertyType] = {"source_id": "STRING", "source_row": "INT64"}

_PERIOD: dict[str, PropertyType] = {
    "period_starts_on": "DATE",
    "period_starts_day": "INT64",
    "period_ends_on": "DATE",
    "period_ends_day": "INT64",
}

# Worked out when a load is published (``loading.derive``), never read from a file.
DERIVED: dict[str, dict[str, PropertyType]] = {
    "Organisation": {"ultimate_owner_id": "STRING"},
    "Contract": {
        "head_contract_id": "STRING",
        "head_org_id": "STRING",
        "term_days": "INT64",
        "first_referral_on": "DATE",
        "first_referral_day": "INT64",
        "first_invoice_on": "DATE",
        "first_invoice_day": "INT64",
    },
    "Invoice": {
        "due_on": "DATE",
        "due_day": "INT64",
        "received_due_day": "INT64",
        "dispute_days": "INT64",
        "statutory_due_on": "DATE",
        "statutory_due_day": "INT64",
        "settled_on": "DATE",
        "settled_day": "INT64",
        "settled_pence": "INT64",
        "days_beyond_terms": "INT64",
    },
    # Whole days that bids could be handed in, a day begun not counted, and the moments' days for the rules.
    "Process": {"opens_day": "INT64", "closes_day": "INT64", "window_days": "INT64"},
    "Commitment": {
        "delivered_customers": "INT64",
        "first_customer_on": "DATE",
        "first_customer_day": "INT64",
    },
    "Payment": {"contract_id": "STRING"},
    "Outcome": {"earlier_claim_id": "STRING"},
    "Referral": {
        "tier": "INT64",
        "is_passed": "BOOL",
        "is_hard": "BOOL",
        "quarter": "STRING",
        "stratum": "STRING",
        "head_org_id": "STRING",
        "journey_id": "STRING",
        "handoffs": "INT64",
        "handoff_gap_days": "INT64",
        "is_return": "BOOL",
    },
    "Rating": _PERIOD,
    "GroupOutcome": _PERIOD,
}


class Node(BaseModel):
    """One label: its key property and every property with its type, in a fixed order."""

    model_config = ConfigDict(frozen=True)

    label: str
    key: str
    properties: dict[str, PropertyType]
    table: str | None = None


class Relationship(BaseModel):
    """One relationship type between one pair of labels."""

    model_config = ConfigDict(frozen=True)

    type: str
    from_label: str
    to_label: str
    properties: dict[str, PropertyType]


def with_twins(properties: dict[str, PropertyType]) -> dict[str, PropertyType]:
    """The same properties with an integer day beside each date."""
    result: dict[str, PropertyType] = {}
    for name, kind in properties.items():
        result[name] = kind
        if kind == "DATE":
            result[day_twin(name)] = "INT64"
    return result


def node_key(table: Table) -> str:
    """The key property; a table with several key columns gets one made of them."""
    if len(table.key) == 1:
        return table.key[0]
    return {"StaffMove": "move_id", "GroupOutcome": "group_outcome_id"}[table.label or ""]


def _node(table: Table, label: str) -> Node:
    columns = {column.graph_name: column.property_type for column in table.columns.values()}
    key = node_key(table)
    properties: dict[str, PropertyType] = {key: "STRING"}
    properties |= with_twins(columns) | DERIVED.get(label, {}) | PROVENANCE
    return Node(label=label, key=key, properties=properties, table=table.name)


NODES: dict[str, Node] = {
    table.label: _node(table, table.label) for table in TABLES.values() if table.label is not None
}
NODES["Capability"] = Node(
    label="Capability",
    key="code",
    properties={"code": "STRING", "name": "STRING", "stage": "STRING", "shown_by": "STRING"},
)
NODES["OwnerSpell"] = Node(
    label="OwnerSpell",
    key="owner_spell_id",
    properties={
        "owner_spell_id": "STRING",
        "org_id": "STRING",
        "owner_id": "STRING",
        "owner_name": "STRING",
        "from_day": "INT64",
        "to_day": "INT64",
    },
)


def _relationship(link: Link) -> Relationship:
    columns = [TABLES[link.table].columns[name] for name in link.properties]
    properties = with_twins({column.graph_name: column.property_type for column in columns})
    return Relationship(
        type=link.type,
        from_label=link.from_label,
        to_label=link.to_label,
        properties=properties | link.extra | (PROVENANCE if columns else {}),
    )


# Several links may fill one relationship (both parties of a negotiation), hence the keys.
RELATIONSHIPS: tuple[Relationship, ...] = tuple(
    {(link.type, link.from_label, link.to_label): _relationship(link) for link in LINKS}.values()
)
