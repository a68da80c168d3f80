"""Survey: what a generator cannot draw, by the label areas of its pictures beside those of real ones."""
