"""What a killed training goes on from."""
