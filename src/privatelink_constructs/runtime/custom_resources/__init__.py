"""The code of the custom resources. An asset contains the shared files and those of one step."""
