"""Muhafiz: explains cybercrime law, understands what happened to a person, and turns it into a triage record."""

import os

# Every matrix here is small: threads of the linear algebra only wait for each other, at twice the processor time.
# It must be set before numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
