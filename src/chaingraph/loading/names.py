"""Names of organisations and things, evened out: macros that mappings use to make ids from them."""

from __future__ import annotations

import duckdb

# What a name may end in without being another organisation's. The list is short on purpose: "GROUP" and
# "SERVICES" tell companies apart.
_LEGAL_FORMS = "LTD|LIMITED|PLC|LLP|INC"

MACROS = {
    "tidy(x)": r"nullif(trim(regexp_replace(x, '\s+', ' ', 'g')), '')",
    # What fits into an id; where a long one is cut, a digest keeps it apart.
    "short_id(x)": "CASE WHEN length(x) > 100 THEN left(x, 80) || '-' || left(md5(x), 12) ELSE x END",
    # Words in capitals parted by one blank: no accents, no punctuation, "&" as a word.
    "name_words(x)": "trim(regexp_replace(regexp_replace(replace(upper(strip_accents(x)), '&', ' AND '), "
    "'[''’`.]', '', 'g'), '[^A-Z0-9]+', ' ', 'g'))",
    "name_key(x)": "coalesce(nullif(trim(regexp_replace(regexp_replace(name_words(x), '^THE ', ''), "
    f"'( ({_LEGAL_FORMS}))+$', '')), ''), nullif(name_words(x), ''))",
    # A name as part of an id: lower case and hyphens; where a long one is cut, a digest keeps it apart.
    "slug(x)": "CASE WHEN length(name_words(x)) > 56 THEN "
    "lower(replace(trim(left(name_words(x), 48)), ' ', '-')) || '-' || left(md5(name_words(x)), 8) "
    "ELSE lower(replace(nullif(name_words(x), ''), ' ', '-')) END",
    # A number as its register writes it: Companies House pads to eight places, after letters too; what a spreadsheet
    # made of it (11111111.0) is undone. Charity numbers have no leading zeros.
    "bare_number(x)": r"nullif(regexp_replace(regexp_replace(upper(x), '\.0+$', ''), '[^0-9A-Z-]', '', 'g'), '')",
    "company_number(x)": "CASE WHEN regexp_full_match(bare_number(x), '[0-9]{1,8}') THEN lpad(bare_number(x), 8, '0') "
    "WHEN regexp_full_match(bare_number(x), '[A-Z]{2}[0-9]{1,6}') "
    "THEN left(bare_number(x), 2) || lpad(substr(bare_number(x), 3), 6, '0') ELSE bare_number(x) END",
    "charity_number(x)": "ltrim(bare_number(x), '0')",
    "register_org_id(scheme, x)": "CASE upper(scheme) WHEN 'GB-COH' THEN 'GB-COH-' || company_number(x) "
    "WHEN 'GB-CHC' THEN 'GB-CHC-' || charity_number(x) WHEN 'GB-SC' THEN 'GB-SC-' || bare_number(x) "
    "WHEN 'GB-NIC' THEN 'GB-NIC-' || bare_number(x) END",
    # An id of any source as an org_id: registered ones evened out, all others local.
    "org_id_of(x)": "coalesce(register_org_id(regexp_extract(upper(tidy(x)), '^(GB-(?:COH|CHC|SC|NIC))-', 1), "
    "regexp_replace(upper(tidy(x)), '^GB-(COH|CHC|SC|NIC)-', '')), 'X-' || short_id(tidy(x)))",
}


def register(con: duckdb.DuckDBPyConnection) -> None:
    """Create the macros in a connection."""
    for signature, body in MACROS.items():
        con.execute(f"CREATE OR REPLACE TEMP MACRO {signature} AS {body}")
