"""The provider's side: load balancers, and the endpoint service over them."""
