import os

# Each is read once, when the library that heeds it is loaded: so before any of them is.
_HEEDED = {
    # torch: its threads would else wait for each other in a busy loop, and where another program has one of two cores, short
    # texts took three and a half times as long to encode (44 against 145 a second).
    "OMP_WAIT_POLICY": "PASSIVE",
    # Hugging Face's: models come from this machine and from nowhere else, and nobody is told of it.
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    # tokenizers: threads of its own would take the cores from torch.
    "TOKENIZERS_PARALLELISM": "false",
}
for _name, _value in _HEEDED.items():
    os.environ.setdefault(_name, _value)
