"""Turns the features of a file into the rows of a layer: which column is which, and what is wrong with a row.

A mapping is made for the columns of one file and then applied batch by batch; it never reads a file.
"""
