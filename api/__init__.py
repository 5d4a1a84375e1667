"""HTTP: reads what was recorded, edits people and plans, shows who is in. Decides nothing."""
