import os

# Before torch is loaded: its threads would else wait for each other in a busy loop, and where another program has one of two
# cores, short texts took three and a half times as long to encode (44 against 145 a second).
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
