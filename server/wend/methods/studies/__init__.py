"""Studies: experiments that hold methods, losses and classes against one another."""
