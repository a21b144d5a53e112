"""What the script `growth` is made of."""
