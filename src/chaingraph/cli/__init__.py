"""The command line: thin over ``chaingraph.market``. Commands are imported only when they are run."""

from __future__ import annotations

import importlib
import sys
from typing import NoReturn

import click

COMMANDS = {
    "load": ("chaingraph.cli.load", "Load sources into a market: read, check, publish."),
    "sweep": ("chaingraph.cli.sweep", "Run the rules and write a report."),
    "demo": ("chaingraph.cli.demo", "Write a made-up market folder to try things out on."),
    "coverage": ("chaingraph.cli.coverage", "Say which clauses the loaded data can and cannot answer."),
    "rules": ("chaingraph.cli.rules", "List, show, check, test the rules, or start a new one."),
    "query": ("chaingraph.cli.query", "Ask the graph a question in Cypher."),
    "status": ("chaingraph.cli.status", "Say what is loaded, what was rejected and why."),
    "model": ("chaingraph.cli.model", "Print the data dictionary or a folder's datapackage.json."),
}


class LazyGroup(click.Group):
    """A group whose commands are named here and imported on use, so that ``--help`` answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name][0])
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {near[0]}?" if near else f" There are: {', '.join(COMMANDS)}."
            ctx.fail(f"There is no command {args[0]}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_) for name, (_, help_) in COMMANDS.items()])


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.option(
    "--market",
    "market_folder",
    default=".chaingraph",
    show_default=True,
    envvar="CHAINGRAPH_MARKET",
    help="The market's working directory.",
)
@click.option(
    "--store",
    default=None,
    envvar="CHAINGRAPH_STORE",
    help="neo4j://HOST:PORT for a Neo4j server (user and password from CHAINGRAPH_NEO4J_USER and "
    "CHAINGRAPH_NEO4J_PASSWORD, or chaingraph.toml). Default: the embedded engine.",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(package_name="chaingraph")
@click.pass_context
def group(ctx: click.Context, market_folder: str, store: str | None, debug: bool) -> None:
    """Check a welfare-to-work supply chain against its Code of Conduct.

    \b
    chaingraph demo my-market        a made-up market to try things out on
    chaingraph load my-market        read it, check it, publish it
    chaingraph sweep --format html -o report.html
    """
    ctx.obj = {"market": market_folder, "store": store}


def main() -> None:
    """Run the command line; errors that a user may meet become one message and exit code 2."""
    from chaingraph.errors import ChaingraphError

    debug = "--debug" in sys.argv
    try:
        sys.exit(group(standalone_mode=False) or 0)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (KeyboardInterrupt, click.Abort):
        _stopped()
    except BrokenPipeError:
        # The reader of our output has gone (head, a pager); that is not an error of ours.
        sys.stderr.close()
        sys.exit(0)
    except ChaingraphError as error:
        if debug:
            raise
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    except MemoryError:
        click.echo(
            "Error: there is not enough memory for this. Close other programs or use a smaller file.",
            err=True,
        )
        sys.exit(2)
    except OSError as error:
        if debug:
            raise
        where = f" ({error.filename})" if error.filename else ""
        click.echo(f"Error: {error.strerror or error}{where}", err=True)
        sys.exit(2)
    except Exception as error:
        if debug:
            raise
        # The engines answer Ctrl-C in words of their own when it comes in the middle of a statement.
        if isinstance(error, RuntimeError) and "interrupted" in str(error).lower():
            _stopped()
        click.echo(
            f"Error: something went wrong that chaingraph did not foresee: {type(error).__name__}: {error}\n"
            "Run the same command with --debug after chaingraph and report what it prints.",
            err=True,
        )
        sys.exit(2)


def _stopped() -> NoReturn:
    click.echo("Stopped. Nothing was published or half done.", err=True)
    sys.exit(130)


__all__ = ["group", "main"]
