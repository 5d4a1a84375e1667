"""Readers, locks and contacts on RS-485: OSDP (IEC 60839-11-5) through libosdp."""
