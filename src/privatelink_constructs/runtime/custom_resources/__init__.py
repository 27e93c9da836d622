"""What runs behind the custom resources: an asset has the shared files and those of one step."""
