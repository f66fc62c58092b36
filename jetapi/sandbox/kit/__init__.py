"""What any emulator of a web service needs: server, memory, clock, faults, journal; no word of whom it plays."""
