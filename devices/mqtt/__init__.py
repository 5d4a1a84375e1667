"""Doors that speak MQTT."""
