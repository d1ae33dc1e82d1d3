"""Small changes to the numerics, one at a time, to learn which of them no test notices.

`make mutants ROOM=claims` makes them in copies of the project and lists those that the tests of the
room let live. It takes minutes to hours, so the gate leaves it out.
"""
