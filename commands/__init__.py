"""What a person types: one file a command, above everything else."""
