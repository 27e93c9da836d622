"""A live account, written down as templates with states, and what stops a connection in it.

``read_calls`` lists every call that is made, ``reader`` makes them, ``provider_side`` and
``consumer_side`` write the answers down, the checks judge the templates, and ``causes`` sorts what
they find. boto3 is imported only by the caller who has sessions.
"""
