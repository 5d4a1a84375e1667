"""`python -P -m commands` is `usciere`."""

from commands.main import main

main()
