cdef object _field(object value, object quote_query)
