"""What AWS PrivateLink allows, as pure functions over plain values.

Constructs call the rules on what they are given, the template checks call the same rules on what
was synthesized. Nothing here imports the CDK. A rule function takes literals, or None for a value
that is only known at deploy time, and yields a
:class:`~privatelink_constructs.rules.core.Problem` for each thing that is wrong.
"""
