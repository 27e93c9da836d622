"""What AWS PrivateLink allows, as pure functions over plain values.

Constructs call the rules with the values that they receive. The template checks call the same rules
with the values that they find in templates. Nothing here imports the CDK. A rule takes literals, or
None for a value that is known only at deployment, and yields a
:class:`~privatelink_constructs.rules.core.Problem` for each thing that is wrong.
"""
