"""Copies of the tables, and a new deployment on tables as they were at an earlier time. docs/operations.md tells when and how.

    python infra/restore/restore.py export STACK BUCKET             every table to a bucket, as of now
    python infra/restore/restore.py stop STACK                      nothing of a stack runs any more; prints RestoredAt
    python infra/restore/restore.py tables STACK TIME NEW           tables of STACK as of TIME, named after the stack NEW
    python infra/restore/restore.py adopt STACK NEW                 makes the stack NEW of those tables
    python infra/restore/restore.py erased STACK NEW                customers whom NEW has and STACK has not
    python infra/restore/restore.py go-on STACK                     takes `stop` back

It needs boto3, which aws-sam-cli brings: `.venv/deploy/bin/python`. Region and credentials are those of the AWS CLI. Each command
may be given again: it goes on where it was.
"""

import argparse
import json
import os
import sys
import time
from datetime import UTC, datetime, timedelta

import boto3
from botocore.exceptions import ClientError

# Whom marketing may go to, and how much somebody has had: newer is always right, so that no opt-out is undone.
NEWEST = ["RecipientsTable"]
# The longest that a function may still run once no other is let begin.
LAST_FUNCTION_SECONDS = 60
LOOK_SECONDS = 15


def client(service):
    # For a rehearsal against another AWS.
    return boto3.client(service, endpoint_url=os.environ.get("RESTORE_ENDPOINT"))


def say(text):
    print(text, flush=True)


def resources(stack, kind):
    """Physical names by logical ids."""
    pages = client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
    found = {one["LogicalResourceId"]: one["PhysicalResourceId"]
             for page in pages for one in page["StackResourceSummaries"] if one["ResourceType"] == kind}
    if not found:
        raise SystemExit(f"the stack {stack} has no {kind}")
    return found


def tables_of(stack):
    return resources(stack, "AWS::DynamoDB::Table")


def export(stack, bucket):
    dynamodb = client("dynamodb")
    for logical, name in tables_of(stack).items():
        arn = dynamodb.describe_table(TableName=name)["Table"]["TableArn"]
        prefix = f"{stack}/{datetime.now(UTC):%Y-%m-%d}/{logical}"
        # The same token on the same day: a second call begins no second export.
        told = dynamodb.export_table_to_point_in_time(
            TableArn=arn, S3Bucket=bucket, S3Prefix=prefix, ExportFormat="DYNAMODB_JSON", ClientToken=prefix)
        say(f"{logical}: {told['ExportDescription']['ExportStatus']}, s3://{bucket}/{prefix}")


def stop(stack):
    functions = resources(stack, "AWS::Lambda::Function")
    for name in functions.values():
        client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    say(f"{len(functions)} functions begin nothing any more; waiting {LAST_FUNCTION_SECONDS} s for those that run")
    time.sleep(LAST_FUNCTION_SECONDS)
    say(f"RestoredAt={datetime.now(UTC) + timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}")


def go_on(stack):
    functions = resources(stack, "AWS::Lambda::Function")
    for name in functions.values():
        client("lambda").delete_function_concurrency(FunctionName=name)
    say(f"{len(functions)} functions run again; deploy the stack if it has SendReserved")


def restored(new, logical):
    return f"{new}-{logical}"


