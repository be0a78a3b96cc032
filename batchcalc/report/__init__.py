"""What is told of a run: bordereau, control totals, run record."""
