"""The lint of statements: what one engine would read otherwise is refused, with what to write instead."""

from __future__ import annotations

import pytest

from chaingraph.rules.blocks import parse, returned
from chaingraph.rules.patterns import read_pattern
from chaingraph.rules.statement_lint import statement_faults
from chaingraph.rules.tokens import code, tokens
from tests.rules_machinery.samples import sample


def faults(cypher: str) -> list[str]:
    return [message for _, message in statement_faults(sample(cypher).main)]


M = "MATCH (c:Contract) "
R = " RETURN c.contract_id AS contract_id"

REFUSED = [
    # dates
    (
        f"{M}WHERE c.starts_on > date('2020-01-01'){R}",
        "date() is not the same in both engines: compare dates",
    ),
    (f"{M}WHERE c.starts_on + 3 > $as_of{R}", "c.starts_on is a date and cannot be counted with"),
    (f"{M}WHERE c.starts_on > $as_of - 3{R}", "use $as_of_day"),
    (f"{M}RETURN c.starts_on.year AS y", "parts of a date"),
    (f"{M}RETURN duration.between(c.starts_on, c.ends_on) AS d", "duration.between() is not the same"),
    (f"{M}RETURN datetime() AS d", "datetime() is not the same"),
    # lists and texts
    (f"{M}RETURN reduce(x = 0, y IN collect(c.tier) | x + y) AS n", "reduce() is not the same"),
    (f"{M}RETURN [x IN collect(c.tier) WHERE x > 1] AS n", "a comprehension"),
    (f"{M}RETURN collect(c.tier)[0] AS n", "a list's index or slice"),
    (f"{M}WITH collect(c.tier) AS tiers RETURN tiers[1..2] AS n", "a list's index or slice"),
    (f"{M}RETURN head(collect(c.tier)) AS n", "head() is not the same"),
    (f"{M}RETURN split(c.programme, ';') AS n", "split() is not the same"),
    (f"{M}RETURN substring(c.programme, 1) AS n", "substring() is not the same"),
    (f"{M}RETURN toFloat(c.tier) AS n", "1.0 * x / y gives a ratio"),
    (f"{M}RETURN toString(c.tier) AS n", "toString() is not the same"),
    (f"{M}RETURN stDev(c.tier) AS n", "let an assessment do statistics"),
    (f"{M}RETURN soundex(c.programme) AS n", "not among the functions seen to agree"),
    (f"{M}WHERE c.programme =~ 'A.*'{R}", "regular expressions"),
    # nulls and types
    (f"{M}RETURN sum(c.tier) AS n", "coalesce(sum(…), 0)"),
    (f"{M}WHERE c.tier IN [1, null]{R}", "IN over a list that holds null"),
    (f"{M}WHERE c.programme = 1{R}", "c.programme is STRING: comparing text with a number"),
    (f"{M}WHERE 'one' < c.tier{R}", "c.tier is INT64: comparing text with a number"),
    # patterns
    (
        "MATCH (a:Invoice)-[:UNDER]->(c:Contract)<-[:UNDER]-(b:Invoice)" + R,
        "UNDER stands twice in one MATCH",
    ),
    ("MATCH (a:Organisation)-[:OWNS*1..3]->(b:Organisation) RETURN a.name AS n", "OWNS may run in a circle"),
    ("MATCH (c:Contract)-[:SUBCONTRACT_OF*]->(h:Contract)" + R, "has a bound of at most 8"),
    ("MATCH (c:Contract)-[:SUBCONTRACT_OF*1..9]->(h:Contract)" + R, "has a bound of at most 8"),
    ("MATCH (c:Contract), (o:Organisation)" + R, "one pattern a MATCH"),
    ("MATCH (c)" + R, "(c) names no label"),
    ("MATCH (c:Contract)-[:SUBCONTRACT_OF]->()" + R, "every node of a pattern names its label"),
    ("MATCH (c:Contract)-[r]->(h:Contract)" + R, "every relationship of a pattern names its type"),
    ("MATCH (c:Contract)-->(h:Contract)" + R, "every relationship of a pattern names its type"),
    ("MATCH (c:Contract)-[:SUPPLIES]->(o:Organisation)" + R, "SUPPLIES runs from Organisation to Contract"),
    (
        "MATCH (c:Contract)-[:EVIDENCES]->(o:Organisation)" + R,
        "does not join Contract and Organisation: these two",
    ),
    (
        "MATCH (n:Negotiation)-[p:PARTY {side: 'prime'}]->(o:Organisation) RETURN o.name AS n",
        "into the WHERE",
    ),
    (
        "MATCH (a:Person)-[w:OWNS]->(o:Organisation) WHERE w.share_min IN [0.5] RETURN o.name AS n",
        "OWNS joins several pairs of labels",
    ),
    ("MATCH (c:Contract {tierr: 1})" + R, "Contract has no property tierr (did you mean tier"),
    # clauses
    (f"{M}WITH c ORDER BY c.tier{R}", "ORDER BY in a WITH needs a LIMIT"),
    (f"{M}WITH c.tier RETURN 1 AS n", "WITH gives every expression a name"),
    (f"{M}RETURN c.tier", "RETURN gives every expression a name"),
    (f"{M}RETURN *", "RETURN names its columns"),
    (f"{M}RETURN c", "c is a node: return its properties"),
    (f"{M}RETURN c AS contract", "c is a node: return its properties"),
    ("MATCH (c:Contract)-[s:SUBCONTRACT_OF]->(h:Contract) RETURN s AS s", "s is a relationship"),
    ("MATCH p = (c:Contract)-[:SUBCONTRACT_OF]->(h:Contract) RETURN p AS p", "p is a path"),
    (f"{M}RETURN {{tier: c.tier}} AS m", "a map, or a projection"),
    (f"{M}RETURN c {{.tier}} AS m", "a map, or a projection"),
    (f"{M}RETURN c.tier AS n, c.tier AS n", "n is returned twice"),
    (
        f"{M}RETURN max(c.tier) AS a, max(c.tier) AS b UNION ALL {M}RETURN min(c.tier) AS a, max(c.tier) AS b",
        "a and b are the same expression in the first part of a UNION",
    ),
    (f"UNWIND [1, 2] AS n {M}{R}", "one engine binds nothing in a MATCH after UNWIND"),
    (f"{M}WHERE exists(c.tier){R}", "write n.property IS NOT NULL"),
    (f"{M}WHERE EXISTS {{ (c)-[:COVERS]->(:Area) }}{R}", "write EXISTS { MATCH … }"),
    (f"{M}RETURN COLLECT {{ MATCH (a:Area) RETURN a.name AS n }} AS n", "COLLECT { … } is not read by both"),
    (f"{M}WHERE c:Contract{R}", ":Contract in an expression"),
    (f"{M}RETURN labels(c) AS n", "labels() is not the same"),
    (f"{M}RETURN id(c) AS n", "id() is not the same"),
    (f"{M}RETURN elementId(c) AS n", "elementId() is not the same"),
    ("MATCH (c:Contract)-[s:SUBCONTRACT_OF]->(h:Contract) RETURN type(s) AS n", "type() is not the same"),
    # names
    (f"{M}RETURN c.ends_on AS end", "end is a reserved word"),
    ("MATCH (order:Contract) RETURN order.tier AS n", "order is a reserved word"),
    (f"{M}WITH c.tier AS start RETURN start AS n", "start is a reserved word"),
    (f"{M}WITH c.tier AS tier RETURN c.tier AS n", "c is not known at this place"),
    (f"{M}WITH c.tier AS tier RETURN tier.x AS n", "tier is a value and has no property x"),
    (f"{M}RETURN c.teir AS n", "Contract has no property teir (did you mean tier"),
    ("MATCH (c:Contarct) RETURN c.tier AS n", "the model has no label Contarct (did you mean Contract"),
    ("MATCH (c:Contract)-[:SUBCONTRACTOF]->(h:Contract)" + R, "no relationship SUBCONTRACTOF (did you mean"),
    # writing
    (f"{M}SET c.tier = 1{R}", "SET is not for a rule"),
    ("MERGE (c:Contract {contract_id: 'x'}) RETURN 1 AS n", "MERGE is not for a rule"),
    (f"{M}DETACH DELETE c", "DELETE is not for a rule"),
    (f"{M}CALL db.labels() YIELD label{R}", "CALL is not for a rule"),
    (f"{M}FOREACH (x IN [1] | SET c.tier = x)", "FOREACH is not for a rule"),
    ("LOAD CSV FROM 'file:///x' AS row RETURN 1 AS n", "LOAD is not for a rule"),
    (f"{M}{R}; MATCH (o:Organisation) RETURN o.name AS n", "a section holds one statement"),
    # shape
    (f"{M}WHERE (c.tier > 1{R}", "( is never closed"),
    (f"{M}WHERE c.tier > 1){R}", ") closes nothing"),
    (f"{M}WHERE c.tier > 1", "returns nothing"),
]


