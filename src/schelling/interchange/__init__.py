"""Files of other tools: cases made of them, and them made of cases.

No array is known here. What comes in becomes the text of a case, printed by the printer of the
case language and checked like any stranger's; what goes out is made of a checked case.
"""
