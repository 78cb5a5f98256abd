"""`python -m bpedu` is the command `bpedu`."""

import sys

from bpedu.cli import main

sys.exit(main())
