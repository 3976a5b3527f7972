"""The `doorstep` command. One file a command: a module here with a click command named `command`.

`migrate.py` is `doorstep migrate`; a file that holds a group (`user.py`: `doorstep user create`) names
the group `command`. A file is imported only when its command is asked for.
"""

import importlib
import pkgutil

import click

from api.server.errors import StartError


def _modules() -> dict[str, str]:
    """Command name -> module name; `import_` avoids a word that Python keeps for itself."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return {name.rstrip("_").replace("_", "-"): name for name in names if name != "__main__"}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return sorted(_modules())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        module_name = _modules().get(cmd_name)
        if module_name is None:
            return None
        command = importlib.import_module(f"{__name__}.{module_name}").command
        assert isinstance(command, click.Command)  # noqa: S101 - a defect of ours
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except StartError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Doorstep: the system of record for home visits in debt collection."""
