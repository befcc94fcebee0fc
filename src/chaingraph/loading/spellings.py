"""How people write dates, amounts, numbers and ids: one DuckDB macro a step.

``x`` is the text of a cell. A ``parse_<kind>`` macro tries the plain spelling first and goes through the
others only for what is left; an empty cell is told before that, or it would go through them all.
``why_not_<kind>`` names the reason for a text that ``parse_<kind>`` refuses.
"""

from __future__ import annotations

FIRST_DATE, LAST_DATE = "1900-01-01", "2199-12-31"
MOST_ID = 128
MOST_TEXT = 10_000

# Spaces that look alike: tab, line ends, no-break, figure, narrow, zero width, byte-order mark.
SPACES = " \t\r\n\u00a0\u2007\u202f\u200b\ufeff"
_TIME = r"(?:[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm])?(?: ?Z| ?[+-]\d{2}:?\d{2})?)?"
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_GAP = r"[-/., ]*"
_BRITISH = r"^(\d{1,2})[-/. ](\d{1,2})[-/. ]"
_NAMED = rf"(?i)^(\d{{1,2}})(?:st|nd|rd|th)?{_GAP}{_MONTH}{_GAP}(\d{{4}}|\d{{2}}){_TIME}$"
_NAMED_FIRST = rf"(?i)^{_MONTH}[. ]*(\d{{1,2}})(?:st|nd|rd|th)?,? +(\d{{4}}){_TIME}$"
_BODY = r"(?:\d{1,3}(?:,\d{3})+|\d+)"
_AMOUNT = rf"(?:{_BODY}(?:\.\d{{0,2}}0*)?|\.\d{{1,2}}0*)"
_POUND = r"(?:Â?£|GBP|Œ|\x{fffd})"  # also as it looks after a change of encoding went wrong
_INTEGER = rf"[-+]?{_BODY}(?:\.0*)?"


