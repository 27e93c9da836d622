"""Lambda functions of the package: each with a log group, a role, and a policy of its own.

Every function is defined here. What it may do stands in a policy beside the role: a policy that is
part of the role can't name the function, because the function waits for all of the role.

The code is an asset: files of ``runtime/`` that are listed one by one, so that nothing else in the
folder changes its hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import aws_cdk as cdk
import constructs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from privatelink_constructs._cdk.acknowledgments import (
    acknowledge_all_resources,
    acknowledge_function,
    acknowledge_group,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from tempfile import TemporaryDirectory

RUNTIME = Path(__file__).parent.parent / "runtime"
_MODE = 0o644
"""Lambda reads the files as another user than their owner.

:see: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html
"""
_READABLE = 0o444
_FUNCTION, _POLICY, _ROLE = "Function", "Policy", "Role"


@dataclass(frozen=True, kw_only=True, eq=False)
class FunctionCode:
    """The code of a function.

    :param folder: the folder below ``runtime/``.
    :param files: the files in it, without their folder and ``.py``. The last one has ``handler``.
    """

    folder: str
    files: tuple[str, ...]

    @property
    def handler(self) -> str:
        """What Lambda calls."""
        return f"{self.folder}.{self.files[-1]}.handler"

    @property
    def paths(self) -> tuple[str, ...]:
        """The files, relative to ``runtime/``."""
        return tuple(f"{self.folder}/{file}.py" for file in self.files)


class FunctionGroup(constructs.Construct):
    """A function with its log group, its role, and the policy for what every call needs.

    :param scope: the stack, for a function that its services share.
    :param id: the id, never to be changed.
    :param code: the code.
    :param description: what the function is for, as the console shows it.
    :param actions_on: what it may do, by the resource to do it to.
    :param environment: its environment variables. Default: none.
    :param invokes_itself: whether it may invoke itself.
    """

    def __init__(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        code: FunctionCode,
        description: str,
        actions_on: Mapping[str, tuple[str, ...]],
        environment: Mapping[str, str] | None = None,
        invokes_itself: bool = False,
    ) -> None:
        """Define all of it."""
        super().__init__(scope, id)
        log_group = logs.LogGroup(
            self,
            "Logs",
            retention=logs.RetentionDays.ONE_YEAR,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        lambda_service = cast("iam.IPrincipal", iam.ServicePrincipal("lambda.amazonaws.com"))
        role = iam.Role(self, _ROLE, assumed_by=lambda_service)
        function = lambda_.Function(
            self,
            _FUNCTION,
            # Cheaper than x86_64, and in every Region that has this runtime.
            architecture=lambda_.Architecture.ARM_64,
            code=asset_of(code),
            description=description,
            environment=dict(environment) if environment else None,
            handler=code.handler,
            log_group=log_group,
            memory_size=256,
            role=cast("iam.IRole", role),
            runtime=lambda_.Runtime.PYTHON_3_14,
            timeout=cdk.Duration.minutes(15),
        )
        arn = function.function_arn
        allowed = {**actions_on, **({arn: ("lambda:InvokeFunction",)} if invokes_itself else {})}
        write = {log_group.log_group_arn: ("logs:CreateLogStream", "logs:PutLogEvents")}
        policy = iam.Policy(
            self,
            _POLICY,
            roles=[cast("iam.IRole", role)],
            statements=list(_statements({**write, **allowed})),
        )
        acknowledge_group(self, log_group)
        acknowledge_function(function)
        if "*" in actions_on:
            acknowledge_all_resources(policy)


def function_of(group: constructs.Construct) -> lambda_.Function:
    """Return the function of a group."""
    return cast("lambda_.Function", group.node.find_child(_FUNCTION))


def role_of(group: constructs.Construct) -> iam.Role:
    """Return the role of a function."""
    return cast("iam.Role", group.node.find_child(_ROLE))


def policy_of(group: constructs.Construct) -> iam.Policy:
    """Return the policy for what every call of a function needs."""
    return cast("iam.Policy", group.node.find_child(_POLICY))


def _statements(actions_on: Mapping[str, tuple[str, ...]]) -> Iterator[iam.PolicyStatement]:
    for resource, actions in actions_on.items():
        yield iam.PolicyStatement(actions=list(actions), resources=[resource])


def asset_of(code: FunctionCode) -> lambda_.Code:
    """Return the asset with the files of a function and nothing else."""
    folder = f"/{code.folder}"
    exclude = ["*", f"!{folder}", f"{folder}/*", *(f"!/{path}" for path in code.paths)]
    return lambda_.Code.from_asset(
        str(_readable(code.paths)), exclude=exclude, ignore_mode=cdk.IgnoreMode.GIT
    )


def _readable(paths: Iterable[str]) -> Path:
    """Return a folder where everybody may read the files.

    The CDK CLI packs files with the mode that they have, and a umask of 077 at the installation of
    this package leaves them to their owner.

    :see: https://github.com/aws/aws-cdk/issues/8233
    """
    if all((RUNTIME / path).stat().st_mode & _READABLE == _READABLE for path in paths):
        return RUNTIME
    return Path(_copy(tuple(paths), RUNTIME).name)


@cache
def _copy(paths: tuple[str, ...], source: Path) -> TemporaryDirectory[str]:
    """Copy files to where everybody may read them, for as long as the program runs."""
    from tempfile import TemporaryDirectory  # noqa: PLC0415 - few need it

    found = TemporaryDirectory(prefix="privatelink-constructs-", ignore_cleanup_errors=True)
    for path in paths:
        target = Path(found.name, path)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes((source / path).read_bytes())
        target.chmod(_MODE)
    return found
