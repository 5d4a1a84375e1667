"""The rules in the order in which they are asked: a file a rule, a line here."""
