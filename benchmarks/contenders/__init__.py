"""One module per contender. Each has ``PREPARE``: workload name -> function(work) that returns ``run() -> last loss``.

Everything that is not training (imports, conversion of data, compilation) belongs in the function, so that ``run`` is only the work.
"""
