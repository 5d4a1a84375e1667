"""How many examples a property of a costly parser is tried on."""

import os

MANY = 10_000 if os.environ.get("THOROUGH") else 200
"""Ten thousand with `THOROUGH=1`; two hundred each time, so that all tests stay within minutes."""
