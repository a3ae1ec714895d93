# What compiled code that reads and writes cookies without a call in Python needs of cookies.pyx.

cdef object cookies_filled(object cls, object header)
cdef object cookie_written(
    object key, object value, object expires, object max_age, object path,
    object secure, object httponly, object same_site, object domain, object partitioned,
)
