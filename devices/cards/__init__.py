"""Cards that can prove they are genuine. Pure: bytes in, bytes and answers out."""
