"""Simulated talks: seekers, the SAGE protocol, and the runner that carries out many episodes at once."""
