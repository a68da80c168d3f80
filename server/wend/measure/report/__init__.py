"""Reports: results as one self-contained page that opens offline, in light, dark and print."""
