"""`python -m wend` is `wend`."""

from wend.cli import main

if __name__ == "__main__":
    main()
