"""What the tests under fire share: a cluster, members, a load, and one check of everything at the end."""
