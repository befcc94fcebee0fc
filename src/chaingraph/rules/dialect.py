"""What both engines are known to read alike, and what to write instead of the rest."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Seen to give the same answers on both engines.
FUNCTIONS = _words("abs all any avg ceil coalesce collect count floor max min none single size sqrt sum")
LIST_TESTS = _words("all any none single")

# What stands in the way of one engine or the other, and what does the job.
_INSTEAD = {
    "date datetime localdatetime time localtime duration": (
        "compare dates with < and >; count days with their integer twins (due_on, due_day), $as_of_day, or a "
        "derived property of the model"
    ),
    "reduce head last tail split substring left right range": (
        "return scalars and collect()ed lists, and do list work in the assessment"
    ),
    "tofloat tointeger tostring toboolean": "the model's properties are typed; 1.0 * x / y gives a ratio",
    "stdev stdevp percentilecont percentiledisc": "let an assessment do statistics",
    "labels type id elementid keys properties nodes relationships startnode endnode length": (
        "return scalars; ask for a label or type in the pattern"
    ),
    "shortestpath allshortestpaths": "paths are asked for through the store",
    "exists": "write n.property IS NOT NULL, or EXISTS { MATCH … }",
}
INSTEAD = {name: advice for names, advice in _INSTEAD.items() for name in names.split()}

# Nothing in a rule writes, calls or loads.
WRITES = _words(
    "ALTER ATTACH CALL CHECKPOINT COMMENT COPY CREATE DELETE DETACH DROP EXPORT FOREACH GRANT IMPORT INSERT "
    "INSTALL LOAD MERGE REMOVE SET TRANSACTION USE"
)

# Names that need quoting in one engine or the other.
RESERVED = _words(
    "acyclic all and any asc ascending case cast column constraint create dbtype default desc descending "
    "detach delete distinct drop else end ends exists false for foreach glob group headers in index install "
    "is join limit load macro match merge none not null on only optional or order primary profile remove "
    "return set shortest single skip start starts table then trail true union unique unwind use using when "
    "where with wshortest xor"
)

# Words of an expression that are no variables.
WORDS = _words(
    "ALL AND AS ASC ASCENDING BY CALL CASE COLLECT CONTAINS COUNT DESC DESCENDING DISTINCT ELSE END ENDS "
    "EXISTS FALSE IN IS NOT NULL OR STARTS THEN TRUE WHEN WHERE WITH XOR"
)


def function_fault(name: str) -> str:
    """What is wrong with calling a function in a rule; empty where nothing is."""
    plain = name.lower()
    if plain in FUNCTIONS:
        return ""
    first = plain.split(".")[0]
    if first in INSTEAD:
        return f"{name}() is not the same in both engines: {INSTEAD[first]}"
    known = ", ".join(sorted(FUNCTIONS))
    return f"{name}() is not among the functions seen to agree in both engines ({known})"
