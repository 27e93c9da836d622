"""What a diagnosis is asked, and what of it stands in the templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from privatelink_constructs.facts.partitions import partition_of, service_name_prefix

if TYPE_CHECKING:
    Json = dict[str, object]


class Question(NamedTuple):
    """What a diagnosis is asked.

    :param service_id: the endpoint service.
    :param region: the Region that the service is in.
    :param endpoint_id: the endpoint, None for every one.
    :param consumer_account: the consumer's account, None if it isn't known.
    :param consumer_region: the Region that the endpoint is in.
    :param port: the port that clients use, None if it isn't known.
    :param name: the name that clients use, None if it isn't known.
    """

    service_id: str
    region: str
    endpoint_id: str | None
    consumer_account: str | None
    consumer_region: str
    port: int | None
    name: str | None

    @property
    def service_name(self) -> str:
        """The name of the service."""
        partition = partition_of(self.region)
        prefix = service_name_prefix(partition.dns_suffix if partition else "amazonaws.com")
        return f"{prefix}.{self.region}.{self.service_id}"

    @property
    def consumer(self) -> Json:
        """What is known of the consumer, as the state of the service has it."""
        known = {
            "Account": self.consumer_account,
            "Endpoint": self.endpoint_id,
            "Name": self.name,
            "Port": self.port,
            "Region": self.consumer_region,
        }
        return {key: value for key, value in known.items() if value is not None}
