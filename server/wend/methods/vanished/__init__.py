"""What vanished: a picture and the nearest that a generator has, class by class."""
