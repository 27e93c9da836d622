"""What AWS charges per month for the PrivateLink resources of templates."""
