"""The doorman: decides, remembers, opens."""