@pytest.mark.parametrize(("cypher", "says"), REFUSED, ids=[says for _, says in REFUSED])
def test_refused(cypher: str, says: str) -> None:
    found = faults(cypher)
    assert any(says in message for message in found), found


ALLOWED = [
    f"{M}WHERE c.starts_day + 3 > $as_of_day AND c.starts_on <= $as_of{R}",
    f"{M}RETURN coalesce(sum(c.tier), 0) AS n, count(DISTINCT c.role) AS m, 1.0 * max(c.tier) / 2 AS half",
    f"{M}WHERE c.programme = 'SET; date(1) -- [0] // CREATE' /* toFloat(x) DELETE */{R} // duration",
    f"{M}WHERE c.programme STARTS WITH 'A' OR c.programme ENDS WITH 'B' AND c.tier IN [1, 2]{R}",
    f"{M}WHERE any(x IN [1, 2] WHERE x = c.tier){R}",
    f"{M}WHERE NOT EXISTS {{ MATCH (c)<-[:SUBCONTRACT_OF*0..8]-(k:Contract) WHERE k.tier > 1 }}{R}",
    f"{M}WITH c, COUNT {{ MATCH (i:Invoice)-[:UNDER]->(c) }} AS sent WHERE sent > 0 RETURN sent AS n",
    f"{M}WITH c ORDER BY c.contract_id LIMIT 10{R} ORDER BY contract_id",
    "MATCH (a:Invoice)-[:UNDER]->(c:Contract)<-[:UNDER]-(b:Invoice) WHERE a.invoice_id <> b.invoice_id" + R,
    "MATCH (a:Invoice)-[:UNDER]->(c:Contract)<-[:UNDER]-(r:Referral)" + R,
    "MATCH (a:Invoice)-[:UNDER]->(c:Contract) MATCH (b:Invoice)-[:UNDER]->(c)" + R,
    "MATCH (o:Organisation)-[e:EVIDENCES]->(k:Capability) WHERE e.level >= 2 RETURN e.need_type AS need",
    "MATCH (c:Contract {tier: 1}) RETURN CASE WHEN c.inferred THEN 'x' ELSE null END AS y",
    f"{M}WITH *, c.tier AS tier RETURN tier, c.`programme` AS `what for`",
    f"{M}WITH collect(c.contract_id) AS ids, count(*) AS n RETURN ids, n",
    f"{M}RETURN c.tier AS x, true AS y, true AS z UNION ALL {M}RETURN c.tier AS x, c.inferred AS y, c.inferred AS z",
    f"{M}UNWIND ['a', 'b'] AS n RETURN n, 0 AS x, 0 AS y UNION ALL {M}RETURN c.programme AS n, 1 AS x, 2 AS y",
    f"{M}RETURN c.tier AS n UNION MATCH (o:Organisation) RETURN o.turnover_pence AS n",
]


