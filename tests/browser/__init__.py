"""The pages in real Chromium: what a person at the desk sees, hears and types."""
