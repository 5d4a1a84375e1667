"""`usciere door-key`: makes the key with which a door seals what it says over MQTT."""

from typing import Annotated

import typer

from commands.building import door_of, settings_of
from commands.failures import Failed
from devices import seals

app = typer.Typer()


@app.command("door-key")
def door_key(
    ctx: typer.Context,
    door: Annotated[str, typer.Argument(metavar="DOOR", help="Which door.")],
) -> None:
    """Make the key in a door's `hmac_key_file`; put the same into its controller."""
    where = door_of(settings_of(ctx), door)
    if where.hmac_key_file is None:
        raise Failed(f"door {door} names no `hmac_key_file` in the settings; name the file to make")
    try:
        seals.new_key(where.hmac_key_file)
    except FileExistsError:
        raise Failed(f"{where.hmac_key_file} is there already; it is not replaced") from None
    except OSError as problem:
        raise Failed(f"{where.hmac_key_file} can't be written: {problem.strerror}") from None
    typer.echo(f"{door} has a key: put what {where.hmac_key_file} says into its controller")
