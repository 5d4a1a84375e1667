"""Firmwares of makers: a file each, payload -> what was heard, command -> what to publish."""
