"""A limit of costs for an app, as a plugin of the CDK."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import aws_cdk as cdk
import jsii

from privatelink_constructs._cdk.plugin_identity import PluginIdentity
from privatelink_constructs.cloudformation.assembly import read_assemblies
from privatelink_constructs.cost.estimate import estimate_of
from privatelink_constructs.cost.price_list import PriceList
from privatelink_constructs.cost.refusing import refuse_problems
from privatelink_constructs.cost.traffic import amounts_of
from privatelink_constructs.inventory.inventory import Inventory
from privatelink_constructs.rules.arguments import checked
from privatelink_constructs.rules.core import about
from privatelink_constructs.rules.costs import cost_in_limit, cost_limit_in_range

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from privatelink_constructs.cost.estimate import CostEstimate
    from privatelink_constructs.cost.items import CostItem
    from privatelink_constructs.rules.core import Problem

_SHOWN = 3


@jsii.implements(cdk.IPolicyValidationPlugin)
class CostLimit(PluginIdentity):
    """Warns when AWS would charge more for the PrivateLink resources of an app than a limit.

    The estimate is made of the synthesized templates of all stacks of the app, each time you
    synthesize. The warning names the prices, and the most expensive resources. It doesn't fail the
    synthesis::

        cdk.Validations.of(app).add_plugins(CostLimit(monthly_usd=200))

    :param monthly_usd: the limit in USD per month.
    :param prices: the prices. Default: those of ``PriceList.us_east_1()``.
    :param traffic_gb: the gigabytes per month that go through each endpoint, or a mapping from
        logical IDs or construct paths of endpoints to gigabytes, with ``"*"`` for all others.
        Default: not known, and not part of the estimate.
    :raises ValidationError: ``cost-limit-out-of-range``, ``traffic-out-of-range``. An endpoint in
        ``traffic_gb`` that the app doesn't have fails the synthesis, which knows the endpoints.
    :see: https://docs.aws.amazon.com/cdk/v2/guide/policy-validation-synthesis.html
    """

    @checked()
    def __init__(
        self,
        *,
        monthly_usd: float,
        prices: PriceList | None = None,
        traffic_gb: float | Mapping[str, float] | None = None,
    ) -> None:
        """Check the limit."""
        refuse_problems(about(cost_limit_in_range(monthly_usd), "monthly_usd"))
        self._limit = monthly_usd
        self._prices = prices or PriceList.us_east_1()
        self._traffic = amounts_of(traffic_gb)

    def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
        """Estimate what the templates cost that the CDK wrote.

        :param context: where they are, and where they are deployed.
        """
        read = read_assemblies(Path(stack.template_path) for stack in context.stack_templates)
        inventory = Inventory(read.templates, read.environments)
        estimate = estimate_of(inventory, self._prices, self._traffic)
        # Early versions of the CDK ask for the stacks of one environment at a time.
        violations = [it for it in self._violations(estimate) if _template(it) in read.asked]
        return cdk.PolicyValidationPluginReport(
            success=True,
            violations=violations,
            plugin_version=self.version,
        )

    def _violations(self, estimate: CostEstimate) -> Iterator[cdk.PolicyViolation]:
        prices = f"{estimate.prices.name}, {estimate.prices.date}"
        for problem in cost_in_limit(estimate.monthly_usd, limit=self._limit, prices=prices):
            dearest = sorted(estimate.items, key=lambda it: -(it.monthly_usd or 0))[:_SHOWN]
            names = ", ".join(f"{it.name} ({it.monthly_usd or 0:,.2f})" for it in dearest)
            text = f"{problem.statement} The most is for {names}."
            yield _violation(problem, text, dearest[0])


def _template(violation: cdk.PolicyViolation) -> str | None:
    return violation.violating_resources[0].template_path


def _violation(problem: Problem, text: str, item: CostItem) -> cdk.PolicyViolation:
    rule = problem.rule
    resource = cdk.PolicyViolatingResource(
        resource_logical_id=item.logical_id, template_path=item.template, locations=[]
    )
    return cdk.PolicyViolation(
        rule_name=rule.id,
        description=f"{text} ({rule.url})",
        fix=rule.fix.code,
        severity=rule.severity.value,
        violating_resources=[resource],
    )
