"""Questions of forecasting platforms as a register, by their files: nothing is fetched."""
