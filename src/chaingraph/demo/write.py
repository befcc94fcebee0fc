"""From a scale and a seed to a market folder on disk."""

from __future__ import annotations

import shutil
from pathlib import Path

from chaingraph.demo.capability import make_capability
from chaingraph.demo.chain import add_contract_rows, make_chains
from chaingraph.demo.choice import choose_customers
from chaingraph.demo.conduct import make_conduct, make_policies, set_accounts
from chaingraph.demo.courses import make_courses
from chaingraph.demo.coverage import make_coverage
from chaingraph.demo.dealings import make_dealings
from chaingraph.demo.fairness import let_the_small_wait, make_unfair
from chaingraph.demo.heads import make_heads
from chaingraph.demo.invoices import make_invoices
from chaingraph.demo.names import coined
from chaingraph.demo.outcomes import choose_amiss
from chaingraph.demo.parties import make_parties, make_places
from chaingraph.demo.partners import make_partners
from chaingraph.demo.performance import choose_performance
from chaingraph.demo.places import make_structure
from chaingraph.demo.planting import plant_on_contracts
from chaingraph.demo.prequalify import make_prequalification
from chaingraph.demo.procurement import make_adverts, make_negotiations
from chaingraph.demo.promises import break_guarantees, make_promises
from chaingraph.demo.referrals import make_referrals
from chaingraph.demo.routing import choose_routes, choose_shunned
from chaingraph.demo.size import Size, size_of
from chaingraph.demo.state import AS_OF, DEPARTMENT, Market
from chaingraph.demo.stewardship import act_on_gaps, make_stewardship
from chaingraph.demo.tables import Form, write_rows
from chaingraph.demo.terms import make_terms
from chaingraph.demo.truth import TRUTH_FILE, Truth, in_order
from chaingraph.errors import InputError
from chaingraph.model import TABLES
from chaingraph.store.protocol import Progress, silent

DEFAULT_SCALE = 0.005
SETTINGS_FILE = "market.toml"


def write_market(
    folder: Path,
    *,
    scale: float = DEFAULT_SCALE,
    seed: int = 1,
    form: Form = "csv",
    progress: Progress = silent,
) -> Truth:
    """Write a made-up market, with what was planted in ``truth.json``, and return that truth.

    Scale 1 is two million referrals, three million invoices and 3,000 organisations. The same scale, seed and
    form give the same bytes. A folder that an earlier call made is replaced whole, once the new one is
    complete. Raises ``InputError`` where anything else stands there, or scale or seed is out of range.
    """
    size = size_of(scale, seed)
    folder = Path(folder).absolute()
    _refuse_others(folder)
    made = folder.with_name(folder.name + ".part")
    try:
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(parents=True)
        truth = _write(made, size, form, progress)
        _replace(folder, made)
    except OSError as error:
        raise InputError(
            f"The made-up market could not be written to {folder}: {error.strerror or error}.",
            remedy="Name a folder on a disk with room, where you may write.",
        ) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return truth


def _replace(folder: Path, made: Path) -> None:
    """Put what was made in the folder's place; a folder that is there stays, as somebody may stand in it."""
    if not folder.exists():
        made.rename(folder)
        return
    for path in folder.iterdir():
        path.unlink()
    # The truth first: should the rest be cut short, the next call still knows whose folder this is.
    for path in sorted(made.iterdir(), key=lambda path: path.name != TRUTH_FILE):
        path.rename(folder / path.name)


def _refuse_others(folder: Path) -> None:
    """Only an absent or empty folder, or one that holds nothing but a made-up market, may be written."""
    if not folder.exists():
        return
    ours = {f"{name}.{form}" for name in TABLES for form in ("csv", "parquet")} | {SETTINGS_FILE, TRUTH_FILE}
    found = {path.name for path in folder.iterdir()} if folder.is_dir() else {folder.name}
    if found and (TRUTH_FILE not in found or found - ours):
        raise InputError(
            f"{folder} holds something other than a made-up market and is not overwritten.",
            remedy="Name a new or an empty folder, or remove what is there.",
        )


def _write(folder: Path, size: Size, form: Form, progress: Progress) -> Truth:
    market = make(size)
    rows: dict[str, int] = {}
    counts, long = make_referrals(market, folder, form, progress)
    rows |= long
    make_promises(market, counts)
    break_guarantees(market)
    rows |= make_invoices(market, folder, form, progress)
    for table, short in market.rows.items():
        write_rows(folder, table, form, short)
        rows[table] = len(short)
    truth = Truth(
        AS_OF, size.scale, size.seed, {t: rows[t] for t in TABLES if t in rows}, in_order(market.planted)
    )
    truth.write(folder)
    (folder / SETTINGS_FILE).write_text(
        "# Made up by chaingraph: no organisation, place or person in this folder exists.\n"
        f'as_of = "{AS_OF}"\nname = "Made-up market (scale {size.scale:g}, seed {size.seed})"\n'
        f'department_org_id = "{DEPARTMENT}"\n',
        encoding="utf-8",
    )
    return truth


def make(size: Size) -> Market:
    """Everything but the long tables: who is who, the chains, their terms, and what is planted."""
    market = Market(size)
    words = coined(market.rng("names"))
    make_places(market, words)
    make_parties(market, words)
    make_heads(market)
    make_chains(market)
    choose_routes(market)
    plant_on_contracts(market)
    let_the_small_wait(market)
    make_coverage(market)
    make_capability(market)
    make_policies(market)
    make_negotiations(market)
    make_partners(market)
    make_adverts(market)
    make_conduct(market)
    set_accounts(market)
    choose_customers(market)
    choose_shunned(market)
    choose_performance(market)
    add_contract_rows(market)
    make_prequalification(market)
    choose_amiss(market)
    make_terms(market)
    make_dealings(market)
    make_courses(market)
    make_structure(market)
    make_unfair(market)
    # Last, as both look back on what all the others wrote and planted.
    make_stewardship(market)
    act_on_gaps(market)
    for prime in sorted(market.skewed):
        market.plant("referral-skew", "the hard to help are passed on at three times the odds", org_id=prime)
    for prime in sorted(market.careless):
        market.plant("referral-needs-missing", "needs or decision not recorded for a quarter", org_id=prime)
    return market
