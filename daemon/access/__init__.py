"""The decision at the door, pure: facts and a moment in, a verdict out."""
