"""Versions of one thing put together: a contracting process from its releases, records and versioned releases.

The merging itself is ocdsmerge's, by the standard's own rules (OCDS 1.1, "Merging").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

import ocdsmerge
from ocdsmerge.exceptions import OCDSMergeError

from chaingraph.loading.read.documents import Document
from chaingraph.loading.read.records import Fault

# The fields of the release schema of OCDS 1.1 that are left out when merging, and the lists that are replaced whole.
_BUYING = (("tender",), ("awards",), ("contracts",))
_SPOKEN_OF = (
    ("parties",),
    ("buyer",),
    ("tender", "procuringEntity"),
    ("tender", "tenderers"),
    ("awards", "suppliers"),
)
_WHOLE = (
    ("parties", "roles"),
    ("tender", "additionalProcurementCategories"),
    ("tender", "submissionMethod"),
    ("relatedProcesses", "relationship"),
    ("contracts", "relatedProcesses", "relationship"),
    *((*path, "additionalIdentifiers") for path in _SPOKEN_OF),
    *((*path, "items", "additionalClassifications") for path in _BUYING),
    *((*path, kind, "changes") for path in _BUYING for kind in ("amendment", "amendments")),
)
MERGE_RULES = {(name,): "omitWhenMerged" for name in ("id", "date", "tag")} | dict.fromkeys(
    _WHOLE, "wholeListMerge"
)


class Placed(NamedTuple):
    """A document and the file it stands in."""

    file: int
    document: Document


def put_together(counted: Iterable[Placed], found: Iterable[Placed]) -> Iterator[Placed]:
    """The same with one document a process; ``counted`` and ``found`` are the same documents twice.

    What is there once passes through at once; only the releases of a process of which there are several are
    held, and merged where the last of them stands.
    """
    often = Counter(ocid for one in counted if (ocid := _ocid(one.document.value)))
    held: dict[str, list[Placed]] = {}
    for one in found:
        value = one.document.value
        ocid = _ocid(value)
        if one.document.fault or not ocid:
            yield one
        elif often[ocid] == 1:
            yield one._replace(document=_merged(one.document, [value], ocid))
        else:
            several = held.setdefault(ocid, [])
            several.append(one)
            if len(several) == often[ocid]:
                del held[ocid]
                values = [each.document.value for each in several]
                yield one._replace(document=_merged(one.document, values, ocid))


def _ocid(value: dict[str, Any]) -> str:
    ocid = value.get("ocid")
    return ocid if isinstance(ocid, str) else ""


def _merged(last: Document, values: list[dict[str, Any]], ocid: str) -> Document:
    """One compiled release of all that is known of a process: releases, compiled ones, those in records."""
    releases: list[dict[str, Any]] = []
    for value in values:
        releases += _releases(value)
    if len(releases) == 1:
        return last._replace(value=releases[0])
    # A compiled release says all that the releases before it say.
    compiled = [one for one in releases if _tags(one) & {"compiled"}]
    if compiled:
        return last._replace(value=max(compiled, key=lambda one: str(one.get("date") or "")))
    if not releases:
        return last
    merger = _merger()
    try:
        merged = merger.create_compiled_release(_dated(releases))
    except (OCDSMergeError, TypeError, KeyError, ValueError, AttributeError) as error:
        why = " ".join(str(error).split())[:200]
        fault = Fault(
            "releases-unmergeable",
            None,
            ocid,
            f"releases that can be merged into one ({why})",
            "Correct the releases of this process, or load its compiled release.",
        )
        return last._replace(fault=fault, text=ocid)
    return last._replace(value={**merged, "ocid": ocid})


@cache
def _merger() -> ocdsmerge.Merger:
    return ocdsmerge.Merger(merge_rules=dict(MERGE_RULES))


def _dated(releases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    # Without a date a release comes first: any that has one is newer for all that is known.
    return [{**one, "date": one.get("date") or "", "ocid": one.get("ocid") or ""} for one in releases]


def _releases(value: dict[str, Any]) -> list[dict[str, Any]]:
    """The releases behind a document: itself, or what a record holds of its process."""
    for name, flat in (("compiledRelease", _same), ("versionedRelease", _latest)):
        inner = value.get(name)
        if isinstance(inner, dict):
            return [flat(inner) | {"ocid": value.get("ocid") or inner.get("ocid")}]
    listed = value.get("releases")
    if isinstance(listed, list):
        whole = [one for one in listed if isinstance(one, dict) and set(one) - {"url", "date", "tag"}]
        return whole or [value]
    return [value]


def _same(value: dict[str, Any]) -> dict[str, Any]:
    return value


def _tags(release: dict[str, Any]) -> set[str]:
    tag = release.get("tag")
    return set(map(str, tag)) if isinstance(tag, list) else {str(tag)}


def _latest(value: Any) -> Any:
    """A versioned release as it stood last: of each field's versions the newest."""
    if isinstance(value, dict):
        return {name: _latest(inner) for name, inner in value.items()}
    if isinstance(value, list):
        if value and all(isinstance(one, dict) and "releaseDate" in one for one in value):
            return max(value, key=lambda one: str(one["releaseDate"])).get("value")
        return [_latest(one) for one in value]
    return value
