"""The rules over any CloudFormation template, also one that isn't made with this library.

Needs nothing but the standard library: neither the CDK nor jsii is imported.
"""
