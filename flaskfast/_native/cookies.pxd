# What compiled code that writes a cookie without a call in Python needs of cookies.pyx.

cdef object cookie_written(
    object key, object value, object expires, object max_age, object path,
    object secure, object httponly, object same_site, object domain, object partitioned,
)
