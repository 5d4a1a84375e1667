"""Any reader that PC/SC knows, through pyscard."""
