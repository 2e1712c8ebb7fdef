"""A stand-in for Pulumi's AWS provider plugin.

The real Pulumi engine talks to it as it would to the real plugin. It checks property names, types and
required fields against the `pulumi_aws` SDK, and makes its AWS calls with boto3 against a given endpoint.
Without an endpoint it only previews and creates nothing.
"""