def sql_text(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _whole(text: str, pattern: str) -> str:
    return f"regexp_full_match({text}, {sql_text(pattern)})"


def _reorder(pattern: str, by: str) -> str:
    shape = sql_text(pattern)
    return f"WHEN regexp_matches(x, {shape}) THEN regexp_replace(x, {shape}, {sql_text(by)})"


def _month_name(pattern: str, day: int, month: int, year: int) -> str:
    groups = [f"regexp_extract(x, {sql_text(pattern)}, {n})" for n in (day, month, year)]
    number = f"(strpos('janfebmaraprmayjunjulaugsepoctnovdec', lower(left({groups[1]}, 3))) + 2) // 3"
    century = f"CASE WHEN length({groups[2]}) = 4 THEN '' WHEN {groups[2]} < '70' THEN '20' ELSE '19' END"
    return (
        f"WHEN regexp_matches(x, {sql_text(pattern)}) "
        f"THEN concat({century}, {groups[2]}, '-', {number}, '-', {groups[0]})"
    )


def _let(value: str, name: str, then: str) -> str:
    # A macro's argument is worked out anew wherever it stands; a lambda's parameter only once. What stands
    # twice in a CASE is worse: DuckDB works it out beforehand, for all those rows that never come so far.
    return f"list_transform([{value}], lambda {name}: {then})[1]"


_SHEET_ERROR = r"#(?:REF|N/A|NAME|VALUE|DIV/0|NULL|NUM|SPILL|CALC|ERROR|GETTING_DATA)[!?]?"
_WHEN_ERROR = "WHEN sheet_error(clean(x)) THEN 'spreadsheet-error'"

COMMON = {
    "clean(x)": f"nullif(trim(x, {sql_text(SPACES)}), '')",
    # Cheap first: nearly every text that is not empty begins with a printing character of ASCII.
    "no_value(x)": "x IS NULL OR ((x < '!' OR x > '~') AND clean(x) IS NULL)",
    "sheet_error(x)": _whole("x", _SHEET_ERROR),
}

DATES = {
    # A text that has the shape of a date, as year-month-day; NULL for others. Two-digit years: 1970 to 2069.
    "date_shape(x)": " ".join(
        [
            "CASE",
            _reorder(rf"{_BRITISH}(\d{{4}}){_TIME}$", r"\3-\2-\1"),
            _reorder(rf"{_BRITISH}([0-6]\d){_TIME}$", r"20\3-\2-\1"),
            _reorder(rf"{_BRITISH}([7-9]\d){_TIME}$", r"19\3-\2-\1"),
            _month_name(_NAMED, 1, 2, 3),
            _reorder(rf"^(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TIME}$", r"\1-\2-\3"),
            _reorder(r"^((?:19|20|21)\d{2})(\d{2})(\d{2})$", r"\1-\2-\3"),
            # Days since 1899-12-30, which is how spreadsheets keep dates.
            "WHEN regexp_matches(x, '^[2-7]\\d{4}(?:\\.\\d+)?$') "
            "THEN CAST(DATE '1899-12-30' + CAST(left(x, 5) AS INTEGER) AS VARCHAR)",
            _month_name(_NAMED_FIRST, 2, 1, 3),
            "END",
        ]
    ),
    # 4/30/2010 as 30/4/2010; what has another shape stays as it is.
    "day_before_month(x)": r"regexp_replace(x, '^(\s*)(\d{1,2})([-/.])(\d{1,2})([-/.]\d)', '\1\4\3\2\5')",
    "in_range(d)": f"CASE WHEN d BETWEEN DATE '{FIRST_DATE}' AND DATE '{LAST_DATE}' THEN d END",
    "parse_date(x)": "CASE WHEN x IS NULL THEN NULL "
    "WHEN x LIKE '____-__-__' AND x >= '1900' AND x < '2200' THEN TRY_CAST(x AS DATE) "
    "WHEN x LIKE '__/__/____' AND right(x, 4) BETWEEN '1900' AND '2199' "
    "THEN CAST(try_strptime(x, '%d/%m/%Y') AS DATE) "
    f"ELSE {_let('clean(x)', 't', _let('TRY_CAST(date_shape(t) AS DATE)', 'd', 'in_range(d)'))} END",
    "why_not_date(x)": f"CASE {_WHEN_ERROR} WHEN date_shape(clean(x)) IS NULL THEN 'date-unreadable' "
    "WHEN TRY_CAST(date_shape(clean(x)) AS DATE) IS NULL THEN 'date-impossible' ELSE 'date-out-of-range' END",
}

_DAY = r"(\d{4}-\d{2}-\d{2})"
_CLOCK = r"[T ](\d{2}:\d{2})(:\d{2})?(?:\.\d+)?"
_OFFSET = r" ?([+-]\d{2}):?(\d{2})?"

MOMENTS = {
    # Without an offset a time is taken for UTC; what is less than a second is cut.
    "moment_text(x)": " ".join(
        [
            "CASE",
            _reorder(rf"^{_DAY}{_CLOCK} ?[Zz]?$", r"\1 \2\3+00"),
            _reorder(rf"^{_DAY}{_CLOCK}{_OFFSET}$", r"\1 \2\3\4:\5"),
            "WHEN date_shape(x) IS NOT NULL THEN CAST(TRY_CAST(date_shape(x) AS DATE) AS VARCHAR) || ' 00:00+00'",
            "END",
        ]
    ),
    "utc_text(t)": "CASE WHEN t >= TIMESTAMPTZ '1900-01-01 00:00:00+00' AND t < TIMESTAMPTZ '2200-01-01 00:00:00+00' "
    "THEN strftime(make_timestamp(epoch_us(t)), '%Y-%m-%dT%H:%M:%SZ') END",
    "parse_moment(x)": "CASE WHEN x IS NULL THEN NULL ELSE "
    + _let("clean(x)", "t", "utc_text(TRY_CAST(rtrim(moment_text(t), ':') AS TIMESTAMPTZ))")
    + " END",
    "why_not_moment(x)": f"CASE {_WHEN_ERROR} WHEN moment_text(clean(x)) IS NULL THEN 'moment-unreadable' "
    "WHEN TRY_CAST(rtrim(moment_text(clean(x)), ':') AS TIMESTAMPTZ) IS NULL THEN 'date-impossible' "
    "ELSE 'date-out-of-range' END",
}

_PLAIN_MONEY = r"-?[0-9]{1,13}(?:[.][0-9]{1,2})?"
_POUNDS = r"-?£?(?:[0-9]{1,13}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?:[.][0-9]{1,2})?"
_FEW_DIGITS = r"[^0-9]*(?:[0-9],?){0,13}(?:[.][0-9]*)?[^0-9]*"
_EXPONENT = r"[-+]?[0-9](?:[.][0-9]+)?E[+]?[0-9]+"
_COMMA_DECIMAL = r"[-+(]?(?:[0-9]{1,3}(?:[.][0-9]{3})+|[0-9]+),[0-9]{1,2}[-)]?"
_MANY_DECIMALS = rf"[-+(]?(?:{_BODY})?[.][0-9]{{3,}}[-)]?"
_BLANKS = r"[\s\x{00a0}\x{2007}\x{202f}\x{200b}\x{feff}]"
_CURRENCY = rf"^([-+(]?){_POUND}|{_POUND}([-)]?)$"

MONEY = {
    # An amount without spaces and currency; a sign stays where it was written.
    "bare_amount(x)": f"regexp_replace(translate(regexp_replace(upper(x), {sql_text(_BLANKS)}, '', 'g'), "
    rf"'−–', '--'), {sql_text(_CURRENCY)}, '\1\2')",
    # Thirteen digits of pounds and the factor still fit the decimal that is kept in 64 bits.
    "pence(x)": "CAST(TRY_CAST(x AS DECIMAL(15, 2)) * CAST(100 AS DECIMAL(3, 0)) AS BIGINT)",
    "signed_amount(x)": f"CASE WHEN {_whole('x', rf'[-+]?{_AMOUNT}')} THEN pence(replace(x, ',', '')) "
    f"WHEN {_whole('x', rf'{_AMOUNT}-|[(]{_AMOUNT}[)]')} "
    "THEN -pence(regexp_replace(x, '[-(),]', '', 'g')) END",
    "parse_money(x)": "CASE WHEN x IS NULL THEN NULL "
    f"WHEN {_whole('x', _PLAIN_MONEY)} THEN pence(x) "
    f"WHEN {_whole('x', _POUNDS)} THEN pence(translate(x, '£,', '')) WHEN strlen(x) <= 100 THEN "
    + _let("bare_amount(x)", "bare", f"CASE WHEN {_whole('bare', _FEW_DIGITS)} THEN signed_amount(bare) END")
    + " END",
    "why_not_money(x)": f"CASE {_WHEN_ERROR} "
    "WHEN regexp_matches(upper(x), '[$€¥]|USD|EUR') THEN 'money-currency' "
    f"WHEN {_whole('bare_amount(x)', _EXPONENT)} THEN 'money-rewritten' "
    f"WHEN {_whole('bare_amount(x)', _COMMA_DECIMAL)} THEN 'money-comma' "
    f"WHEN {_whole('bare_amount(x)', rf'[-+]?{_AMOUNT}|{_AMOUNT}-|[(]{_AMOUNT}[)]')} THEN 'money-too-large' "
    f"WHEN {_whole('bare_amount(x)', _MANY_DECIMALS)} THEN 'money-fraction' ELSE 'money-unreadable' END",
}

_PLAIN_NUMBER = r"[-+]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][-+]?[0-9]{1,3})?"
_GROUPED_NUMBER = rf"[-+]?{_BODY}(?:[.][0-9]*)?"
_FRACTION = rf"[-+]?(?:{_BODY})?[.][0-9]+"

NUMBERS = {
    "whole_digits(x)": r"regexp_replace(x, '\..*$|[+,]', '', 'g')",
    "parse_integer(x)": "CASE WHEN x IS NULL THEN NULL "
    f"WHEN {_whole('x', r'-?[0-9]{1,15}')} THEN TRY_CAST(x AS BIGINT) "
    f"WHEN {_whole('clean(x)', _INTEGER)} AND length(ltrim(whole_digits(clean(x)), '-')) <= 15 "
    "THEN TRY_CAST(whole_digits(clean(x)) AS BIGINT) END",
    "why_not_integer(x)": f"CASE {_WHEN_ERROR} WHEN {_whole('clean(x)', _INTEGER)} THEN 'integer-too-large' "
    f"WHEN {_whole('clean(x)', _FRACTION)} THEN 'integer-fraction' "
    "ELSE 'integer-unreadable' END",
    "finite(n)": "CASE WHEN isfinite(n) THEN n END",
    "plain_number(x)": f"CASE WHEN {_whole('x', _PLAIN_NUMBER)} THEN finite(TRY_CAST(x AS DOUBLE)) "
    f"WHEN {_whole('x', _GROUPED_NUMBER)} THEN finite(TRY_CAST(replace(x, ',', '') AS DOUBLE)) END",
    "parse_number(x)": "CASE WHEN x IS NOT NULL THEN coalesce(plain_number(x), plain_number(clean(x))) END",
    "why_not_number(x)": f"CASE {_WHEN_ERROR} ELSE 'number-unreadable' END",
    "parse_share(x)": "CASE WHEN x IS NOT NULL THEN coalesce(plain_number(x), "
    "CASE WHEN right(clean(x), 1) = '%' "
    "THEN plain_number(clean(rtrim(clean(x), '%'))) / 100 ELSE plain_number(clean(x)) END) END",
    "why_not_share(x)": f"CASE {_WHEN_ERROR} ELSE 'share-unreadable' END",
    "parse_boolean(x)": "CASE WHEN x IS NULL THEN NULL WHEN x = 'true' THEN true WHEN x = 'false' THEN false "
    "ELSE "
    + _let(
        "lower(clean(x))",
        "t",
        "CASE WHEN t IN ('true', 'yes', 'y', 't', '1') THEN true "
        "WHEN t IN ('false', 'no', 'n', 'f', '0') THEN false END",
    )
    + " END",
    "why_not_boolean(x)": f"CASE {_WHEN_ERROR} ELSE 'boolean-unreadable' END",
}

_PLAIN_ID = "[0-9A-Za-z_][!-~]*"
_PLAIN_TEXT = "[A-Za-z0-9](?:[ -~]*[!-~])?"
_SPACED_TEXT = " *[A-Za-z0-9][ -~]*"

WORDS = {
    # A spreadsheet's exponent has three digits at most; more of them is a hash that happens to begin so.
    "rewritten(x)": _whole("x", r"[0-9](?:[.][0-9]+)?[eE][+]?[0-9]{1,3}"),
    "parse_id(x)": "CASE WHEN x IS NULL THEN NULL "
    f"WHEN strlen(x) <= {MOST_ID} AND {_whole('x', _PLAIN_ID)} AND NOT (x < ':' AND rewritten(x)) THEN x ELSE "
    + _let(
        "clean(x)",
        "t",
        f"CASE WHEN length(t) <= {MOST_ID} AND NOT rewritten(t) AND NOT regexp_matches(t, '\\p{{Cc}}') "
        "AND NOT sheet_error(t) THEN t END",
    )
    + " END",
    "why_not_id(x)": f"CASE {_WHEN_ERROR} WHEN rewritten(clean(x)) THEN 'id-rewritten' "
    f"WHEN length(clean(x)) > {MOST_ID} THEN 'id-too-long' ELSE 'control-character' END",
    "parse_text(x)": "CASE WHEN x IS NULL THEN NULL "
    f"WHEN strlen(x) <= 1000 AND {_whole('x', _PLAIN_TEXT)} THEN x "
    f"WHEN strlen(x) <= 1000 AND {_whole('x', _SPACED_TEXT)} THEN trim(x) ELSE "
    + _let(
        "clean(x)",
        "t",
        f"CASE WHEN length(t) <= {MOST_TEXT} AND NOT sheet_error(t) THEN clean(regexp_replace(t, "
        r"'[\x00-\x08\x0b\x0c\x0e-\x1f\x{7f}-\x{9f}]', ' ', 'g')) END",
    )
    + " END",
    "why_not_text(x)": f"CASE {_WHEN_ERROR} WHEN length(clean(x)) > {MOST_TEXT} THEN 'text-too-long' "
    "ELSE 'control-character' END",
    "parse_list(x)": "CASE WHEN x IS NOT NULL THEN nullif(array_to_string(list_filter("
    "list_transform(string_split(parse_text(x), ';'), "
    "lambda part: clean(part)), lambda part: part IS NOT NULL), ';'), '') END",
    "why_not_list(x)": f"CASE {_WHEN_ERROR} WHEN length(clean(x)) > {MOST_TEXT} THEN 'text-too-long' "
    "ELSE 'list-empty' END",
}

MACROS: dict[str, str] = {**COMMON, **DATES, **MOMENTS, **MONEY, **NUMBERS, **WORDS}
