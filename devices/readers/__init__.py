"""What readers at this very host have in common: a thread each, and who lies there already."""
