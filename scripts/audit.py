"""Tells what pip-audit found: status 0 nothing, 1 something, 2 not known. Standard library only."""

import json
import sys
from pathlib import Path


def main(report: str) -> int:
    """Print every known vulnerability, and every part that could not be looked up."""
    parts = json.loads(Path(report).read_text(encoding="utf-8"))["dependencies"]
    unknown = [part for part in parts if "skip_reason" in part]
    found = [(part, each) for part in parts for each in part.get("vulns", [])]
    for part, each in found:
        fixed = ", ".join(each["fix_versions"]) or "no version yet"
        print(f"{part['name']} {part['version']}: {each['id']}, fixed in {fixed}")  # noqa: T201 - its one task
    if len(unknown) == len(parts):
        print("The advisories could not be had: nothing is known of any part.")  # noqa: T201 - as above
        return 2
    for part in unknown:
        print(f"{part['name']}: not looked up: {part['skip_reason']}")  # noqa: T201 - as above
    looked = len(parts) - len(unknown)
    print(f"{looked} of {len(parts)} parts looked up, {len(found)} vulnerabilities known.")  # noqa: T201 - as above
    if found:
        return 1
    return 2 if unknown or not parts else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
