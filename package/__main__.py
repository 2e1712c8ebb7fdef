"""Component provider `canary`: the engine starts it when a program in another language uses the unit."""

import sys
from pathlib import Path

# The engine runs this folder by its path; the components are in the folder above.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pulumi.provider.experimental import component_provider_host

from package.schema import COMPONENTS, NAME, VERSION

if __name__ == "__main__":
    component_provider_host(COMPONENTS, NAME, version=VERSION)
