"""What it takes to run the house on a machine: settings, loop, database process, server."""
