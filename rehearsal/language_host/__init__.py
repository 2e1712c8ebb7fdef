"""A stand-in for Pulumi's Python language host, the program `pulumi-language-python` of the official CLI.

The CLI asks a language host which plugins a program needs, and has it run the program and policy packs. The
real host is in no Go module and in no package registry, so a CLI built from its Go module has no host. This
stand-in asks an environment for the same things with the same commands as the real host. It fails where the
real host fails, with the same words. It was written from the behaviour of the real host at the CLI's version:

- https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/python/cmd/pulumi-language-python/main.go
- https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/python/toolchain/pip.go
- https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/policy_proxy.go

It supports only the toolchain `pip`, attaches no debugger, and generates no code.
"""
