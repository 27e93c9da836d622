"""AWS as data: partitions, Regions, names, and services. Imports nothing."""
