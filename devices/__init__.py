"""Hardware: readers, locks, contacts and the wires to them. Has never heard of a member."""
