"""The rules over any CloudFormation template, whoever made it.

Needs nothing but the standard library: neither the CDK nor jsii is imported.
"""
