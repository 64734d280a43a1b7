"""A made-up secondary school, written as the files a school office exports.

Pure Python and the standard library only: no Django, no network. The same seed, number of students and
day give the same bytes. Nobody described here exists.
"""
