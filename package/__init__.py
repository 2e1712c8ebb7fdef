"""The unit as a component package that programs in any of Pulumi's languages can use."""
