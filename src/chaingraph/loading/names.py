"""Names of organisations and things, evened out: macros that mappings use to make ids from them."""

from __future__ import annotations

import duckdb

# What a name may end in without being another organisation's. The list is short on purpose: "GROUP" and
# "SERVICES" tell companies apart.
_LEGAL_FORMS = "LTD|LIMITED|PLC|LLP|INC"

MACROS = {
    # Words in capitals parted by one blank: no accents, no punctuation, "&" as a word.
    "name_words(x)": "trim(regexp_replace(regexp_replace(replace(upper(strip_accents(x)), '&', ' AND '), "
    "'[''’`.]', '', 'g'), '[^A-Z0-9]+', ' ', 'g'))",
    "name_key(x)": "coalesce(nullif(trim(regexp_replace(regexp_replace(name_words(x), '^THE ', ''), "
    f"'( ({_LEGAL_FORMS}))+$', '')), ''), nullif(name_words(x), ''))",
    # A name as part of an id: lower case and hyphens; where a long one is cut, a digest keeps it apart.
    "slug(x)": "CASE WHEN length(name_words(x)) > 56 THEN "
    "lower(replace(trim(left(name_words(x), 48)), ' ', '-')) || '-' || left(md5(name_words(x)), 8) "
    "ELSE lower(replace(nullif(name_words(x), ''), ' ', '-')) END",
    "tidy(x)": r"nullif(trim(regexp_replace(x, '\s+', ' ', 'g')), '')",
}


def register(con: duckdb.DuckDBPyConnection) -> None:
    """Create the macros in a connection."""
    for signature, body in MACROS.items():
        con.execute(f"CREATE OR REPLACE TEMP MACRO {signature} AS {body}")
