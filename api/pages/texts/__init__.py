"""What each page says: a file a page, Italian and English side by side."""
