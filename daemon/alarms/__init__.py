"""When staff are to be alarmed: pure rules, each with its own small state and time as argument."""
