"""``chaingraph rules new`` and ``rules test``: a rule of one's own, and whether it does what its cases say."""

from __future__ import annotations

from pathlib import Path

import click

from chaingraph.cli.common import progress_bar
from chaingraph.errors import SettingsError

DIRECTORY = click.Path(file_okay=False, path_type=Path)


@click.command("new")
@click.argument("rule_id", metavar="ID")
@click.option("--clause", required=True, help="The id of the clause whose words the rule checks.")
@click.option("--pack", default="own", show_default=True, help="The folder of rules that it joins.")
@click.option("--queries", type=DIRECTORY, help="A folder for rules of your own. [default: the checkout's]")
def new(rule_id: str, clause: str, pack: str, queries: Path | None) -> None:
    """Write a new rule to start from, with its cases: an example that works, to be changed step by step."""
    from chaingraph.rulecases.scaffold import scaffold

    files = scaffold(rule_id, clause, pack, queries)
    for file in files:
        click.echo(f"written: {file}")
    own = f" --queries {queries}" if queries else ""
    click.echo(f"\nChange them step by step, and try them:\n  chaingraph rules test {rule_id}{own}")
    click.echo(
        f"  chaingraph rules lint{own}\nA draft runs in a sweep where it is named (--rule {rule_id}{own})."
    )


@click.command("test")
@click.argument("rules", metavar="[ID]...", nargs=-1)
@click.option(
    "--queries", type=DIRECTORY, multiple=True, help="A folder with rules of your own; cases in its cases/."
)
@click.pass_context
def test(ctx: click.Context, rules: tuple[str, ...], queries: tuple[Path, ...]) -> None:
    """Run the cases of rules on the embedded engine: those named, else those of --queries, else all.

    Exits with 1 where a case comes out otherwise than it says, or a rule lacks a kind of case.
    """
    from chaingraph.rulecases.trial import try_rules
    from chaingraph.rules.catalogue import choose, load_rules

    known = load_rules(queries)
    own = [rule for rule in known if any(folder in rule.path.parents for folder in queries)]
    chosen = choose(known, rules) if rules else own or known
    if queries and not rules and not own:
        raise SettingsError(
            f"There is no rule in {', '.join(map(str, queries))}.",
            remedy="Start one: chaingraph rules new ID --clause CLAUSE --queries FOLDER",
        )
    failed = 0
    with progress_bar() as progress:
        for trial in try_rules(chosen, queries, progress):
            sound = not trial.faults and not trial.failures and not trial.lacks
            failed += not sound
            said = f"{trial.cases} case{'' if trial.cases == 1 else 's'}"
            bad = f", {len(trial.failures)} failed" if trial.failures else ""
            bad = ", not run: mend the rule first" if trial.faults else bad
            click.echo(f"{'ok    ' if sound else 'FAILED'} {trial.rule}: {said}{bad}")
            for fault in trial.faults:
                click.echo(f"       {fault}")
            if trial.lacks:
                click.echo(f"       no case of these kinds: {', '.join(trial.lacks)}")
            for file, lines in trial.failures.items():
                click.echo(f"       {file}")
                for line in lines:
                    click.echo(f"         {line}")
    ctx.exit(1 if failed else 0)
