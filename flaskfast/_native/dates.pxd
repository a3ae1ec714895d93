# What compiled code that writes a date without a call in Python needs of dates.pyx.

cdef object seconds_written(object seconds)
