"""The child of `wend.jobs.child` with the toys for recipes: `python -m tests.jobs.toy_child FOLDER`."""

import sys

from tests.jobs.toy import TOYS
from wend.jobs.child import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], TOYS))
