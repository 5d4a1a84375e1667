"""Readers that pretend to be a keyboard, through evdev."""
