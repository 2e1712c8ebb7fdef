"""Component package of the unit, for Pulumi programs in any language."""
