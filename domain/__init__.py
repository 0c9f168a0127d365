"""What a clinic is: its people, slots and appointments, and the rules that hold between them."""
