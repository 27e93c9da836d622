// The same stacks, written by hand with the CDK's L2 constructs in TypeScript.
//
//     node app.ts <folder> < workload.json

const started = performance.now();
const { readFileSync } = await import("node:fs");
const cdk = await import("aws-cdk-lib");
const ec2 = await import("aws-cdk-lib/aws-ec2");
const elbv2 = await import("aws-cdk-lib/aws-elasticloadbalancingv2");
const targets = await import("aws-cdk-lib/aws-elasticloadbalancingv2-targets");
const iam = await import("aws-cdk-lib/aws-iam");

const work = JSON.parse(readFileSync(0, "utf8"));
const app = new cdk.App({ outdir: process.argv[2], context: work.context, analyticsReporting: false });
const imported = performance.now();

for (const [number, services] of work.stacks.entries()) {
  const env = { account: work.account, region: work.region };
  const stack = new cdk.Stack(app, `Stack${number}`, { env });
  const [vpc, consumerVpc] = ["Vpc", "ConsumerVpc"].map(
    (name) =>
      new ec2.Vpc(stack, name, {
        maxAzs: work.zones.length,
        natGateways: 0,
        subnetConfiguration: [{ name: "Private", subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
      }),
  );
  for (const service of services) {
    define(stack, service.number, service.addresses, vpc, consumerVpc);
  }
}
const built = performance.now();
app.synth();
const synthesized = performance.now();

console.log(
  JSON.stringify({
    import: (imported - started) / 1000,
    build: (built - imported) / 1000,
    synth: (synthesized - built) / 1000,
    total: (synthesized - started) / 1000,
    memory: { node: process.resourceUsage().maxRSS / 1024 },
  }),
);

function define(stack, number, addresses, vpc, consumerVpc) {
  const group = new ec2.SecurityGroup(stack, `Group${number}`, { vpc, allowAllOutbound: false });
  const balancers = work.zones.map((zone, index) => {
    const balancer = new elbv2.NetworkLoadBalancer(stack, `Balancer${number}${zone}`, {
      vpc,
      vpcSubnets: { availabilityZones: [zone] },
      securityGroups: [group],
      enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: false,
      ipAddressType: elbv2.IpAddressType.IPV4,
    });
    balancer.setAttribute("access_logs.s3.enabled", "false");
    const listener = balancer.addListener("Listener", {
      port: work.port,
      protocol: elbv2.Protocol.TCP,
      tcpIdleTimeout: cdk.Duration.seconds(350),
    });
    listener.addTargets("Targets", {
      port: work.port,
      targets: [new targets.IpTarget(addresses[index])],
      healthCheck: {
        protocol: elbv2.Protocol.TCP,
        port: "traffic-port",
        interval: cdk.Duration.seconds(30),
        timeout: cdk.Duration.seconds(10),
        healthyThresholdCount: 5,
        unhealthyThresholdCount: 2,
      },
      proxyProtocolV2: false,
      preserveClientIp: false,
      deregistrationDelay: cdk.Duration.seconds(300),
    });
    group.addEgressRule(ec2.Peer.ipv4(`${addresses[index]}/32`), ec2.Port.tcp(work.port));
    return balancer;
  });
  const service = new ec2.VpcEndpointService(stack, `Service${number}`, {
    vpcEndpointServiceLoadBalancers: balancers,
    allowedPrincipals: [new iam.ArnPrincipal(`arn:aws:iam::${work.consumer}:root`)],
    supportedIpAddressTypes: [ec2.IpAddressType.IPV4],
  });
  for (let consumer = 0; consumer < work.consumers; consumer++) {
    const endpointGroup = new ec2.SecurityGroup(stack, `EndpointGroup${number}x${consumer}`, {
      vpc: consumerVpc,
      allowAllOutbound: false,
    });
    endpointGroup.addIngressRule(ec2.Peer.ipv4(work.clients), ec2.Port.tcp(work.port));
    const endpoint = new ec2.InterfaceVpcEndpoint(stack, `Endpoint${number}x${consumer}`, {
      vpc: consumerVpc,
      service: new ec2.InterfaceVpcEndpointService(service.vpcEndpointServiceName, work.port),
      privateDnsEnabled: false,
      open: false,
      securityGroups: [endpointGroup],
      ipAddressType: ec2.VpcEndpointIpAddressType.IPV4,
      dnsRecordIpType: ec2.VpcEndpointDnsRecordIpType.IPV4,
    });
    endpoint.node.addDependency(service);
  }
}
