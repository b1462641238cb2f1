"""Evolution of a bank: what it takes to show that a change of skills is better, safer, or no worse."""
