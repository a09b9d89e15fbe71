"""Masks of personal data for logs, errors, the console and masked grants.

`mask_nik` gives `33**********0001`, `mask_name` initials; `mask_text` scrubs every
run of 13 or more digits, separators or not, out of free text. The functions live in
`bus.normalise.mask`, because normalisers name masked values in their errors; the
rest of the bus imports them from here.
"""

from bus.normalise.mask import mask_name, mask_nik, mask_text

__all__ = ["mask_name", "mask_nik", "mask_text"]
