"""Which area lies in which, over however many steps: rules ask it of a delivery and need no recursion."""

from __future__ import annotations

# UNION drops pairs that are found by two ways, and with them any way round: areas nest without a circle.
INSIDE_SQL = """
    WITH RECURSIVE inside AS (
        SELECT area_id AS from_id, area_id AS to_id FROM areas
        UNION
        SELECT inside.from_id, w.within_id FROM inside JOIN area_within AS w ON w.area_id = inside.to_id
    )
    SELECT from_id, to_id FROM inside WHERE to_id IN (SELECT area_id FROM areas) ORDER BY 1, 2
"""
