"""Wording, marks and local times: what pages say about what the domain knows."""
