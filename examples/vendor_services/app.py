"""Endpoints to the services of vendors, with the names and ports that each vendor requires."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from privatelink_constructs import (
    EndpointDns,
    EndpointServiceContract,
    InterfaceEndpoint,
    PrivateLinkChecks,
)

PREFIX = "com.amazonaws.vpce.eu-west-1.vpce-svc-"
CLIENTS = "10.20.0.0/16"
ZONES = {"eu-west-1a": "euw1-az2", "eu-west-1b": "euw1-az3"}
OFFERED = ["euw1-az1", "euw1-az2", "euw1-az3"]

# A data warehouse such as Snowflake: an account has several names, and OCSP uses port 80.
WAREHOUSE = EndpointServiceContract.from_service_name(
    f"{PREFIX}0123456789abcdef1", ports=[80, 443], availability_zone_ids=OFFERED
)
WAREHOUSE_NAMES = EndpointDns.private_hosted_zone(
    "xy12345.eu-west-1.privatelink.warehouse.example",
    "app-acme-prod.privatelink.warehouse.example",
    "ocsp.xy12345.eu-west-1.privatelink.warehouse.example",
)
# Streams such as Confluent Cloud: brokers have names in a domain, and in one per AZ ID.
STREAMS = EndpointServiceContract.from_service_name(
    f"{PREFIX}0123456789abcdef2", ports=[443, 9092], availability_zone_ids=OFFERED
)
STREAMS_NAMES = EndpointDns.private_hosted_zone(
    "*.4kxmp.eu-west-1.aws.streams.example", zonal_records=True
)
# Documents such as MongoDB Atlas: each node has a port, and the vendor publishes the names.
DOCUMENTS = EndpointServiceContract.from_service_name(
    f"{PREFIX}0123456789abcdef3", ports=["1024-65535"], availability_zone_ids=OFFERED
)


class VendorsStack(cdk.Stack):
    """A VPC whose clients use the services of three vendors."""

    def __init__(self, scope: Construct, id: str, *, env: cdk.Environment) -> None:  # noqa: A002
        """Define an endpoint for each vendor, in Availability Zones that all of them offer."""
        super().__init__(scope, id, env=env)
        vpc = ec2.Vpc(
            self,
            "Vpc",
            availability_zones=list(ZONES),
            ip_addresses=ec2.IpAddresses.cidr(CLIENTS),
            nat_gateways=0,
        )
        for name, service, dns in (
            ("Warehouse", WAREHOUSE, WAREHOUSE_NAMES),
            ("Streams", STREAMS, STREAMS_NAMES),
            ("Documents", DOCUMENTS, EndpointDns.endpoint_names()),
        ):
            InterfaceEndpoint(
                self,
                name,
                vpc=vpc,
                service=service,
                availability_zone_ids=ZONES,
                clients=[CLIENTS],
                dns=dns,
            )


app = cdk.App()
VendorsStack(app, "Vendors", env=cdk.Environment(account="222222222222", region="eu-west-1"))
cdk.Validations.of(app).add_plugins(PrivateLinkChecks())
app.synth()
