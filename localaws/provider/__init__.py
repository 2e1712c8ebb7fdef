"""A stand-in for the AWS provider plugin: the real Pulumi engine talks to it as to the real one.

It checks names, types and required fields against the `pulumi_aws` SDK, and makes its calls with boto3,
against an endpoint that is given. Without an endpoint it previews, and creates nothing.
"""
