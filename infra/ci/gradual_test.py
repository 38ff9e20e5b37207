"""Holds the template with gradual traffic to what SAM makes of it: `sam validate` does not look so far. Run by .ci/run."""

import importlib.util
import json
import pathlib

import boto3
from samcli.lib.cfn_language_extensions import process_template
from samcli.yamlhelper import yaml_parse
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

ROOT = pathlib.Path(__file__).resolve().parents[2]
MOST_RESOURCES = 500


def script():
    spec = importlib.util.spec_from_file_location("gradual", ROOT / "infra/deploy/gradual.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stack(text):
    """The resources that CloudFormation gets."""
    template = process_template(yaml_parse(text), {"OperatorKeyHash": "0" * 64})
    template["Transform"] = "AWS::Serverless-2016-10-31"
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            # As `sam deploy` leaves it: the same place for the same program.
            resource["Properties"]["CodeUri"] = "s3://bucket/" + resource["Properties"]["CodeUri"].strip("/")
    session = boto3.session.Session(region_name="us-east-1")
    made = Translator({}, Parser(), boto_session=session).translate(template, {"OperatorKeyHash": "0" * 64})
    return made["Resources"]


def main():
    gradual = script()
    text = (ROOT / "template.yaml").read_text(encoding="utf-8")
    first, second = (stack(gradual.gradual(text, release)) for release in ("release-1", "release-2"))
    of = lambda kind: {name: one for name, one in first.items() if one["Type"] == f"AWS::{kind}"}
    functions, versions = of("Lambda::Function"), of("Lambda::Version")
    groups = of("CodeDeploy::DeploymentGroup").values()
    assert len(functions) == len(versions) == len(of("Lambda::Alias")) == len(groups) > 30
    assert not set(versions) & set(second), "a second release has versions of the first"
    for group in groups:
        alarms = [alarm["Name"]["Ref"] for alarm in group["Properties"]["AlarmConfiguration"]["Alarms"]]
        assert alarms == gradual.ALARMS, alarms
    callers = [*of("Lambda::EventSourceMapping").values(), *of("Lambda::Permission").values()]
    for caller in callers:
        assert caller["Properties"]["FunctionName"]["Ref"].endswith("Aliaslive"), caller
    api = json.dumps(first["Api"]["Properties"]["Body"])
    assert api.count("Aliaslive") == api.count("/invocations") > 30
    assert len(first) <= MOST_RESOURCES, len(first)
    print(f"{len(functions)} functions by {len(callers)} ways and {api.count('Aliaslive')} routes; {len(first)} resources")


main()