def described(dynamodb, name):
    try:
        return dynamodb.describe_table(TableName=name)["Table"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise


def tables(stack, at, new, newest):
    dynamodb, sources = client("dynamodb"), tables_of(stack)
    if unknown := set(newest) - set(sources):
        raise SystemExit(f"the stack {stack} has no {', '.join(sorted(unknown))}")
    for logical, name in sources.items():
        if described(dynamodb, restored(new, logical)) is None:
            when = {"UseLatestRestorableTime": True} if logical in newest else {"RestoreDateTime": at}
            dynamodb.restore_table_to_point_in_time(
                SourceTableName=name, TargetTableName=restored(new, logical), **when)
            say(f"{logical}: {'newest' if logical in newest else at.isoformat()}")
    for logical, name in sources.items():
        while (table := described(dynamodb, restored(new, logical)))["TableStatus"] != "ACTIVE":
            time.sleep(LOOK_SECONDS)
        settle(dynamodb, dynamodb.describe_table(TableName=name)["Table"], table)
        say(f"{logical}: {table['TableName']} is as its source")


def settle(dynamodb, source, table):
    """What a restore leaves out: the stream, the time to live, and the recovery of the new table itself."""
    name, stream = table["TableName"], source.get("StreamSpecification")
    if stream and not table.get("StreamSpecification"):
        dynamodb.update_table(TableName=name, StreamSpecification=stream)
        while described(dynamodb, name)["TableStatus"] != "ACTIVE":
            time.sleep(LOOK_SECONDS)
    lives = lambda one: dynamodb.describe_time_to_live(TableName=one)["TimeToLiveDescription"]
    wanted = lives(source["TableName"])
    if wanted["TimeToLiveStatus"] in ("ENABLED", "ENABLING") and lives(name)["TimeToLiveStatus"] == "DISABLED":
        dynamodb.update_time_to_live(
            TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": wanted["AttributeName"]})
    dynamodb.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})


def adopted(template, new):
    """The tables of a template alone, and which table of the account each of them is."""
    kept = {logical: one for logical, one in template["Resources"].items() if one["Type"] == "AWS::DynamoDB::Table"}
    named = [{"ResourceType": "AWS::DynamoDB::Table", "LogicalResourceId": logical,
              "ResourceIdentifier": {"TableName": restored(new, logical)}} for logical in kept]
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": kept}, named


def adopt(stack, new):
    cloudformation = client("cloudformation")
    template = cloudformation.get_template(StackName=stack, TemplateStage="Processed")["TemplateBody"]
    template, named = adopted(json.loads(template) if isinstance(template, str) else template, new)
    cloudformation.create_change_set(
        StackName=new, ChangeSetName="tables", ChangeSetType="IMPORT",
        TemplateBody=json.dumps(template), ResourcesToImport=named)
    cloudformation.get_waiter("change_set_create_complete").wait(StackName=new, ChangeSetName="tables")
    cloudformation.execute_change_set(StackName=new, ChangeSetName="tables")
    cloudformation.get_waiter("stack_import_complete").wait(StackName=new)
    say(f"{new} has {len(named)} tables; now deploy it")


def keys(name):
    pages = client("dynamodb").get_paginator("scan").paginate(TableName=name, ProjectionExpression="pk")
    return {item["pk"]["S"] for page in pages for item in page["Items"]}


def erased(stack, new):
    gone = keys(restored(new, "CustomersTable")) - keys(tables_of(stack)["CustomersTable"])
    for key in sorted(gone):
        print(key)
    print(f"{len(gone)} customers", file=sys.stderr)


def moment(text):
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError("a time has its zone, as 2026-11-21T14:03:07Z")
    return at


def main():
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = given.add_subparsers(dest="command", required=True)
    for name, places in [("export", ["stack", "bucket"]), ("stop", ["stack"]), ("go-on", ["stack"]),
                         ("adopt", ["stack", "new"]), ("erased", ["stack", "new"])]:
        command = commands.add_parser(name)
        for place in places:
            command.add_argument(place)
    command = commands.add_parser("tables")
    command.add_argument("stack")
    command.add_argument("at", metavar="TIME", type=moment)
    command.add_argument("new")
    command.add_argument("--newest", nargs="*", default=NEWEST, metavar="TABLE",
                         help="tables that are whole, and are taken as they are now (%(default)s)")
    asked = vars(given.parse_args())
    command = asked.pop("command")
    {"export": export, "stop": stop, "go-on": go_on, "tables": tables, "adopt": adopt, "erased": erased}[command](**asked)


if __name__ == "__main__":
    main()