@pytest.mark.parametrize("cypher", ALLOWED)
def test_allowed(cypher: str) -> None:
    assert faults(cypher) == []


def test_every_fault_has_its_own_line() -> None:
    rule = sample(
        "MATCH (c:Contract)\n// toFloat(1)\nWHERE c.teir > 1\nRETURN date() AS d,\n       head([1]) AS h"
    )
    first = rule.main.line
    lines = [line - first for line, _ in statement_faults(rule.main)]
    assert lines == [2, 3, 4]


def test_columns_are_read_off_the_last_return() -> None:
    cypher = M + "WITH c, COUNT { MATCH (c) RETURN c.x AS inner } AS n RETURN DISTINCT c.tier AS a, n, n + 1"
    assert returned(parse(tokens(cypher))[0]) == ["a", "n", ""]


def test_patterns() -> None:
    path = read_pattern(code(tokens("p = (a:A {x: 1})<-[r:R|S*0..8]-(:B)-->(c)-[:`T x`]-(`d e`)")))
    assert (path.path, path.faults) == ("p", [])
    assert [(node.variable, node.labels) for node in path.nodes] == [
        ("a", ["A"]),
        ("", ["B"]),
        ("c", []),
        ("d e", []),
    ]
    assert [(r.direction, r.variable, r.types, r.span, r.left, r.right) for r in path.relationships] == [
        ("<", "r", ["R", "S"], "0..8", 0, 1),
        (">", "", [], None, 1, 2),
        ("", "", ["T x"], None, 2, 3),
    ]
