"""A service and a consumer of it, with alarms, and a dashboard of both."""

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_sns as sns
from constructs import Construct

from privatelink_constructs import (
    AllowedPrincipal,
    EndpointServiceAlarms,
    EndpointServiceThresholds,
    InterfaceEndpoint,
    InterfaceEndpointAlarms,
    Listener,
    NetworkLoadBalancedEndpointService,
    PrivateDnsName,
    PrivateLinkChecks,
    PrivateLinkDashboard,
)

CERTIFICATE = "arn:aws:acm:eu-west-1:111111111111:certificate/11111111-2222-3333-4444-555555555555"
HOSTED_ZONE = "Z0123456789ABCDEFGHIJ"
ON_CALL = "arn:aws:sns:eu-west-1:111111111111:on-call"
# Servers in a data center: the load balancer in each Availability Zone sends to both of them.
SERVERS = ("192.168.0.10", "192.168.0.11")


class WatchedStack(cdk.Stack):
    """A service, an endpoint to it, and what tells the team on call when they fail."""

    def __init__(self, scope: Construct, id: str, *, env: cdk.Environment) -> None:  # noqa: A002
        """Define the service and the endpoint, their alarms, and the dashboard."""
        super().__init__(scope, id, env=env)
        certificate = acm.Certificate.from_certificate_arn(self, "Certificate", CERTIFICATE)
        on_call = sns.Topic.from_topic_arn(self, "OnCall", ON_CALL)
        hosted_zone = route53.HostedZone.from_hosted_zone_attributes(
            self, "HostedZone", hosted_zone_id=HOSTED_ZONE, zone_name="example.com"
        )
        service = NetworkLoadBalancedEndpointService(
            self,
            "Payments",
            vpc=ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=0),
            listeners=[
                Listener.tls(
                    443,
                    certificates=[certificate],
                    targets=[targets.IpTarget(server, 8080) for server in SERVERS],
                )
            ],
            allowed_principals=[AllowedPrincipal.account("111111111111")],
            client_cidrs=["10.1.0.0/16"],
            private_dns_name=PrivateDnsName.in_hosted_zone("payments.example.com", hosted_zone),
        )
        # The firewall of the data center admits the load balancers.
        cdk.Annotations.of(service).acknowledge_warning(
            "privatelink-constructs:target-security-group-undetermined"
        )
        EndpointServiceAlarms(
            self,
            "PaymentsAlarms",
            service=service,
            actions=[on_call],
            thresholds=EndpointServiceThresholds(connection_use=0.5, resets_sent=1000),
            private_dns_check_every=cdk.Duration.hours(1),
            expected_connections=200_000,
        )

        network = ec2.IpAddresses.cidr("10.1.0.0/16")
        consumer = ec2.Vpc(self, "Consumer", ip_addresses=network, max_azs=2, nat_gateways=0)
        endpoint = InterfaceEndpoint(
            self, "Endpoint", vpc=consumer, service=service, clients=["10.1.0.0/16"]
        )
        InterfaceEndpointAlarms(self, "EndpointAlarms", endpoint=endpoint, actions=[on_call])
        PrivateLinkDashboard(self, "Dashboard", services=[service], endpoints=[endpoint])


app = cdk.App()
WatchedStack(app, "Watched", env=cdk.Environment(account="111111111111", region="eu-west-1"))
cdk.Validations.of(app).add_plugins(PrivateLinkChecks())
app.synth()
