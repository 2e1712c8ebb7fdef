"""A stand-in for Pulumi's Python language host, the program `pulumi-language-python` of the official CLI.

The CLI asks a language host which plugins a program needs, to run the program, and to run a policy pack. The
real host is in no Go module and in no package registry, so a CLI that was built from its Go module has none.
This one asks of an environment what the real one asks, with the same commands, and fails where the real one
fails, with the same words. Written from the behaviour of the real one at the CLI's version:

- https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/python/cmd/pulumi-language-python/main.go
- https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/python/toolchain/pip.go
- https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/policy_proxy.go

It knows the toolchain `pip` alone, attaches no debugger, and generates no code.
"""
