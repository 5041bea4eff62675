"""What stands around every figure: its controls, player and goal, its traits, what is stored."""
