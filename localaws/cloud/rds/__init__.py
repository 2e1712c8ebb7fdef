"""RDS: DB instances, snapshots, parameter and subnet groups, and proxies."""
