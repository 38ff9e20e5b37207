"""Prints template.yaml with gradual traffic: each function gets versions and an alias, and CodeDeploy moves the calls.

    python3 infra/deploy/gradual.py RELEASE >gradual.yaml

It is no parameter of the template, as SAM cannot switch an alias off. And with an alias a changed parameter comes to no
function unless a new version is published: SAM looks at the code and at the names of parameters, never at their values.
So RELEASE, which has to be a new one each time, is a part of every version.
"""

import hashlib
import pathlib
import sys

TEMPLATE = pathlib.Path(__file__).resolve().parents[2] / "template.yaml"
# A tenth of the calls for fifteen minutes: longer than the slowest of these alarms needs.
TRAFFIC = "Canary10Percent15Minutes"
ALARMS = ["ChangesAlarm", "DoorAlarm", "DueAlarm", "FailuresAlarm", "SearchAlarm"]
GLOBALS = "\nGlobals:\n  Function:\n"
FUNCTION = "    Type: AWS::Serverless::Function\n    Metadata: {SkipBuild: true}\n    Properties:\n"


def gradual(text, release):
    if text.count(GLOBALS) != 1:
        raise SystemExit("gradual.py: template.yaml has no Globals for functions, or they begin otherwise")
    for alarm in ALARMS:
        if f"\n  {alarm}:\n    Type: AWS::CloudWatch::Alarm\n" not in text:
            raise SystemExit(f"gradual.py: template.yaml has no alarm {alarm}")
    if text.count(FUNCTION) != text.count("Type: AWS::Serverless::Function\n"):
        raise SystemExit("gradual.py: a function of template.yaml begins otherwise than the others")
    alarms = "".join(f"\n        - !Ref {alarm}" for alarm in ALARMS)
    published = f"""    AutoPublishAlias: live
    DeploymentPreference:
      Type: {TRAFFIC}
      Alarms:{alarms}
"""
    # SAM has no such Global. Its first characters become a part of the version's name, which has letters and digits alone.
    of_release = f"      AutoPublishCodeSha256: {hashlib.sha256(release.encode()).hexdigest()}\n"
    return text.replace(GLOBALS, GLOBALS + published).replace(FUNCTION, FUNCTION + of_release)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("Usage: python3 infra/deploy/gradual.py RELEASE >gradual.yaml")
    sys.stdout.write(gradual(TEMPLATE.read_text(encoding="utf-8"), sys.argv[1]))
