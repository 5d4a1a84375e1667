"""Arguments and options that several commands share."""

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
DoorId = Annotated[str, typer.Argument(metavar="DOOR", help="The door's id.")]
Uid = Annotated[str, typer.Argument(metavar="UID", help="The badge number, in hex.")]
ReaderId = Annotated[
    str | None, typer.Option("--reader", metavar="ID", help="The reader; else the door's first.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Take every default, ask nothing.")]
Coded = Annotated[bool, typer.Option("--code", help="Make a code to type in; it is shown once.")]
SunUrl = Annotated[
    str | None, typer.Option("--sun", metavar="URL", help="The address an NTAG 424 DNA showed.")
]
