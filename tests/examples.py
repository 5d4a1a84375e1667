"""How many examples a property of a costly parser is tried on."""

import os

MANY = 10_000 if os.environ.get("THOROUGH") else 1_000
"""Ten thousand with `THOROUGH=1`; a thousand each time, so that all tests stay within minutes."""
