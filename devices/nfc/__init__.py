"""PN532 on a serial line and ACR122U on USB, through nfcpy."""
