"""The classroom: assignments made from exercises, and the judge that marks a class in a sandbox.

`box/` holds what runs beside the students' code and is all that the sandbox can read of bpedu; everything else here
stays outside of it, with the reference answers.
"""
