"""Parts of `locate.py` and `cells.py`."""
