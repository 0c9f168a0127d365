"""What people do in a clinic. Each action checks its own rules and stores its own event."""
